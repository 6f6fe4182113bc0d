import { DEVICE_LIMITS, type DeviceLimits } from '../../src-shared/domain/machine.ts';

/** Pure: limits of a device as they stand in its form. Empty: no limit. */

const GIB = 1024 ** 3;

export interface TypedLimits {
  /** Percent of the time. */
  readonly duty: number;
  readonly targetC: string;
  readonly powerCapW: string;
  readonly memoryGiB: string;
  readonly lanes: string;
}

export interface ReadNumber {
  readonly value: number | null;
  readonly problem: string | null;
}

/** Digits with a point or a comma between two bounds, or nothing. */
export function readNumber(text: string, low: number, high: number): ReadNumber {
  const plain = text.trim().replace(',', '.');
  if (plain === '') return { value: null, problem: null };
  const value = Number(plain);
  if (!/^\d*\.?\d+$/.test(plain)) return { value: null, problem: 'Write digits, please.' };
  if (value < low || value > high) return { value: null, problem: `From ${low} to ${high}, please.` };
  return { value, problem: null };
}

export function typedLimits(limits: DeviceLimits): TypedLimits {
  const { duty, targetC, powerCapW, memoryBytes, lanes } = limits;
  return {
    duty: Math.round(duty * 100),
    targetC: targetC?.toString() ?? '',
    powerCapW: powerCapW?.toString() ?? '',
    memoryGiB: memoryBytes === null ? '' : String(Math.round((memoryBytes / GIB) * 10) / 10),
    lanes: String(lanes),
  };
}

export const NO_LIMITS = typedLimits(DEVICE_LIMITS);

export type FieldName = 'targetC' | 'powerCapW' | 'memoryGiB' | 'lanes';

/** What each field may hold, as the node takes it. */
const BOUNDS: Readonly<Record<FieldName, readonly [number, number]>> = {
  targetC: [30, 110],
  powerCapW: [1, 2_000],
  memoryGiB: [0.1, 65_536],
  lanes: [1, 64],
};

export function readField(form: TypedLimits, name: FieldName): ReadNumber {
  return readNumber(form[name], ...BOUNDS[name]);
}

/** The limits that the form stands for; null while a field is none. */
export function readLimits(form: TypedLimits, on: boolean): DeviceLimits | null {
  const target = readField(form, 'targetC');
  const power = readField(form, 'powerCapW');
  const memory = readField(form, 'memoryGiB');
  const lanes = readField(form, 'lanes');
  if ([target, power, memory, lanes].some(({ problem }) => problem !== null)) return null;
  return {
    on,
    duty: form.duty / 100,
    targetC: target.value,
    powerCapW: power.value,
    memoryBytes: memory.value === null ? null : Math.round(memory.value * GIB),
    lanes: Math.round(lanes.value ?? 1),
  };
}

/** Memory is typed in tenths of a GiB; what differs by less is the same. */
export function sameLimits(a: DeviceLimits, b: DeviceLimits): boolean {
  return JSON.stringify([a.on, typedLimits(a)]) === JSON.stringify([b.on, typedLimits(b)]);
}
