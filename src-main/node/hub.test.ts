import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { testSnapshot } from '../../src-shared/bridge/test-host.ts';
import type { Snapshot, StateEvent } from '../../src-shared/bridge/state.ts';
import { Hub, type Views } from './hub.ts';

/** Views of a state that the test changes, and slices that cannot be computed. */
function hubOf(changes: Partial<Snapshot> = {}) {
  const state = { ...testSnapshot(), ...changes };
  const broken = new Set<string>();
  const computed: string[] = [];
  const events: StateEvent[] = [];
  const failures: unknown[] = [];
  const views = Object.fromEntries(
    Object.keys(state).map((slice) => [
      slice,
      () => {
        computed.push(slice);
        if (broken.has(slice)) throw new Error(`${slice} is broken`);
        return state[slice as keyof Snapshot];
      },
    ]),
  ) as unknown as Views;
  const hub = new Hub(views, (error) => {
    failures.push((error as Error).message);
    // As the node does: a trouble is shown, so another slice changes.
    hub.dirty('node', 'activity');
  });
  hub.subscribe((event) => events.push(event));
  return { hub, state, broken, computed, events, failures };
}

test('a slice that was touched often is told once, and only if it changed', async () => {
  const { hub, state, events } = hubOf();
  hub.dirty('wallet');
  hub.dirty('wallet', 'wallet');
  await setImmediate();
  hub.dirty('wallet');
  await setImmediate();
  state.wallet = { ...state.wallet, backedUp: true };
  hub.dirty('wallet');
  await setImmediate();
  expect(events.map((event) => event.slice === 'wallet' && event.value.backedUp)).toEqual([false, true]);
});

test('a slice that cannot be computed is reported once, and does not keep the others from being told', async () => {
  const { hub, broken, events, failures } = hubOf();
  broken.add('earnings').add('activity');
  hub.dirty('earnings', 'wallet');
  for (let turn = 0; turn < 5; turn++) {
    await setImmediate();
    hub.dirty('earnings');
  }
  expect(failures).toEqual(['earnings is broken', 'activity is broken']);
  expect(events.map(({ slice }) => slice)).toEqual(['wallet', 'node']);
  broken.clear();
  hub.dirty('earnings');
  await setImmediate();
  expect(events.at(-1)?.slice).toBe('earnings');
});

test('a stop tells what is still to be told; after it nothing is computed, whoever asks', async () => {
  const { hub, computed, events } = hubOf();
  hub.dirty('wallet');
  hub.stop();
  expect(events.map(({ slice }) => slice)).toEqual(['wallet']);
  computed.length = 0;
  hub.dirty('network', 'earnings');
  await setImmediate();
  expect(() => hub.snapshot()).toThrow('has stopped');
  expect(computed).toEqual([]);
});
