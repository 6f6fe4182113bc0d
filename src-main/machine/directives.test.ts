import { expect, test } from 'vitest';
import { DEVICE_LIMITS, MACHINE_LIMITS } from '../../src-shared/domain/machine.ts';
import type { Directive, LaneControl } from '../compute/control.ts';
import type { Policy } from '../policy/conditions.ts';
import type { Decided } from '../policy/decide.ts';
import { devicesOf, type Device } from './devices.ts';
import { Directives } from './directives.ts';

const GIB = 1024 ** 3;
const NOW = 1_800_000_000_000;
const [processor] = devicesOf(null, null) as [Device];
const card = (id: string, memoryBytes: number | null): Device => ({
  ...processor,
  id,
  kind: 'gpu',
  providers: ['webgpu'],
  memoryBytes,
});
const policy: Policy = { limits: MACHINE_LIMITS, pause: null, pauses: {}, device: DEVICE_LIMITS };

function told(given: Partial<Policy>, code = 'NO_WORK') {
  const orders: Record<string, Partial<Directive>> = {};
  const control: LaneControl = {
    place: () => undefined,
    direct: (device, directive) => void (orders[device] = directive),
    directServers: (directive) => void (orders['servers'] = directive),
  };
  const devices = [processor, card('gpu:a', 12 * GIB), card('gpu:b', null)];
  const decision = { act: 'run', duty: 1, code, why: '', lookAgainAt: null } as const;
  const rulings: Decided['rulings'] = Object.fromEntries(
    devices.map(({ id }) => [id, { decision, finish: true, takes: true }]),
  );
  const lanes = { control, reports: () => [], waiting: () => 0 };
  new Directives(lanes, () => undefined).follow(devices, { rulings, memory: {} }, { ...policy, ...given }, NOW);
  return orders;
}

test('a card’s work may take half of its memory, or what was allowed; of the computer’s the pool knows the half', () => {
  const orders = told({});
  expect([orders['cpu'], orders['gpu:a'], orders['gpu:b']].map((order) => order?.memoryBytes)).toEqual([
    null,
    6 * GIB,
    null,
  ]);
  const devices = { 'gpu:a': { ...DEVICE_LIMITS, memoryBytes: 8 * GIB } };
  expect(told({ limits: { ...MACHINE_LIMITS, devices } })['gpu:a']?.memoryBytes).toBe(8 * GIB);
});

test('servers on other machines stop with the whole machine and outside its hours only, unless something is owed', () => {
  expect(told({})['servers']).toEqual({ duty: 1, finish: true });
  const pause = { until: NOW + 1, finish: false };
  expect(told({ pauses: { cpu: pause, 'gpu:a': pause } })['servers']).toEqual({ duty: 1, finish: true });
  expect(told({ pause })['servers']).toEqual({ duty: 0, finish: false });
  expect(told({ pause: { until: NOW, finish: false } })['servers']?.duty).toBe(1);
  expect(told({ pause }, 'OWED')['servers']?.duty).toBe(1);
  const day = new Date(NOW).getDay();
  const hours = (days: number[]) => ({ limits: { ...MACHINE_LIMITS, schedule: [{ days, from: 0, to: 1_440 }] } });
  expect(told(hours([day]))['servers']?.duty).toBe(1);
  expect(told(hours([(day + 3) % 7]))['servers']?.duty).toBe(0);
});
