import { describe, expect, it, test } from 'vitest';
import type { Amount } from '../../src-shared/domain/ids.ts';
import { DEVICE_LIMITS, NO_READING, type DeviceView } from '../../src-shared/domain/machine.ts';
import { NO_PRICES } from '../../src-shared/domain/prices.ts';
import {
  memory,
  sayCelsius,
  sayDevices,
  sayIncome,
  sayMemory,
  sayNextLook,
  sayState,
  sayTitle,
  sayWatts,
} from './words.ts';

const DEVICE: DeviceView = {
  id: 'cpu',
  kind: 'cpu',
  name: 'Processor',
  detail: '',
  state: 'working',
  decision: { act: 'run', duty: 1, code: 'RUN', why: '', lookAgainAt: null },
  confirmed: true,
  provider: 'cpu',
  job: null,
  done: 0,
  failed: 0,
  crashes: 0,
  reading: NO_READING,
  memoryBytes: null,
  incomePerHour: null,
  netPerHour: null,
  limits: DEVICE_LIMITS,
};
const stop = { ...DEVICE.decision, act: 'stop', duty: 0, code: 'HOT' } as const;
const device = (over: Partial<DeviceView>): DeviceView => ({ ...DEVICE, ...over });

describe('a device', () => {
  it('is not called stopped before its lane is', () => {
    expect(sayState(device({ decision: stop, confirmed: false })).words).toBe('stopping…');
    expect(sayState(device({ decision: stop, state: 'stopped' })).words).toBe('stopped');
    expect(sayState(device({ decision: { ...stop, code: 'PAUSED' }, state: 'stopped' })).words).toBe('paused');
  });
  it('pulses only while it computes', () => {
    expect(sayState(DEVICE)).toEqual({ words: 'working', tone: 'work', pulse: true });
    expect(sayState(device({ decision: { ...DEVICE.decision, act: 'throttle', duty: 0.4 } })).words).toBe(
      'working slowly',
    );
    for (const state of ['idle', 'starting', 'stopped', 'off', 'failed'] as const)
      expect(sayState(device({ state })).pulse, state).toBe(false);
  });
  it('has a page that opens with a sentence', () => {
    expect(sayTitle(device({ decision: stop, confirmed: false }))).toBe('Processor is stopping…');
    expect(sayTitle(device({ state: 'failed' }))).toBe('Processor failed');
  });
  it('that failed says so even while something was decided', () =>
    expect(sayState(device({ state: 'failed', confirmed: false })).tone).toBe('trouble'));
});

test('the page says how many work', () => {
  const idle = device({ state: 'idle' });
  expect(sayDevices([], 2)).toBe('No device was found so far');
  expect(sayDevices([DEVICE], 0)).toBe('Your machine may not solve anything yet');
  expect(sayDevices([DEVICE], 2)).toBe('Your device is working');
  expect(sayDevices([DEVICE, idle], 2)).toBe('1 of 2 devices is working');
  expect(sayDevices([idle, device({ state: 'stopped' })], 2)).toBe('Ready, and waiting for work');
  expect(sayDevices([device({ state: 'stopped' })], 2)).toBe('No device works right now');
  expect(sayDevices([device({ state: 'failed' })], 2)).toBe('Your device failed');
});

test('when it is looked at again is said, and never in the past', () => {
  expect(sayNextLook(stop, 0)).toBeNull();
  expect(sayNextLook({ ...stop, lookAgainAt: 24_000 }, 0)).toBe('Looked at again in 24 s.');
  expect(sayNextLook({ ...stop, lookAgainAt: 24_000 }, 30_000)).toBe('Being looked at again now.');
});

describe('income', () => {
  const gross = '300000000000000000' as Amount;
  const prices = { ...NO_PRICES, perKwh: 0.3, perMoot: 2 };
  it('is net where it can be', () =>
    expect(sayIncome(device({ incomePerHour: gross, netPerHour: gross }), prices).note).toBe('net of electricity'));
  it('asks for what was not said', () =>
    expect(sayIncome(device({ incomePerHour: gross }), { ...prices, perKwh: null }).ask).toBe(true));
  it('does not ask for what the person cannot know', () =>
    expect(sayIncome(device({ incomePerHour: gross }), prices)).toMatchObject({
      ask: false,
      note: 'before electricity: its power is not known',
    }));
  it('names a loss', () =>
    expect(sayIncome(device({ incomePerHour: gross, netPerHour: '-1' as Amount }), prices).loss).toBe(true));
  it('of nothing is nothing', () => expect(sayIncome(DEVICE, prices).value).toBeNull());
});

test('unknown stays unknown and zero is a value', () => {
  expect([sayCelsius(null, 80), sayWatts(null, 100), sayMemory(null, 5)]).toEqual([null, null, null]);
  expect(sayCelsius(0, null)).toBe('0 °C');
  expect(sayCelsius(61.4, 72)).toBe('61 of 72 °C');
  expect(sayWatts(0, 160)).toBe('0 of 160 W');
  expect(sayMemory(5.2 * 1024 ** 3, 12 * 1024 ** 3)).toBe('5.2 of 12 GiB');
  expect(memory(640 * 1024 ** 2)).toBe('640 MiB');
});
