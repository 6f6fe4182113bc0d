import type { MachineConditions, Policy } from '../policy/conditions.ts';
import { decide, type Decided } from '../policy/decide.ts';

/** Slow and cool, for a while: a check would be neither. Other limits of speed may hold for ever. */
const SLOW_FOR_NOW: ReadonlySet<string> = new Set(['WARM', 'QUIET_HOURS']);
/** They say nothing about the rest of the machine, and may hold for ever. */
const ASIDE: ReadonlySet<string> = new Set(['SWITCHED_OFF', 'DEVICE_GONE']);

/** Pure. Why a hardware check that nobody asked for waits, one sentence; null: nothing speaks against computing here. */
export function putOff(
  conditions: MachineConditions,
  policy: Policy,
  memory: Decided['memory'],
  busy: boolean,
): string | null {
  if (busy) return 'Work is under way, and both would be slower.';
  // That nothing has run on a card yet is what a check is for.
  const devices = conditions.devices.map((device) => ({ ...device, unusable: null, mayUse: [] }));
  const { rulings } = decide({ ...conditions, devices }, policy, { owed: false, jobs: 0, nearest: null }, memory);
  const against = Object.values(rulings).find(
    ({ decision: { act, code } }) => (act === 'stop' && !ASIDE.has(code)) || SLOW_FOR_NOW.has(code),
  );
  return against?.decision.why ?? null;
}
