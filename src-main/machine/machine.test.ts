import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Provider } from '../../src-shared/domain/machine.ts';
import { openStore } from '../store/open.ts';
import { Settings } from '../store/settings.ts';
import { temporaryFolder } from '../store/test-store.ts';
import { checkHardware } from './check.ts';
import { FACTS, RTX, testMachine } from './test-machine.ts';

test('sensors, check and lanes: a card computes once a provider ran on it, and the view says what is so', async () => {
  const { machine, lanes, clock, device } = testMachine();
  await machine.start();
  expect(device('cpu')).toMatchObject({ state: 'idle', confirmed: true, decision: { act: 'run', code: 'NO_WORK' } });
  await clock.pass(100);
  expect(lanes.places.map(({ device, providers }) => [device, providers])).toEqual([
    ['cpu', ['cpu']],
    [RTX.id, ['webgpu']],
  ]);
  expect(device(RTX.id)).toMatchObject({
    name: 'RTX 4070',
    state: 'idle',
    provider: 'webgpu',
    reading: { load: 0, temperatureC: 40 },
  });
  const { check, surroundings } = machine.view();
  expect(check).toMatchObject({ state: 'done', processor: 'Test processor' });
  expect(check?.devices[1]?.providers.map(({ provider, state }) => [provider, state])).toEqual([
    ['cuda', 'absent'],
    ['webgpu', 'ran'],
  ]);
  expect(check?.benchmark).toHaveLength(2);
  expect(surroundings).toMatchObject({
    idleSeconds: 3_600,
    fullScreen: false,
    idleSources: [{ name: 'test source', state: 'untested' }],
  });
  await machine.stop();
});

test('limits and pauses act at once, and are confirmed only by the lane itself', async () => {
  const { machine, lanes, clock, device, limits, taking } = testMachine();
  await machine.start();
  await clock.pass(100);
  lanes.obeys = false;
  lanes.busy = 'cpu';
  machine.setDevice('cpu', { ...limits, on: false });
  expect(lanes.orders.at(-1)).toEqual(['cpu', { duty: 0, finish: false, memoryBytes: null }]);
  expect(device('cpu')).toMatchObject({ confirmed: false, state: 'working', decision: { code: 'SWITCHED_OFF' } });
  lanes.busy = null;
  expect(device('cpu')).toMatchObject({ confirmed: true, state: 'off' });
  lanes.obeys = true;
  machine.setDevice('cpu', { ...limits, duty: 0.3 });
  expect(device('cpu')).toMatchObject({ confirmed: true, decision: { duty: 0.3 } });
  const before = taking.changes;
  machine.setPause(null, { until: clock.now() + 60_000, finish: true });
  expect(machine.heldUp()).toMatchObject({ code: 'PAUSED', why: 'You paused this machine for a while.' });
  expect(lanes.orders.at(-1)?.[1]).toMatchObject({ duty: 0, finish: true });
  expect(taking.changes).toBe(before + 1);
  // Within a second of its end, not with the next look.
  await clock.pass(61_000);
  expect(machine.heldUp()).toBeNull();
  machine.setPause(RTX.id, { until: null, finish: false });
  expect(machine.heldUp()).toBeNull();
  expect(device(RTX.id)?.decision.code).toBe('PAUSED');
  expect(() => machine.setPause('gpu:other', null)).toThrow('no device');
  await machine.stop();
});

test('a hot card stops, a game stops it, and the log says each once, also that it is over', async () => {
  const { machine, probe, clock, device, log, lanes } = testMachine();
  await machine.start();
  await clock.pass(100);
  lanes.busy = RTX.id;
  machine.lanesChanged();
  await clock.pass(2_100);
  probe.card({ temperatureC: 90 });
  await clock.pass(2_100);
  expect(device(RTX.id)?.decision).toMatchObject({ act: 'stop', code: 'HOT' });
  expect(lanes.busy).toBeNull();
  probe.card({ foreignLoad: 0.9, load: 0.9 });
  await clock.pass(120_000);
  expect(device(RTX.id)?.decision.code).toBe('CARD_IN_USE');
  expect(log.filter((line) => line.includes('at 90 °C'))).toHaveLength(1);
  probe.card({});
  await clock.pass(180_000);
  const told = log.filter((line) => line.startsWith('policy: RTX 4070: '));
  expect(told.map((line) => line.slice('policy: RTX 4070: '.length))).toEqual([
    'Nothing speaks against work any more.',
    'The graphics card is at 90 °C, and 80 °C is its target.',
    'Another program uses the graphics card (90 %).',
    'Nothing speaks against work any more.',
  ]);
  await machine.stop();
});

test('what the card was busy with is ours until a whole look later, and a card that cannot be seen rests now and then', async () => {
  const { machine, probe, clock, device, log, lanes } = testMachine();
  const asked: string[][] = [];
  const read = probe.read.bind(probe);
  // As on a Mac: one figure for everybody.
  probe.read = async (input) => {
    if (input.all) asked.push([...input.working]);
    const mine = input.working.includes(RTX.id);
    probe.card({ load: mine ? 0.95 : 0, foreignLoad: mine ? null : 0 });
    return read(input);
  };
  await machine.start();
  await clock.pass(100);
  lanes.busy = RTX.id;
  machine.lanesChanged();
  await clock.pass(2_100);
  lanes.busy = null;
  machine.lookNow();
  await clock.pass(10);
  machine.lookNow();
  await clock.pass(10);
  expect(asked.slice(-3)).toEqual([[RTX.id], [RTX.id], []]);
  expect(device(RTX.id)?.decision.act).toBe('run');

  const before = lanes.orders.length;
  lanes.busy = RTX.id;
  machine.lanesChanged();
  await clock.pass(304_000);
  expect(lanes.busy).toBeNull();
  expect(machine.heldUp()).toBeNull();
  await clock.pass(6_000);
  expect(lanes.orders.slice(before).map(([, { duty, finish }]) => [duty, finish])).toEqual([
    [0, true],
    [1, true],
  ]);
  expect(log.filter((line) => line.includes('rests'))).toEqual([]);
  await machine.stop();
});

test('senses that tell nothing on this machine are named, and none before anything was asked', async () => {
  const { machine, probe, clock } = testMachine();
  const unknown = (): readonly string[] => machine.view().surroundings.unknown;
  probe.readings = { ...probe.readings, fullScreen: null };
  probe.card({ foreignLoad: null });
  expect(unknown()).toEqual([]);
  await machine.start();
  await clock.pass(100);
  expect(unknown()).toEqual(['fullScreen', 'cardUse']);
  probe.readings = { ...probe.readings, fullScreen: false };
  probe.card({ foreignLoad: 0 });
  machine.lookNow();
  await clock.pass(100);
  expect(unknown()).toEqual([]);
  await machine.stop();
});

test('the driver vanishes: the card stops with the reason, and is looked for again', async () => {
  const { machine, probe, clock, device } = testMachine();
  await machine.start();
  await clock.pass(100);
  const asked = probe.factsAsked;
  probe.readings = { ...probe.readings, cards: [], signature: 'b' };
  machine.watched();
  await clock.pass(10);
  expect(device(RTX.id)?.decision).toMatchObject({ act: 'stop', code: 'DEVICE_GONE' });
  await clock.pass(4_000);
  expect(probe.factsAsked).toBe(asked + 1);
  await machine.stop();
});

test('sensors that hang are unknown, not fine: temperatures that were known hold work back', async () => {
  const { machine, probe, clock, device, log } = testMachine();
  await machine.start();
  await clock.pass(100);
  probe.failing = true;
  await clock.pass(20_000);
  expect(device('cpu')).toMatchObject({ reading: { load: null, temperatureC: null }, decision: { act: 'throttle' } });
  expect(['HEAT_UNKNOWN', 'IDLE_UNKNOWN']).toContain(device('cpu')?.decision.code);
  expect(log.filter((line) => line.includes('do not answer'))).toHaveLength(1);
  probe.failing = false;
  await clock.pass(90_000);
  expect(device('cpu')?.decision.act).toBe('run');
  expect(log.filter((line) => line.includes('answer again'))).toHaveLength(1);
  await machine.stop();
});

test('an idle machine is looked at seldom, a watched or working one often; a jump of the clock probes anew', async () => {
  const { machine, probe, clock, lanes } = testMachine();
  await machine.start();
  await clock.pass(1_000);
  probe.looks = [];
  await clock.pass(60_000);
  expect(probe.looks).toHaveLength(6);
  expect(probe.looks.filter(Boolean)).toHaveLength(2);
  probe.looks = [];
  machine.history('cpu', 10);
  await clock.pass(59_000);
  expect(probe.looks.length).toBeGreaterThan(28);
  await clock.pass(20_000);
  probe.looks = [];
  lanes.busy = 'cpu';
  machine.lanesChanged();
  await clock.pass(20_000);
  expect(probe.looks.length).toBeGreaterThanOrEqual(10);
  expect(probe.looks.filter(Boolean).length).toBeLessThanOrEqual(3);
  const asked = probe.factsAsked;
  clock.jump(3_600_000);
  await clock.pass(10_000);
  expect(probe.factsAsked).toBe(asked + 1);
  clock.jump(-7_200_000);
  await clock.pass(10_000);
  await machine.stop();
  expect(clock.pending).toBe(0);
});

test('limits, pauses and the check survive a restart; an unchanged machine is not checked again', async () => {
  const db = openStore(join(temporaryFolder(), 'test.db'));
  try {
    const first = testMachine({ store: new Settings(db) });
    await first.machine.start();
    await first.clock.pass(100);
    first.machine.setDevice(RTX.id, { ...first.limits, targetC: 65 });
    const { devices: _, ...limits } = first.machine.view().limits;
    first.machine.setLimits({ ...limits, whenActive: 'stop', quiet: [{ days: [1], from: 0, to: 60 }] });
    first.machine.setPause(null, { until: null, finish: true });
    await first.machine.stop();

    let tried = 0;
    const trials = {
      tryProvider: async () => Promise.reject(new Error(`tried ${++tried}`)),
      benchmark: async () => [],
    };
    const second = testMachine({ trials, store: new Settings(db) });
    await second.machine.start();
    await second.clock.pass(100);
    expect(second.machine.view().limits).toMatchObject({
      whenActive: 'stop',
      quiet: [{ from: 0 }],
      devices: { [RTX.id]: { targetC: 65 } },
    });
    expect(second.machine.heldUp()).toMatchObject({ code: 'PAUSED' });
    expect(tried).toBe(0);
    second.probe.found = { ...FACTS, cards: [{ ...RTX, driver: '570.00' }] };
    second.machine.check();
    await second.clock.pass(2_000);
    expect(tried).toBe(3);
    expect(second.device(RTX.id)).toMatchObject({
      state: 'off',
      decision: { code: 'UNUSABLE', why: expect.stringContaining('tried') },
    });
    await second.machine.stop();
  } finally {
    db.close();
  }
});

test('a promised check goes on in a pause, and no new work is taken meanwhile', async () => {
  const { machine, clock, work, device } = testMachine();
  await machine.start();
  await clock.pass(100);
  work.current = { owed: true, jobs: 1, nearest: null };
  machine.setPause(null, { until: null, finish: false });
  expect(device('cpu')?.decision).toMatchObject({ act: 'throttle', code: 'OWED' });
  expect(machine.heldUp()?.code).toBe('PAUSED');
  await machine.stop();
});

test('the idle test: a source that follows works, one that stays at zero failed', async () => {
  const { machine, probe, clock, notices } = testMachine();
  await machine.start();
  const begin = clock.now();
  probe.readings = {
    ...probe.readings,
    get idle() {
      const passed = (clock.now() - begin) / 1_000;
      return [
        { name: 'follows', seconds: passed < 13 ? passed : 0, detail: '' },
        { name: 'stuck', seconds: 0, detail: '' },
        { name: 'deaf', seconds: passed, detail: '' },
      ];
    },
  };
  machine.testIdle();
  const seen = (): unknown => {
    const test = machine.view().idleTest;
    return [test?.part, test?.secondsLeft, test?.says];
  };
  await clock.pass(0);
  expect(seen()).toEqual(['still', 12, 'Let go of mouse and keyboard for 12 seconds.']);
  await clock.pass(12_000);
  expect(seen()).toEqual(['moving', 12, 'Now move the mouse or press keys for 12 seconds.']);
  await clock.pass(11_000);
  expect(seen()).toEqual(['moving', 1, 'Now move the mouse or press keys for 12 seconds.']);
  await clock.pass(7_000);
  expect(seen()).toEqual(['over', 0, 'Of the sources that know whether somebody is here, 1 followed and 2 did not.']);
  const sources = machine.view().surroundings.idleSources;
  expect(sources.map(({ name, state }) => [name, state])).toEqual([
    ['follows', 'works'],
    ['stuck', 'failed'],
    ['deaf', 'failed'],
  ]);
  expect(notices.filter((text) => text !== null)).toEqual([
    'Let go of mouse and keyboard for 12 seconds.',
    'Now move the mouse or press keys for 12 seconds.',
    'Of the sources that know whether somebody is here, 1 followed and 2 did not.',
  ]);
  // A new test replaces it, and a node that stops leaves none that would run for ever.
  const { at } = machine.view().idleTest ?? {};
  machine.testIdle();
  expect(machine.view().idleTest?.at).toBeGreaterThan(at ?? Number.NaN);
  expect(seen()).toEqual(['still', 12, 'Let go of mouse and keyboard for 12 seconds.']);
  await machine.stop();
  expect(machine.view().idleTest).toBeNull();
});

test('what an hour brings: what was paid over the time in which it may work, less the power that was measured', async () => {
  const { machine, clock, device } = testMachine();
  await machine.start();
  await clock.pass(1_000);
  expect(device('cpu')).toMatchObject({ incomePerHour: null, netPerHour: null });
  machine.computed('cpu', 1_800_000);
  await clock.pass(3_600_000);
  const moot = (amount: string | null | undefined): number => Number(amount) / 1e18;
  const before = moot(device('cpu')?.incomePerHour);
  expect(before).toBeCloseTo(1, 2);
  expect(moot(device('cpu')?.netPerHour)).toBeLessThan(before);
  // An hour in which it must not work is no hour of work.
  machine.setPause(null, { until: null, finish: false });
  await clock.pass(3_600_000);
  expect(moot(device('cpu')?.incomePerHour)).toBeCloseTo(before, 2);
  await machine.stop();
});

test('a card without a driver for Vulkan, and a Mac with a processor of Intel: cause and fix in words', async () => {
  const facts = { ...FACTS, vulkan: false, processor: 'Intel Core i5' };
  const trials = {
    tryProvider: async (_: unknown, provider: Provider) =>
      ({
        provider,
        state: 'failed',
        runMs: null,
        difference: null,
        cause: 'requestAdapter returned null',
        fix: null,
      }) as const,
    benchmark: async () => [],
  };
  const check = (platform: NodeJS.Platform) =>
    checkHardware(facts, { trials, now: () => 1, platform, progress: () => undefined });
  const linux = await check('linux');
  expect(linux.devices[1]?.providers.find(({ provider }) => provider === 'webgpu')?.cause).toContain('Vulkan');
  expect((await check('darwin')).devices[0]?.trouble?.cause).toContain('Macs with a processor of Intel');
  const bare = {
    ...facts,
    cards: [{ ...RTX, trouble: { cause: 'The card runs on nouveau.', fix: 'Install the driver.' } }],
  };
  const untried = await checkHardware(bare, { trials, now: () => 1, platform: 'linux', progress: () => undefined });
  expect(untried.devices[1]).toMatchObject({ providers: [], trouble: { cause: 'The card runs on nouveau.' } });
});
