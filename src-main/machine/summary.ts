import type { Decision } from '../../src-shared/domain/machine.ts';
import type { Decided } from '../policy/decide.ts';
import type { Device } from './devices.ts';

export type HeldUp = Pick<Decision, 'code' | 'why' | 'change' | 'lookAgainAt'>;

/** Stops that say nothing about the rest of the machine. */
const ASIDE: ReadonlySet<string> = new Set(['UNUSABLE', 'SWITCHED_OFF', 'DEVICE_GONE']);

/** Pure. Why no device takes new work, in the words of the first that could; null: one takes some. */
export function heldUp(devices: readonly Device[], { rulings }: Decided): HeldUp | null {
  const all = devices.flatMap(({ id }) => rulings[id] ?? []);
  if (all.length === 0 || all.some(({ takes }) => takes)) return null;
  const decisions = all.map(({ decision, instead }) => instead ?? decision);
  return decisions.find(({ code }) => !ASIDE.has(code)) ?? decisions[0] ?? null;
}

/** Pure. What holds back the devices that may work; null: one of them is free. */
export function slowedBy(devices: readonly Device[], { rulings }: Decided): string | null {
  const working = devices.flatMap(({ id }) => rulings[id] ?? []).filter(({ decision }) => decision.act !== 'stop');
  return working.length > 0 && working.every(({ decision }) => decision.act === 'throttle')
    ? (working[0]?.decision.why ?? null)
    : null;
}
