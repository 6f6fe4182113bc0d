import { STOP_ABOVE_TARGET_C, type DeviceLimits } from '../../src-shared/domain/machine.ts';
import { sightOf } from './blind.ts';
import type { DeviceConditions, HeldRule, MachineConditions, Memory, Policy } from './conditions.ts';

/** What was a reason stays one until it has been over for so long. */
export const HOLD_MS = 60_000;
/** So far above the target it stops; so far below, it may go on. */
export const STOP_ABOVE_C = STOP_ABOVE_TARGET_C;
export const RESUME_BELOW_C = 5;
/** Quiet hours are cooler by this. */
export const QUIET_COOLER_C = 10;
/** Share of a card that others take: from here on it is theirs, and below the second it is free. */
export const FOREIGN_LOAD = 0.15;
export const FOREIGN_OVER = 0.05;
const GIBIBYTE = 1024 ** 3;
export const MEMORY_SHORT = GIBIBYTE / 2;
const MEMORY_FINE = GIBIBYTE;
const LEAST_POWER_DUTY = 0.05;

/** Temperature that a device shall stay below now; null: none was set. */
export function targetOf(limits: DeviceLimits, quiet: boolean): number | null {
  return limits.targetC === null ? null : limits.targetC - (quiet ? QUIET_COOLER_C : 0);
}

/** Pure. What one look adds to the memory of a device. Going down is immediate, coming back takes its time. */
export function remember(
  last: Memory,
  machine: MachineConditions,
  device: DeviceConditions,
  policy: Policy,
  limits: DeviceLimits,
  quiet: boolean,
): Memory {
  const { targetC, powerCapW } = limits;
  const about = JSON.stringify([targetC, powerCapW, policy.limits.diskFreeBytes, policy.limits.yieldToGames]);
  const memory = last.about === about ? last : { ...last, heat: 'ok' as const, held: {}, powerDuty: 1, about };
  const held: { [rule in HeldRule]?: { readonly fineSince: number | null } } = {};
  const hold = (rule: HeldRule, bad: boolean, fine: boolean): void => {
    const before = memory.held[rule];
    // A clock that was set back must not hold anything for longer than once more.
    const since =
      before === undefined || before.fineSince === null ? machine.now : Math.min(before.fineSince, machine.now);
    if (bad) held[rule] = { fineSince: null };
    else if (before !== undefined && (!fine || machine.now - since < HOLD_MS))
      held[rule] = { fineSince: fine ? since : null };
  };
  const heat = heatOf(memory, device.temperatureC, targetOf(limits, quiet));
  const { foreignLoad, memoryFreeBytes } = device;
  const { diskFreeBytes, fullScreen, battery } = machine;
  const yields = policy.limits.yieldToGames;
  hold('heat', heat.bad !== 'ok', heat.fine);
  hold(
    'foreign',
    yields && device.kind === 'gpu' && foreignLoad !== null && foreignLoad >= FOREIGN_LOAD,
    // A sensor that fell silent does not end a game.
    !yields || (foreignLoad !== null && foreignLoad < FOREIGN_OVER),
  );
  hold('screen', yields && fullScreen === true, true);
  hold(
    'memory',
    memoryFreeBytes !== null && memoryFreeBytes < MEMORY_SHORT,
    memoryFreeBytes === null || memoryFreeBytes >= MEMORY_FINE,
  );
  const least = policy.limits.diskFreeBytes;
  hold('disk', diskFreeBytes !== null && diskFreeBytes < least, diskFreeBytes === null || diskFreeBytes >= least * 1.1);
  return {
    heat: held.heat === undefined ? 'ok' : worse(heat.bad, memory.heat),
    sawHeat: memory.sawHeat || device.temperatureC !== null,
    powerDuty: powerDuty(memory, device.powerW, powerCapW),
    held,
    sight: sightOf(memory.sight, machine.now, device, yields),
    onBattery: battery?.onBattery ?? memory.onBattery,
    about,
  };
}

function heatOf(
  memory: Memory,
  now: number | null,
  target: number | null,
): { readonly bad: Memory['heat']; readonly fine: boolean } {
  if (target === null) return { bad: 'ok', fine: true };
  // A sensor that fell silent does not make anything cooler.
  if (now === null) return { bad: memory.heat, fine: false };
  const bad = now >= target + STOP_ABOVE_C ? 'hot' : now > target ? 'warm' : 'ok';
  return { bad, fine: now <= target - RESUME_BELOW_C };
}

const GRADES = ['ok', 'warm', 'hot'] as const;

function worse(a: Memory['heat'], b: Memory['heat']): Memory['heat'] {
  return GRADES[Math.max(GRADES.indexOf(a), GRADES.indexOf(b))] ?? 'hot';
}

/** Less time by as much as there is too much power; more again in small steps, only while there is room. */
function powerDuty({ powerDuty: before }: Memory, powerW: number | null, cap: number | null): number {
  if (cap === null) return 1;
  if (powerW === null) return before;
  if (powerW > cap) return Math.max(LEAST_POWER_DUTY, (before * cap) / powerW);
  return powerW < cap * 0.9 ? Math.min(1, before * 1.05) : before;
}
