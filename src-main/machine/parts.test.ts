import type { LaneStatus } from '../compute/job.ts';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { judgeIdle } from './idle.ts';
import { combineIdle } from './idle.ts';
import { DeviceHistory } from './history.ts';
import { DeviceTime, incomeOf } from './income.ts';
import { byDevice, confirms } from './lanes.ts';
import type { HardwareCheck, Provider } from '../../src-shared/domain/machine.ts';
import { explain } from '../compute/explain.ts';
import { checkHardware } from './check.ts';
import { devicesOf, providersFor } from './devices.ts';
import { FACTS, RTX } from './test-machine.ts';

const NOTHING = { load: null, foreignLoad: null, temperatureC: null, powerW: null, memoryUsedBytes: null };
const idle = (name: string, seconds: number | null) => ({ name, seconds, detail: 'detail' });

test('idle: the smallest known time of those that did not fail; nobody knows, nobody says', () => {
  const readings = [idle('a', 500), idle('b', 0), idle('c', null)];
  expect(combineIdle(readings, {}).seconds).toBe(0);
  expect(combineIdle(readings, { b: 'failed' }).seconds).toBe(500);
  expect(combineIdle([idle('c', null)], {}).seconds).toBeNull();
  expect(combineIdle(readings, { a: 'works', b: 'failed' }).sources.map(({ state }) => state)).toEqual([
    'works',
    'failed',
    'untested',
  ]);
  expect(judgeIdle({ still: [1, 2], moved: [] })).toBeNull();
  // Nobody held still.
  expect(judgeIdle({ still: [1, 2, 1, 2, 1], moved: [0, 0, 0] })).toBeNull();
});

test('history: an hour as it came, a day by the minute, bounded whatever the clock does', () => {
  const history = new DeviceHistory();
  for (let second = 0; second < 26 * 3_600; second += 2)
    history.add({ ...NOTHING, at: second * 1_000, load: second % 4 === 0 ? 1 : 0, powerW: 10 });
  const now = 26 * 3_600_000;
  const hour = history.since(60, now);
  expect(hour.at.length).toBeGreaterThan(1_790);
  expect(hour.at.length).toBeLessThanOrEqual(2_000);
  const day = history.since(1_440, now);
  expect(day.at.length).toBeLessThanOrEqual(1_441);
  expect(day.load.at(-2)).toBeCloseTo(0.5, 1);
  expect(history.meanPower()).toBe(10);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 1e13 }), { maxLength: 200 }), (times) => {
      const any = new DeviceHistory();
      for (const at of times) any.add({ ...NOTHING, at });
      const { at, load } = any.since(1_440, Math.max(0, ...times));
      expect(at.length).toBe(load.length);
      expect([...at]).toEqual([...at].toSorted((a, b) => a - b));
    }),
  );
});

test('income: unknown before anything was computed, net only where power and prices are known', () => {
  const prices = { watts: 100, perKwh: 0.5, perMoot: 2, perCoin: null };
  const hour = { paid: 10n ** 18n, busyMs: 3_600_000, totalBusyMs: 3_600_000, readyMs: 3_600_000, watts: null };
  expect(incomeOf({ ...hour, busyMs: 0 }, prices)).toEqual({ perHour: null, net: null });
  expect(incomeOf({ ...hour, readyMs: 10_000 }, prices)).toEqual({ perHour: null, net: null });
  expect(incomeOf(hour, null)).toEqual({ perHour: '1000000000000000000', net: null });
  expect(incomeOf(hour, prices).net).toBe('975000000000000000');
  expect(incomeOf({ ...hour, watts: 5_000 }, prices).net).toBe('-250000000000000000');
  // A few milliseconds of work in ten hours of waiting: what an hour brings, and what those milliseconds cost.
  const short = { ...hour, busyMs: 36, totalBusyMs: 36, readyMs: 36_000_000 };
  expect(incomeOf(short, prices)).toEqual({ perHour: '100000000000000000', net: '99999975000000000' });
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: 10n ** 24n }),
      fc.double({ min: 0, max: 1e9 }),
      fc.double({ min: 0, max: 1e9 }),
      fc.double({ min: 0 }),
      (paid, busyMs, more, readyMs) => {
        const { perHour } = incomeOf({ paid, busyMs, totalBusyMs: busyMs + more, readyMs, watts: null }, prices);
        expect(perHour === null || /^\d+$/.test(perHour)).toBe(true);
      },
    ),
  );
  let now = 0;
  const busy = new DeviceTime(() => now);
  busy.add('cpu', 1_000);
  busy.add('cpu', Number.NaN);
  now = 23 * 3_600_000;
  expect(busy.of('cpu')).toBe(1_000);
  now = 25 * 3_600_000;
  expect(busy.of('cpu')).toBe(0);
});

test('lanes: several of one device are one, and only their own word confirms', () => {
  const lane: LaneStatus = {
    id: 'cpu',
    device: 'cpu',
    provider: 'cpu',
    state: 'idle',
    pid: 7,
    duty: 0.5,
    stopped: false,
    job: null,
    jobs: [],
    done: 1,
    failed: 0,
    crashes: 0,
    rssBytes: 5,
    lastElapsedMs: 1,
    note: null,
  };
  const [report] = byDevice([lane, { ...lane, id: 'cpu-1', state: 'busy', pid: 8, duty: 1, stopped: true }]);
  expect(report).toMatchObject({ device: 'cpu', state: 'busy', done: 2, rssBytes: 10, pids: [7, 8], duty: 1 });
  expect(byDevice([{ ...lane, device: 'gpu:1', id: 'x' }])[0]?.device).toBe('gpu:1');
  // One of the two has not stopped, and one has not slowed down yet.
  expect(confirms(report, 0)).toBe(false);
  expect(confirms(report, 0.5)).toBe(false);
  expect(confirms({ ...report!, duty: 0.5 }, 0.5)).toBe(true);
  expect(confirms({ ...report!, stopped: true }, 0)).toBe(true);
  expect(confirms(undefined, 0)).toBe(true);
  expect(confirms(undefined, 1)).toBe(false);
});

test('providers worth a try, by vendor and system', () => {
  expect(providersFor('nvidia', 'linux')).toEqual(['cuda', 'webgpu']);
  expect(providersFor('amd', 'win32')).toEqual(['dml', 'webgpu']);
  expect(providersFor('apple', 'darwin')).toEqual(['coreml', 'webgpu']);
});

test('of the providers that ran, the fastest on this very card comes first', () => {
  const check: HardwareCheck = {
    state: 'done',
    at: 1,
    processor: null,
    cores: 1,
    memoryBytes: 1,
    system: 'x',
    devices: [
      {
        id: RTX.id,
        kind: 'gpu',
        name: 'RTX',
        vendor: 'nvidia',
        driver: null,
        memoryBytes: null,
        sources: [],
        trouble: null,
        providers: (['cuda', 'webgpu', 'dml'] as const).map((provider) => ({
          provider,
          state: provider === 'dml' ? 'failed' : 'ran',
          runMs: null,
          difference: null,
          cause: null,
          fix: null,
        })),
      },
    ],
    benchmark: [
      { graph: 'cnn', device: RTX.id, provider: 'cuda', runsPerSecond: 10, at: 1 },
      { graph: 'cnn', device: RTX.id, provider: 'webgpu', runsPerSecond: 90, at: 1 },
      { graph: 'cnn', device: 'gpu:other', provider: 'cuda', runsPerSecond: 900, at: 1 },
    ],
  };
  const order = (given: HardwareCheck): readonly Provider[] | undefined =>
    devicesOf({ ...FACTS, cards: [RTX] }, given).find(({ id }) => id === RTX.id)?.providers;
  expect(order(check)).toEqual(['webgpu', 'cuda']);
  expect(order({ ...check, benchmark: [] })).toEqual(['cuda', 'webgpu']);
});

test('a card that cannot compute: the reason is that of the provider that is shipped and failed, not of one that is not', async () => {
  const said: Readonly<Partial<Record<Provider, string>>> = {
    cuda: 'Failed to load shared library libonnxruntime_providers_cuda.so',
    webgpu: 'VK_ERROR_DEVICE_LOST',
  };
  const check = (broken: readonly Provider[]): Promise<HardwareCheck> =>
    checkHardware(FACTS, {
      trials: {
        tryProvider: async (_, provider) => ({
          provider,
          runMs: null,
          difference: null,
          ...(broken.includes(provider)
            ? explain(provider, said[provider] ?? '', 'linux')
            : { state: 'ran', cause: null, fix: null }),
        }),
        benchmark: async () => [],
      },
      now: () => 1,
      platform: 'linux',
      progress: () => undefined,
    });
  const none = await check(['cuda', 'webgpu']);
  expect(none.devices[1]?.providers.map(({ provider, state }) => [provider, state])).toEqual([
    ['cuda', 'absent'],
    ['webgpu', 'failed'],
  ]);
  expect(devicesOf(FACTS, none)[1]?.unusable?.why).toBe('The driver lost the card.');
  const healthy = await check(['cuda']);
  expect(healthy.devices[1]?.providers.some(({ state }) => state === 'failed')).toBe(false);
  expect(JSON.stringify(none)).not.toContain('by WebGPU instead');
});
