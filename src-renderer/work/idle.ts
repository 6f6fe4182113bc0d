import { duration } from '../../src-shared/domain/format.ts';
import type { IdleSource, IdleTestView, Sense, Surroundings } from '../../src-shared/domain/machine.ts';
import type { Tone } from '../ui/Pill.tsx';

/** Pure wording of how the node knows whether somebody is there. */

export const SOURCE_STATES: Readonly<Record<IdleSource['state'], { readonly words: string; readonly tone: Tone }>> = {
  works: { words: 'works', tone: 'work' },
  untested: { words: 'not tested', tone: 'wait' },
  failed: { words: 'does not follow', tone: 'trouble' },
  absent: { words: 'not here', tone: 'wait' },
};

/** One sentence; unknown is said as unknown. */
export function sayPresence({ idleSeconds, idleSources }: Surroundings): string {
  if (idleSeconds === null) return 'It is not known whether somebody uses this computer.';
  const proven = idleSources.some(({ state }) => state === 'works');
  const seen =
    idleSeconds < 10 ? 'Somebody uses this computer now' : `Nobody has touched it for ${duration(idleSeconds * 1_000)}`;
  return proven ? `${seen}.` : `${seen}, if what it says can be believed: no source was tested.`;
}

/** What the person is asked to do and for how long still, or what came out; null: no test was started. */
export function sayIdleTest(
  test: IdleTestView | null,
): { readonly title: string; readonly left: string | null } | null {
  if (test === null) return null;
  return { title: test.says, left: test.part === 'over' ? null : `${test.secondsLeft} s left.` };
}

const SENSES: Readonly<Record<Sense, string>> = {
  fullScreen: 'whether a program fills the screen',
  cardUse: 'whether another program uses the graphics card',
};

/** What a game or a film cannot be noticed by here; null: nothing is missing. */
export function sayUnknown({ unknown }: Surroundings): string | null {
  if (unknown.length === 0) return null;
  return `Not known on this computer: ${unknown.map((sense) => SENSES[sense]).join(', and ')}.`;
}
