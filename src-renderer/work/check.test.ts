import { expect, test } from 'vitest';
import type { DeviceCheck, HardwareCheck, ProviderCheck } from '../../src-shared/domain/machine.ts';
import { sayCheck, sayDifference, sayRun, sayScore, scoreTable, stateOfDevice } from './check.ts';

const provider = (state: ProviderCheck['state']): ProviderCheck => ({
  provider: 'cpu',
  state,
  runMs: null,
  difference: null,
  cause: null,
  fix: null,
});
const device = (...states: Array<ProviderCheck['state']>): DeviceCheck => ({
  id: 'cpu',
  kind: 'cpu',
  name: '',
  vendor: 'other',
  driver: null,
  memoryBytes: null,
  sources: [],
  providers: states.map(provider),
  trouble: null,
});
const check = (...devices: readonly DeviceCheck[]): HardwareCheck => ({
  state: 'done',
  at: 0,
  processor: null,
  cores: 1,
  memoryBytes: 0,
  system: '',
  devices,
  benchmark: [],
});

test('a device counts only when something really ran on it', () => {
  expect(sayCheck(null)).toBe('This machine was not checked yet');
  expect(sayCheck({ ...check(), state: 'running' })).toBe('The check is running');
  expect(sayCheck(check())).toBe('No device was found');
  expect(sayCheck(check(device('failed', 'ran'), device('absent')))).toBe('1 of 2 devices can compute');
  expect(sayCheck(check(device('ran')))).toBe('Your device can compute');
});

test('a card whose work is told with another is no trouble; one on which something failed is', () => {
  expect(['absent', 'failed', 'ran'].map((state) => stateOfDevice(device(state as ProviderCheck['state'])))).toEqual([
    'elsewhere',
    'unable',
    'able',
  ]);
  expect(stateOfDevice(device('absent', 'failed'))).toBe('unable');
  expect(stateOfDevice(device())).toBe('unable');
  expect(stateOfDevice({ ...device('absent'), trouble: { cause: 'No driver.', fix: 'Install it.' } })).toBe('unable');
});

test('times, differences and scores in words', () => {
  expect([sayRun(1.838), sayRun(11.9), sayRun(2_140)]).toEqual(['1.84 ms', '12 ms', '2.1 s']);
  expect([sayDifference(0), sayDifference(2.4e-7), sayDifference(0.5)]).toEqual(['none', '6 decimals agree', '0.50']);
  expect([sayScore(2_140.4), sayScore(9.44), sayScore(0.831)]).toEqual(['2,140', '9.4', '0.83']);
});

test('scores stand under the device that made them, and a graph that did not run stays empty', () => {
  const score = (graph: string, device: string, runsPerSecond: number) => ({
    graph,
    device,
    provider: 'cpu' as const,
    runsPerSecond,
    at: 0,
  });
  const table = scoreTable([score('a', 'x', 1), score('a', 'y', 2), score('b', 'y', 3)]);
  expect(table.columns.map(({ device }) => device)).toEqual(['x', 'y']);
  expect(table.rows).toEqual([
    { graph: 'a', scores: [1, 2] },
    { graph: 'b', scores: [null, 3] },
  ]);
});
