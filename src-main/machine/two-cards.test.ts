import { expect, test } from 'vitest';
import type { Provider } from '../../src-shared/domain/machine.ts';
import type { LanePlace, ProviderTrials } from '../compute/control.ts';
import type { CardFacts } from '../hardware/protocol.ts';
import { choosesCard } from './devices.ts';
import { FACTS, RTX, testMachine, testTrials } from './test-machine.ts';

const INTEL: CardFacts = {
  ...RTX,
  id: 'gpu:0000:00:02.0',
  index: null,
  name: 'Intel graphics',
  vendor: 'intel',
  pci: '0000:00:02.0',
  memoryBytes: null,
  sources: ['/sys/bus/pci'],
};
const FINE = { load: 0, foreignLoad: 0, temperatureC: 40, powerW: 15, memoryUsedBytes: 0, ownMemoryBytes: null };

/** A laptop: a card of Intel and one of NVIDIA, both of which could compute. */
async function laptop(trials: ProviderTrials = testTrials) {
  const rig = testMachine({ trials });
  const { machine, probe, clock } = rig;
  const cards = (changes: Readonly<Record<string, Partial<typeof FINE>>> = {}): void => {
    const told = [RTX, INTEL].map(({ id }) => ({ id, ...FINE, ...changes[id] }));
    probe.readings = { ...probe.readings, cards: told };
  };
  probe.found = { ...FACTS, cards: [RTX, INTEL] };
  cards();
  await machine.start();
  await clock.pass(100);
  return { ...rig, cards };
}

test('which card a provider computes on is only sure with one card, or with CUDA', () => {
  expect(choosesCard('webgpu', 1)).toBe(true);
  expect((['cuda', 'dml', 'webgpu', 'coreml'] as const).map((provider) => choosesCard(provider, 2))).toEqual([
    true,
    false,
    false,
    false,
  ]);
});

test('two cards and a system that chooses: one trial, one lane without a number, and both cards say what is so', async () => {
  const tried: Array<readonly [LanePlace['device'], LanePlace['index'], Provider]> = [];
  const { machine, lanes, device } = await laptop({
    ...testTrials,
    tryProvider: (place, provider) => {
      tried.push([place.device, place.index, provider]);
      return testTrials.tryProvider(place, provider);
    },
  });
  expect(tried).toEqual([
    ['cpu', null, 'cpu'],
    [RTX.id, 0, 'cuda'],
    [RTX.id, null, 'webgpu'],
  ]);
  expect(lanes.places.map(({ device, index }) => [device, index])).toEqual([
    ['cpu', null],
    [RTX.id, null],
  ]);
  expect(device(RTX.id)?.detail).toContain('the system chooses between this card and Intel graphics');
  expect(device(INTEL.id)).toMatchObject({
    state: 'off',
    decision: { code: 'UNUSABLE', why: expect.stringContaining('shown with RTX 4070') },
  });
  expect(machine.view().check?.devices[2]?.providers).toMatchObject([
    { provider: 'webgpu', state: 'absent', cause: expect.stringContaining('see RTX 4070') },
  ]);
  await machine.stop();
});

test('whichever of the two cards objects, no lane that may use it computes', async () => {
  const { machine, lanes, clock, device, cards, limits } = await laptop();
  const told = (): number | undefined => lanes.orders.findLast(([id]) => id === RTX.id)?.[1].duty;
  const calm = async (): Promise<void> => {
    cards();
    machine.lookNow();
    await clock.pass(120_000);
    expect(told()).toBe(1);
  };
  await calm();
  for (const id of [RTX.id, INTEL.id]) {
    machine.setPause(id, { until: null, finish: false });
    expect([told(), device(RTX.id)?.decision.code]).toEqual([0, 'PAUSED']);
    machine.setPause(id, null);
    expect(told()).toBe(1);
    machine.setDevice(id, { ...limits, on: false });
    expect([told(), device(RTX.id)?.decision.code]).toEqual([0, 'SWITCHED_OFF']);
    machine.setDevice(id, limits);
    expect(told()).toBe(1);
    for (const [change, code] of [
      [{ temperatureC: 95 }, 'HOT'],
      [{ load: 0.9, foreignLoad: 0.9 }, 'CARD_IN_USE'],
    ] as const) {
      cards({ [id]: change });
      machine.lookNow();
      await clock.pass(10);
      expect([told(), device(RTX.id)?.decision.code]).toEqual([0, code]);
      await calm();
    }
  }
  await machine.stop();
});

test('the least memory that any of the cards may give is what the lane may take', async () => {
  const { machine, lanes, limits } = await laptop();
  const told = () => lanes.orders.findLast(([id]) => id === RTX.id)?.[1].memoryBytes;
  // Half of the one whose memory is known.
  expect(told()).toBe(6 * 1024 ** 3);
  machine.setDevice(RTX.id, { ...limits, memoryBytes: 8e9 });
  machine.setDevice(INTEL.id, { ...limits, memoryBytes: 2e9 });
  expect(told()).toBe(2e9);
  await machine.stop();
});

test('work of ours may show on either card: neither figure is taken for a game', async () => {
  const { machine, lanes, clock, probe } = await laptop();
  const asked: Array<readonly string[]> = [];
  const read = probe.read.bind(probe);
  probe.read = async (input) => {
    asked.push(input.working);
    return read(input);
  };
  lanes.busy = RTX.id;
  machine.lookNow();
  await clock.pass(10);
  expect(asked).toEqual([[RTX.id, INTEL.id]]);
  await machine.stop();
});

test('the other card arrives while the first works: from then on it is asked as well', async () => {
  const { machine, lanes, clock, probe } = testMachine();
  await machine.start();
  await clock.pass(100);
  expect(lanes.places[1]?.index).toBe(0);
  probe.found = { ...FACTS, cards: [RTX, INTEL] };
  machine.woke('a card was plugged in');
  await clock.pass(4_000);
  machine.setPause(INTEL.id, { until: null, finish: false });
  expect(lanes.orders.findLast(([id]) => id === RTX.id)?.[1].duty).toBe(0);
  await machine.stop();
});

test('where CUDA runs on one card, that card has its own lane, and none that might land on it as well', async () => {
  const { machine, lanes, device } = await laptop({
    ...testTrials,
    tryProvider: async (_, provider) => ({
      provider,
      state: 'ran',
      runMs: 2,
      difference: 0,
      cause: null,
      fix: null,
    }),
  });
  expect(lanes.places).toMatchObject([{ device: 'cpu' }, { device: RTX.id, index: 0, providers: ['cuda'] }]);
  machine.setPause(INTEL.id, { until: null, finish: false });
  expect(device(RTX.id)?.decision.act).toBe('run');
  expect(device(INTEL.id)?.decision.why).toContain('RTX 4070, which works already');
  await machine.stop();
});
