import type { IdleTestView, MachineView } from '../../src-shared/domain/machine.ts';
import { FolkmootError } from '../../src-shared/domain/errors.ts';
import type { Context } from './command.ts';
import { atMost, withNode, type Live } from './live.ts';

/** Slow sensors make each of the test's seconds longer. */
const WAIT_MS = 5 * 60_000;

/** `check --idle`. @throws FolkmootError `NO_TEST` when it does not come to its end */
export async function checkIdle(context: Context): Promise<void> {
  const found = await withNode(context.profile, async (live) => {
    const before = live.state().machine.idleTest;
    const end = follow(live, before, (says) => context.terminal.err(says));
    const [test] = await Promise.all([atMost(end, WAIT_MS), live.call('machine.testIdle', {})]);
    const { idleSources } = live.state().machine.surroundings;
    return test === undefined ? undefined : { ...test, idleSources };
  });
  if (found === undefined)
    throw new FolkmootError('NO_TEST', 'The test did not come to its end.', { remedy: 'Try it again.' });
  const sources = found.idleSources.map(({ name, state, detail }) => `  ${name}: ${STATES[state]}. ${detail}`);
  context.print(found, [found.says, ...sources].join('\n'));
}

const STATES: Readonly<Record<MachineView['surroundings']['idleSources'][number]['state'], string>> = {
  works: 'works',
  untested: 'not tested',
  failed: 'does not follow',
  absent: 'not here',
};

/** Passes on what is asked of the person, each once. @param before the test that ran before this one. */
function follow(live: Live, before: IdleTestView | null, say: (text: string) => void): Promise<IdleTestView> {
  let said = '';
  return live.until(({ machine: { idleTest } }) => {
    if (idleTest === null || idleTest.at === before?.at) return undefined;
    if (idleTest.part === 'over') return idleTest;
    if (idleTest.says !== said) say((said = idleTest.says));
    return undefined;
  });
}
