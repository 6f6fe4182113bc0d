import type { HostOptions } from '../../src-shared/bridge/host.ts';
import type { Stage } from '../../src-shared/domain/node.ts';
import type { Context } from './command.ts';

const SIGNS: Readonly<Record<Stage['state'], string>> = {
  waiting: ' ',
  starting: '…',
  ready: '✓',
  'needs-you': '?',
  failed: '✗',
};

/** Prints each stage of the start as it changes. @returns what ends it. */
export function announceStages(bridge: HostOptions, context: Context): () => void {
  const said = new Map<string, string>();
  const say = (stages: readonly Stage[]): void => {
    for (const { id, state, detail } of stages) {
      if (state === 'waiting' || said.get(id) === state) continue;
      said.set(id, state);
      context.print(
        { event: 'stage', id, state, detail },
        `${SIGNS[state]} ${id}${detail === '' ? '' : `: ${detail}`}`,
      );
    }
  };
  say(bridge.snapshot().node.stages);
  return bridge.subscribe((event) => {
    if (event.slice === 'node') say(event.value.stages);
  });
}
