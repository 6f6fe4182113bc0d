import type { Decision, DeviceView, MachineLimits } from '../../src-shared/domain/machine.ts';
import { count, relativeTime } from '../../src-shared/domain/format.ts';
import type { Timestamp } from '../../src-shared/domain/ids.ts';
import type { Prices } from '../../src-shared/domain/prices.ts';
import type { Tone } from '../ui/Pill.tsx';

/** Pure wording of devices: what they do, why, and what that brings. */

const GIB = 1024 ** 3;

export interface Said {
  readonly words: string;
  readonly tone: Tone;
  /** It computes at this moment. */
  readonly pulse: boolean;
}

/** What a device really does. What was decided and is not so yet is said as such: "stopping…". */
export function sayState({ state, decision, confirmed }: DeviceView): Said {
  const wait = (words: string): Said => ({ words, tone: 'wait', pulse: false });
  if (state === 'failed') return { words: 'failed', tone: 'trouble', pulse: false };
  if (!confirmed) return wait(ON_THE_WAY[decision.act]);
  switch (state) {
    case 'working':
      return { words: decision.duty < 1 ? 'working slowly' : 'working', tone: 'work', pulse: true };
    case 'idle':
      return wait('waiting');
    case 'starting':
      return wait('starting');
    case 'stopped':
      return wait(isPaused(decision) ? 'paused' : 'stopped');
    case 'off':
      return wait('off');
  }
}

/** "RTX 4070 is stopping…", "Arc A380 failed". */
export function sayTitle(device: DeviceView): string {
  const { words } = sayState(device);
  return device.state === 'failed' ? `${device.name} ${words}` : `${device.name} is ${words}`;
}

const ON_THE_WAY = { run: 'starting…', throttle: 'slowing down…', stop: 'stopping…' } as const;

/** By the person's hand, as opposed to every other reason to stop. */
export function isPaused(decision: Decision): boolean {
  return decision.code === 'PAUSED';
}

/** "Looked at again in 24 s."; null when nothing but an event changes it. */
export function sayNextLook({ lookAgainAt }: Decision, now: Timestamp): string | null {
  if (lookAgainAt === null) return null;
  return lookAgainAt <= now ? 'Being looked at again now.' : `Looked at again ${relativeTime(lookAgainAt, now)}.`;
}

/** The page's one sentence. */
export function sayDevices(devices: readonly DeviceView[], modelsAllowed: number): string {
  if (modelsAllowed === 0) return 'Your machine may not solve anything yet';
  if (devices.length === 0) return 'No device was found so far';
  const working = devices.filter(({ state }) => state === 'working').length;
  const failed = devices.filter(({ state }) => state === 'failed').length;
  if (working === devices.length)
    return working === 1 ? 'Your device is working' : `All ${working} devices are working`;
  if (working > 0) return `${working} of ${count(devices.length, 'device')} ${working === 1 ? 'is' : 'are'} working`;
  if (failed === devices.length) return devices.length === 1 ? 'Your device failed' : 'All devices failed';
  const willing = devices.some(({ state }) => state === 'idle' || state === 'starting');
  return willing ? 'Ready, and waiting for work' : 'No device works right now';
}

const WHEN_ACTIVE = {
  run: 'also while you use the computer',
  throttle: 'slowly while you use the computer',
  stop: 'not while you use the computer',
} as const;

/** "Works at any time, slowly while you use the computer, never on battery". */
export function sayLimits({ schedule, whenActive, onBattery }: MachineLimits): string {
  const when = schedule.length === 0 ? 'Works at any time' : 'Works in the hours you chose';
  return [when, WHEN_ACTIVE[whenActive], ...(onBattery ? [] : ['never on battery'])].join(', ');
}

/** Binary, as memory is sold: "5.2 GiB", "640 MiB". */
export function memory(bytes: number): string {
  if (bytes >= 0.95 * GIB) return `${(bytes / GIB).toFixed(bytes < 99.5 * GIB ? 1 : 0).replace(/\.0$/, '')} GiB`;
  return `${Math.round(bytes / 1024 ** 2)} MiB`;
}

/** What an hour in which it may work brings, and what stands between that and a net figure. */
export interface Income {
  readonly value: DeviceView['netPerHour'];
  readonly note: string;
  /** Electricity is not taken off because the person did not say what it costs. */
  readonly ask: boolean;
  readonly loss: boolean;
}

export function sayIncome(device: DeviceView, prices: Prices | null): Income {
  const { incomePerHour, netPerHour } = device;
  if (incomePerHour === null)
    return { value: null, note: 'Nothing earned in the last 24 hours', ask: false, loss: false };
  if (netPerHour !== null) {
    const loss = netPerHour.startsWith('-');
    return {
      value: netPerHour,
      note: loss ? 'costs more power than it brings' : 'net of electricity',
      ask: false,
      loss,
    };
  }
  const unsaid = prices === null || prices.perKwh === null || prices.perMoot === null;
  const note = unsaid ? 'before electricity' : 'before electricity: its power is not known';
  return { value: incomePerHour, note, ask: unsaid, loss: false };
}

/** "61 of 72 °C": with the limit where there is one. */
export function sayCelsius(value: number | null, target: number | null): string | null {
  if (value === null) return null;
  return target === null ? `${Math.round(value)} °C` : `${Math.round(value)} of ${target} °C`;
}

export function sayWatts(value: number | null, cap: number | null): string | null {
  if (value === null) return null;
  return cap === null ? `${Math.round(value)} W` : `${Math.round(value)} of ${cap} W`;
}

export function sayMemory(used: number | null, whole: number | null): string | null {
  if (used === null) return null;
  return whole === null ? memory(used) : `${memory(used).replace(/ GiB$/, '')} of ${memory(whole)}`;
}

/** Older than this, sensors are no longer believed to be of now, ms. */
export const STALE_MS = 15_000;

const PROVIDERS = { cpu: 'processor', webgpu: 'WebGPU', cuda: 'CUDA', dml: 'DirectML', coreml: 'Core ML' } as const;

export const providerName = (provider: keyof typeof PROVIDERS): string => PROVIDERS[provider];
