import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openStore } from '../store/open.ts';
import { Settings } from '../store/settings.ts';
import { temporaryFolder } from '../store/test-store.ts';
import { RTX, settle, testMachine, testTrials } from './test-machine.ts';

test('a stop while a card is tried: nothing is kept of a trial that it cut short, and the next start tries again', async () => {
  const db = openStore(join(temporaryFolder(), 'test.db'));
  let cut = Promise.withResolvers<never>();
  const trials = { tryProvider: () => cut.promise, benchmark: async () => [] };
  const lanesEnd = async (): Promise<void> => {
    cut.reject(new Error('the lane ended'));
    cut.promise.catch(() => undefined);
    await settle();
    cut = Promise.withResolvers<never>();
  };
  const first = testMachine({ trials, store: new Settings(db) });
  await first.machine.start();
  await settle();
  await first.machine.stop();
  await lanesEnd();
  const second = testMachine({ store: new Settings(db) });
  await second.machine.start();
  await second.clock.pass(100);
  expect(second.device(RTX.id)?.decision.code).not.toBe('UNUSABLE');
  await second.machine.stop();

  // The same with a store that is closed by the time the trial ends: an unhandled rejection would fail this run.
  const third = testMachine({ trials, store: new Settings(db) });
  await third.machine.start();
  third.machine.check();
  await settle();
  await third.machine.stop();
  db.close();
  await lanesEnd();
});

test('a trial that failed because the computer slept says nothing about the card: the check is made again', async () => {
  let fails = false;
  const rig = testMachine({
    trials: {
      ...testTrials,
      tryProvider: async (place, provider) => {
        if (!fails) return testTrials.tryProvider(place, provider);
        rig.clock.jump(3 * 3_600_000);
        throw new Error('the device was lost');
      },
    },
  });
  const { machine, clock, device, log } = rig;
  await machine.start();
  await clock.pass(100);
  expect(device(RTX.id)?.decision.code).not.toBe('UNUSABLE');
  fails = true;
  machine.check();
  await settle();
  fails = false;
  await clock.pass(10_000);
  expect(log).toContain('hardware: the computer slept during the check, which is made again');
  expect(device(RTX.id)?.decision.code).not.toBe('UNUSABLE');
  expect(machine.view().check).toMatchObject({ state: 'done' });
  await machine.stop();
});

test('a look that fails is logged, and the next one comes all the same', async () => {
  const { machine, clock, probe, log, work, device } = testMachine();
  await machine.start();
  await clock.pass(100);
  const jobs = work.current;
  Object.defineProperty(work, 'current', {
    configurable: true,
    get: () => {
      throw new Error('the disk cannot be read');
    },
  });
  const before = probe.looks.length;
  await clock.pass(30_000);
  expect(log).toContain('policy: a look failed: the disk cannot be read');
  expect(probe.looks.length).toBeGreaterThan(before + 1);
  Object.defineProperty(work, 'current', { value: jobs });
  probe.card({ temperatureC: 95 });
  await clock.pass(60_000);
  expect(device(RTX.id)?.decision.code).toBe('HOT');
  await machine.stop();
});
