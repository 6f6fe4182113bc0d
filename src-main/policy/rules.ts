import type { DeviceLimits } from '../../src-shared/domain/machine.ts';
import type { DeviceConditions, MachineConditions, Memory, Pause, Policy } from './conditions.ts';
import { mustRest } from './blind.ts';
import { clock, inSpans, minutesToChange } from './spans.ts';
import { targetOf, STOP_ABOVE_C, RESUME_BELOW_C } from './hysteresis.ts';

/** One rule's word on one device. A stop has duty 0; what has no objection says nothing. */
export interface Objection {
  readonly duty: number;
  readonly code: string;
  readonly why: string;
  readonly change?: string;
  readonly lookAgainAt?: number | null;
  /** Not even what this machine owes others goes on: it is hot, on battery, or somebody needs the device. */
  readonly hard?: boolean;
  /** When it stops: what is being computed ends first. */
  readonly finish?: boolean;
  /** It is over within seconds: new work is taken all the same, and nothing is said about it in the log. */
  readonly brief?: boolean;
}

/** What a rule sees of one device. */
export interface Situation {
  readonly machine: MachineConditions;
  readonly device: DeviceConditions;
  readonly policy: Policy;
  readonly limits: DeviceLimits;
  readonly memory: Memory;
  readonly quiet: boolean;
}

export type Rule = (situation: Situation) => Objection | null;

/** Share of time while somebody uses the computer, in quiet hours, and where a sensor fell silent. */
export const SLOW = 0.5;
export const QUIET = 0.25;
export const CAREFUL = 0.25;
/** While a card rests to be looked at. */
const REST_LOOK_MS = 2_000;

const percent = (share: number): string => `${Math.round(share * 100)} %`;
const stop = (code: string, why: string, rest: Omit<Objection, 'duty' | 'code' | 'why'> = {}): Objection => ({
  duty: 0,
  code,
  why,
  ...rest,
});
const slow = (
  duty: number,
  code: string,
  why: string,
  rest: Omit<Objection, 'duty' | 'code' | 'why'> = {},
): Objection => ({ duty, code, why, ...rest });
const named = ({ kind }: DeviceConditions): string => (kind === 'gpu' ? 'the graphics card' : 'the processor');
const Named = ({ kind }: DeviceConditions): string => (kind === 'gpu' ? 'The graphics card' : 'The processor');

function paused(pause: Pause | null | undefined, now: number, what: string): Objection | null {
  if (pause === null || pause === undefined || (pause.until !== null && pause.until <= now)) return null;
  const long = pause.until === null ? '' : ' for a while';
  const ends = pause.finish ? ' What was begun ends first.' : '';
  return stop('PAUSED', `You paused ${what}${long}.`, {
    change: pause.until === null ? `Resume to go on.${ends}` : `It goes on by itself; resume to go on now.${ends}`,
    lookAgainAt: pause.until,
    finish: pause.finish,
  });
}

/** In the order in which a person would want to hear them: own wishes, then harm, then courtesy, then cost. */
export const RULES: readonly Rule[] = [
  ({ device }) =>
    device.unusable === null
      ? null
      : stop('UNUSABLE', device.unusable.why, { change: device.unusable.change, hard: true }),
  ({ limits, device }) =>
    limits.on
      ? null
      : stop('SWITCHED_OFF', `You switched off work on ${named(device)}.`, {
          change: 'Switch it on under Work.',
          hard: true,
        }),
  ({ device }) =>
    device.gone
      ? stop('DEVICE_GONE', 'The driver of the graphics card does not answer any more.', {
          change: 'It is looked for again; if that does not help, restart the computer.',
          hard: true,
        })
      : null,
  ({ policy, machine }) => paused(policy.pause, machine.now, 'this machine'),
  ({ policy, machine, device }) => paused(policy.pauses[device.id], machine.now, `work on ${named(device)}`),
  ({ memory, device, limits, quiet }) => {
    const target = targetOf(limits, quiet);
    if (memory.heat !== 'hot' || target === null) return null;
    const now = device.temperatureC;
    const at =
      now === null
        ? 'was too hot when its temperature was last known'
        : `is at ${Math.round(now)} °C, and ${target} °C is its target`;
    return stop('HOT', `${Named(device)} ${at}.`, {
      change: `It goes on below ${target - RESUME_BELOW_C} °C.`,
      hard: true,
    });
  },
  ({ machine, memory, policy }) => {
    if (policy.limits.onBattery) return null;
    const known = machine.battery?.onBattery ?? null;
    const percentage = machine.battery?.percent;
    if (known === true)
      return stop(
        'ON_BATTERY',
        `The computer runs on its battery${percentage == null ? '' : `, which is at ${Math.round(percentage)} %`}.`,
        {
          change: 'Plug it in, or allow work on battery.',
          hard: true,
        },
      );
    return known === null && memory.onBattery === true
      ? stop('BATTERY_LOST', 'The computer ran on its battery when that was last known.', {
          change: 'Plug it in, or allow work on battery.',
          hard: true,
        })
      : null;
  },
  ({ memory }) =>
    memory.held.screen === undefined
      ? null
      : stop('FULL_SCREEN', 'A program fills the screen, and it comes first.', {
          change: 'Work goes on a minute after it is over.',
          hard: true,
        }),
  ({ memory, device }) =>
    memory.held.foreign === undefined
      ? null
      : stop(
          'CARD_IN_USE',
          device.foreignLoad === null
            ? 'Another program used the graphics card when that was last known.'
            : `Another program uses the graphics card (${percent(device.foreignLoad)}).`,
          {
            change: 'Work goes on a minute after it is over.',
            hard: true,
          },
        ),
  ({ memory, device }) =>
    memory.held.memory === undefined
      ? null
      : stop(
          'MEMORY_SHORT',
          `${device.kind === 'gpu' ? 'The memory of the graphics card' : 'The memory of the computer'} is almost used up by other programs.`,
          {
            change: 'Close a program that takes much of it.',
            hard: true,
          },
        ),
  ({ policy, machine }) => {
    const { schedule } = policy.limits;
    if (schedule.length === 0 || inSpans(schedule, machine.day, machine.minute)) return null;
    const wait = minutesToChange(schedule, machine.day, machine.minute);
    return stop('SCHEDULE', 'It is outside the hours in which this machine shall work.', {
      ...(wait === null ? {} : { change: `Work begins at ${clock(machine.day, machine.minute, wait)}.` }),
      lookAgainAt: wait === null ? null : machine.now + wait * 60_000,
      finish: true,
    });
  },
  ({ policy, machine }) => active(policy, machine),
  ({ memory }) =>
    memory.held.disk === undefined
      ? null
      : stop('DISK_SHORT', 'The disk has less free space than you want to keep.', {
          change: 'Free some space, or keep less of it.',
          finish: true,
        }),
  ({ policy, machine }) =>
    machine.metered === true && !policy.limits.onMetered
      ? stop('METERED', 'The network connection is paid by volume.', {
          change: 'Use another network, or allow work on this one.',
          finish: true,
        })
      : null,
  ({ memory, machine, device }) =>
    mustRest(memory, machine.now)
      ? stop('SEEING', `Work rests for a moment, to see whether another program needs ${named(device)}.`, {
          change: 'It goes on within seconds.',
          lookAgainAt: machine.now + REST_LOOK_MS,
          hard: true,
          finish: true,
          brief: true,
        })
      : null,
  ({ memory, device }) =>
    memory.sight.silent
      ? slow(CAREFUL, 'FOREIGN_UNKNOWN', `Whether other programs use ${named(device)} cannot be read any more.`, {
          change: 'Full speed comes back with the sensor.',
        })
      : null,
  ({ memory, device, limits, quiet }) => {
    const target = targetOf(limits, quiet);
    if (memory.heat !== 'warm' || target === null) return null;
    const now = device.temperatureC;
    // From half of the time at the target down to little just below the stop.
    const over = now === null ? STOP_ABOVE_C : Math.min(Math.max(now - target, 0), STOP_ABOVE_C);
    const share = Math.round((SLOW - (over / STOP_ABOVE_C) * (SLOW - 0.1)) * 20) / 20;
    return now === null
      ? slow(0.1, 'WARM', `${Named(device)} was too warm when its temperature was last known.`, {
          change: 'Full speed comes back with the sensor.',
        })
      : slow(share, 'WARM', `${Named(device)} is at ${Math.round(now)} °C, close to its target of ${target} °C.`, {
          change: `Full speed comes back below ${target - RESUME_BELOW_C} °C.`,
        });
  },
  ({ memory, device, limits }) =>
    memory.sawHeat && device.temperatureC === null && limits.targetC !== null && memory.heat === 'ok'
      ? slow(CAREFUL, 'HEAT_UNKNOWN', `The temperature of ${named(device)} cannot be read any more.`, {
          change: 'Full speed comes back with the sensor.',
        })
      : null,
  ({ memory, device, limits }) => {
    if (limits.powerCapW === null) return null;
    if (device.powerW === null && memory.powerDuty >= 1)
      return slow(
        SLOW,
        'POWER_UNKNOWN',
        `Nobody says how much power ${named(device)} draws, so it works half of the time to stay below your cap.`,
      );
    return memory.powerDuty < 1
      ? slow(
          memory.powerDuty,
          'POWER_CAP',
          `${Named(device)} would draw more than your cap of ${limits.powerCapW} W.`,
          { change: 'Raise the cap, or leave it so.' },
        )
      : null;
  },
  ({ quiet, machine, policy }) => {
    if (!quiet) return null;
    const wait = minutesToChange(policy.limits.quiet, machine.day, machine.minute);
    return slow(QUIET, 'QUIET_HOURS', 'These are quiet hours: work is slow and cool, so that fans stay quiet.', {
      ...(wait === null ? {} : { change: `Full speed comes back at ${clock(machine.day, machine.minute, wait)}.` }),
      lookAgainAt: wait === null ? null : machine.now + wait * 60_000,
    });
  },
  ({ limits }) =>
    limits.duty >= 1
      ? null
      : slow(limits.duty, 'DUTY_LIMIT', `You limited it to ${percent(limits.duty)} of the time.`, {
          change: 'Raise the limit under Work.',
        }),
];

/** While somebody is at the computer; where that cannot be known, as if somebody were. */
function active({ limits }: Policy, { idleSeconds, now }: MachineConditions): Objection | null {
  if (limits.whenActive === 'run' || (idleSeconds !== null && idleSeconds >= limits.idleSeconds)) return null;
  const minutes = Math.max(1, Math.round(limits.idleSeconds / 60));
  const known = idleSeconds !== null;
  const code = known ? 'ACTIVE' : 'IDLE_UNKNOWN';
  const who = known ? 'Somebody uses the computer' : 'Nobody can say whether somebody uses the computer';
  const change = known
    ? `${limits.whenActive === 'stop' ? 'Work' : 'Full speed'} comes back after ${minutes} ${minutes === 1 ? 'minute' : 'minutes'} without input.`
    : 'Test the sources under Work, or let it work whether or not somebody is there.';
  const lookAgainAt = known ? now + Math.ceil((limits.idleSeconds - idleSeconds) * 1_000) : null;
  return limits.whenActive === 'stop'
    ? stop(code, `${who}, so work waits.`, { change, lookAgainAt })
    : slow(SLOW, code, `${who}, so work goes slowly.`, { change, lookAgainAt });
}
