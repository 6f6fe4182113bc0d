import { beforeEach, expect, test, vi } from 'vitest';
import type { Digest } from '../../src-shared/domain/ids.ts';
import type { LaneStatus } from '../compute/job.ts';
import type { HardwareFacts } from '../hardware/protocol.ts';
import { SelfTests, testPlace } from './self-tests.ts';
import { RUNTIME_VERSION } from './version.ts';

const [A, B] = ['0x0a', '0x0b'] as Digest[] as [Digest, Digest];
let due: Set<Digest>;
let free: boolean;
let machine: string;
let now: number;
let passes: boolean;
let closed: boolean;
let running: number;
let most: number;
const tester = vi.fn(async (digest: Digest) => {
  most = Math.max(most, ++running);
  await new Promise(setImmediate);
  running--;
  if (passes) due.delete(digest);
  return { model: digest, passed: passes, runs: [], at: 0 };
});
const failed = vi.fn();
let tests: SelfTests;
beforeEach(() => {
  [due, free, machine, now, passes, closed] = [new Set([A, B]), true, 'driver 1', 0, true, false];
  [running, most] = [0, 0];
  tester.mockClear();
  failed.mockReset();
  tests = new SelfTests({
    due: () => {
      if (closed) throw new TypeError('The database connection is not open');
      return [...due].map((digest) => ({ digest, name: digest }));
    },
    free: () => free,
    place: () => ({ runtime: '1', machine, devices: ['cpu'] }),
    test: tester,
    failed,
    log: () => undefined,
    now: () => now,
  });
});

test('what is due is tested as soon as the machine is free, each once', async () => {
  free = false;
  await tests.look();
  expect(tester).not.toHaveBeenCalled();
  free = true;
  await Promise.all([tests.look(), tests.look()]);
  expect(tester.mock.calls).toEqual([[A], [B]]);
  // Two at a time would disturb each other and whoever uses the machine.
  expect(most).toBe(1);
});

test('another driver: tested again at once', async () => {
  await tests.look();
  due.add(A);
  await tests.look();
  expect(tester).toHaveBeenCalledTimes(2);
  machine = 'driver 2';
  await tests.look();
  expect(tester).toHaveBeenCalledTimes(3);
});

test('a test that cannot be made is not made over and over, and the others are', async () => {
  tester.mockRejectedValueOnce(new Error('no lane'));
  await tests.look();
  await tests.look();
  expect(tester.mock.calls).toEqual([[A], [B]]);
  now += 10 * 60_000;
  await tests.look();
  expect(tester.mock.calls).toEqual([[A], [B], [A]]);
  expect(failed).not.toHaveBeenCalled();
});

test('a node that stops while a test runs is not ended by it', async () => {
  const look = tests.look();
  closed = true;
  await expect(look).resolves.toBeUndefined();
  expect(tester).toHaveBeenCalledTimes(1);
});

test('one that fails is told', async () => {
  passes = false;
  await tests.look();
  expect(failed.mock.calls).toEqual([
    [A, A],
    [B, B],
  ]);
});

test('where models would be computed: what may work, drivers and runtime', () => {
  const lane = (device: string, stopped: boolean): LaneStatus => ({ device, stopped }) as LaneStatus;
  const lanes = [lane('cpu', false), lane('cpu', false), lane('gpu:0', true), lane('gpu:1', false)];
  const facts = (driver: string): HardwareFacts =>
    ({ processor: 'p', cores: 1, cards: [{ id: 'gpu:0', name: 'n', driver, trouble: null }] }) as never;
  expect(testPlace(null, lanes)).toEqual({ runtime: RUNTIME_VERSION, machine: null, devices: ['cpu', 'gpu:1'] });
  expect(RUNTIME_VERSION).toMatch(/^\d+\.\d+\.\d+/);
  expect(testPlace(facts('1'), lanes).machine).not.toBe(testPlace(facts('2'), lanes).machine);
});
