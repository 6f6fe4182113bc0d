import { expect, test } from 'vitest';
import { openStore } from '../store/open.ts';
import { Settings } from '../store/settings.ts';
import { FACTS, RTX, testMachine, testTrials } from './test-machine.ts';

/** Trials that say what was tried, in order. */
function counted(benchmark = testTrials.benchmark) {
  const tried: string[] = [];
  const trials: typeof testTrials = {
    benchmark,
    tryProvider: (place, provider) => {
      tried.push(`${place.device} ${provider}`);
      return testTrials.tryProvider(place, provider);
    },
  };
  const rig = testMachine({ trials });
  return { ...rig, tried, note: () => rig.machine.view().checkNote };
}
const ALL = ['cpu cpu', `${RTX.id} cuda`, `${RTX.id} webgpu`];

test('a check by itself waits until nothing speaks against computing, says so, and then runs', async () => {
  const against: ReadonlyArray<readonly [string, (rig: ReturnType<typeof counted>, on: boolean) => void]> = [
    ['battery', ({ probe }, on) => (probe.readings = { ...probe.readings, battery: { onBattery: on, percent: 50 } })],
    ['fills the screen', ({ probe }, on) => (probe.readings = { ...probe.readings, fullScreen: on })],
    ['Another program uses', ({ probe }, on) => probe.card(on ? { load: 0.9, foreignLoad: 0.9 } : {})],
    ['at 95 °C', ({ probe }, on) => probe.card(on ? { temperatureC: 95 } : {})],
    ['at 82 °C', ({ probe }, on) => probe.card(on ? { temperatureC: 82 } : {})],
    ['You paused', ({ machine }, on) => machine.setPause(null, on ? { until: null, finish: false } : null)],
    ['under way', ({ lanes }, on) => (lanes.busy = on ? 'cpu' : null)],
  ];
  for (const [why, set] of against) {
    const rig = counted();
    const { machine, clock, tried, note } = rig;
    set(rig, true);
    await machine.start();
    await clock.pass(300_000);
    expect([why, tried]).toEqual([why, []]);
    expect(note()).toMatchObject({ kind: 'waits', why: expect.stringContaining(why) });
    set(rig, false);
    await clock.pass(180_000);
    expect(tried).toEqual(ALL);
    expect(note()).toBeNull();
    await machine.stop();
    expect(clock.pending).toBe(0);
  }
});

test('a check that somebody asked for runs at once, whatever speaks against it', async () => {
  const { machine, clock, tried, note } = counted();
  machine.setPause(null, { until: null, finish: false });
  await machine.start();
  await clock.pass(100);
  expect(tried).toEqual([]);
  machine.check();
  await clock.pass(100);
  expect(tried).toEqual(ALL);
  expect(note()).toBeNull();
  await machine.stop();
});

test('limits of speed that hold for ever do not keep a machine from being checked', async () => {
  const { machine, clock, tried, probe, limits, settings } = counted();
  settings.setDevice(RTX.id, { ...limits, duty: 0.2 });
  probe.readings = { ...probe.readings, idle: [] };
  await machine.start();
  await clock.pass(100);
  expect(tried).toEqual(ALL);
  await machine.stop();
});

test('a game that begins during a check: the next trial waits for its end', async () => {
  const gate = Promise.withResolvers<void>();
  const { machine, clock, tried, probe, note } = counted(async (place, provider) => {
    await gate.promise;
    return testTrials.benchmark(place, provider);
  });
  await machine.start();
  await clock.pass(100);
  expect(tried).toEqual(['cpu cpu']);
  probe.readings = { ...probe.readings, fullScreen: true };
  machine.lookNow();
  await clock.pass(100);
  gate.resolve();
  await clock.pass(60_000);
  expect(tried).toEqual(['cpu cpu']);
  expect(note()).toMatchObject({ kind: 'waits' });
  probe.readings = { ...probe.readings, fullScreen: false };
  await clock.pass(180_000);
  expect(tried).toEqual(ALL);
  expect(machine.view().check?.state).toBe('done');
  await machine.stop();
});

test('a device that is switched off is left out, and tried once it is switched on', async () => {
  const { machine, clock, tried, limits, settings } = counted();
  settings.setDevice(RTX.id, { ...limits, on: false });
  await machine.start();
  await clock.pass(100);
  expect(tried).toEqual(['cpu cpu']);
  machine.setDevice(RTX.id, limits);
  await clock.pass(100);
  expect(tried.slice(1)).toEqual(ALL);
  machine.setDevice(RTX.id, { ...limits, on: false });
  await clock.pass(60_000);
  expect(tried).toHaveLength(1 + ALL.length);
  await machine.stop();
});

test('a machine that cannot be read is asked again, ever more seldom, and the view says why', async () => {
  const { machine, clock, probe, log, tried, note } = counted();
  probe.factsFail = 'the probe ended';
  await machine.start();
  await clock.pass(100);
  expect(note()).toMatchObject({ kind: 'failed', why: 'the probe ended', lookAgainAt: expect.any(Number) });
  await clock.pass(3_600_000);
  expect(probe.factsAsked).toBeGreaterThanOrEqual(6);
  expect(probe.factsAsked).toBeLessThanOrEqual(9);
  expect(log.filter((line) => line.includes('the probe ended'))).toHaveLength(1);
  const asked = probe.factsAsked;
  // By hand: at once.
  machine.check();
  await clock.pass(10);
  expect(probe.factsAsked).toBe(asked + 1);
  probe.factsFail = null;
  await clock.pass(900_000);
  expect(note()).toBeNull();
  expect(tried).toEqual(ALL);
  expect(machine.view().devices.map(({ name }) => name)).toContain('RTX 4070');
  await machine.stop();
  expect(clock.pending).toBe(0);
});

test('a new kernel or Vulkan driver is a reason to check again; the same ones after a restart are none', async () => {
  const store = new Settings(openStore(':memory:'));
  const checks = async (change: Partial<typeof FACTS>): Promise<boolean> => {
    const { machine, clock, probe, log } = testMachine({ store });
    probe.found = { ...FACTS, ...change };
    await machine.start();
    await clock.pass(100);
    await machine.stop();
    return log.some((line) => line.includes('checked'));
  };
  expect(await checks({})).toBe(true);
  expect(await checks({})).toBe(false);
  expect(await checks({ kernel: '6.13.1' })).toBe(true);
  expect(await checks({ kernel: '6.13.1', vulkanDrivers: ['radeon_icd.x86_64.json 1.4.0'] })).toBe(true);
  expect(await checks({ kernel: '6.13.1', vulkanDrivers: ['radeon_icd.x86_64.json 1.4.0'] })).toBe(false);
});
