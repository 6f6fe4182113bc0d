import type { Decision, DeviceId, DeviceLimits } from '../../src-shared/domain/machine.ts';
import { DEVICE_LIMITS } from '../../src-shared/domain/machine.ts';
import {
  NO_MEMORY,
  type DeviceConditions,
  type MachineConditions,
  type Memory,
  type Policy,
  type WorkAtHand,
} from './conditions.ts';
import { remember } from './hysteresis.ts';
import { RULES, QUIET, type Objection, type Rule, type Situation } from './rules.ts';
import { inSpans } from './spans.ts';

/** Nothing works less than this: below it only a stop makes sense. */
export const LEAST_DUTY = 0.05;

export interface Ruling {
  readonly decision: Decision;
  /** When it stops: the job in hand ends first. */
  readonly finish: boolean;
  /** New work may be taken for it. */
  readonly takes: boolean;
  /** Why it takes none where something promised goes on all the same. */
  readonly instead?: Decision;
}

export interface Decided {
  readonly rulings: Readonly<Record<DeviceId, Ruling>>;
  /** To be handed in at the next look. */
  readonly memory: Readonly<Record<DeviceId, Memory>>;
}

/**
 * Pure: what each device may do now, one reason for it, what would change it, and when it is looked at again. The
 * strictest rule counts; among equally strict ones the first. Nothing is remembered but in `memory`.
 * @param rules for tests; the order decides the sentence only
 */
export function decide(
  conditions: MachineConditions,
  policy: Policy,
  work: WorkAtHand,
  memory: Readonly<Record<DeviceId, Memory>> = {},
  rules: readonly Rule[] = RULES,
): Decided {
  const quiet = inSpans(policy.limits.quiet, conditions.day, conditions.minute);
  const situations = conditions.devices.map((raw): Situation => {
    const device = sane(raw);
    const limits = limitsOf(policy, device.id);
    const kept = remember(memory[device.id] ?? NO_MEMORY, conditions, device, policy, limits, quiet);
    return { machine: conditions, device, policy, limits, memory: kept, quiet };
  });
  return {
    rulings: Object.fromEntries(
      situations.map((situation) => [
        situation.device.id,
        rule(situation, othersOf(situation, situations), work, rules),
      ]),
    ),
    memory: Object.fromEntries(situations.map(({ device, memory: kept }) => [device.id, kept])),
  };
}

interface Other {
  readonly name: string;
  readonly situation: Situation;
}

/** Cards that the system may choose instead. That they have no lane of their own says nothing against it. */
function othersOf({ device }: Situation, all: readonly Situation[]): Other[] {
  return device.mayUse.flatMap(({ id, name }) => {
    const found = all.find((each) => each.device.id === id);
    return found === undefined ? [] : [{ name, situation: { ...found, device: { ...found.device, unusable: null } } }];
  });
}

export function limitsOf({ limits, device }: Policy, id: DeviceId): DeviceLimits {
  return limits.devices[id] ?? device ?? DEVICE_LIMITS;
}

function rule(situation: Situation, others: readonly Other[], work: WorkAtHand, rules: readonly Rule[]): Ruling {
  let worst: Objection | null = null;
  let hard = false;
  for (const objection of objections(situation, others, rules)) {
    hard ||= objection.duty === 0 && objection.hard === true;
    if (worst === null || stricter(objection, worst)) worst = objection;
  }
  if (worst === null) return free(situation, work);
  if (worst.duty > 0)
    return { decision: toDecision(worst, 'throttle', Math.max(worst.duty, LEAST_DUTY)), finish: true, takes: true };
  if (work.owed && !hard)
    return {
      decision: owed(
        worst,
        Math.min(...[situation, ...others.map((each) => each.situation)].map(({ limits }) => limits.duty)),
      ),
      finish: true,
      takes: false,
      instead: toDecision(worst, 'stop', 0),
    };
  return { decision: toDecision(worst, 'stop', 0), finish: worst.finish === true, takes: worst.brief === true };
}

/** Of two that are equally strict, one that is over in a moment says the less. */
function stricter(a: Objection, b: Objection): boolean {
  return a.duty < b.duty || (a.duty === b.duty && b.brief === true && a.brief !== true);
}

/** Its own first, then those of every card that its work may really run on. */
function objections(situation: Situation, others: readonly Other[], rules: readonly Rule[]): Objection[] {
  const of = (each: Situation): Objection[] => rules.flatMap((one) => one(each) ?? []);
  return [
    ...of(situation),
    ...others.flatMap(({ name, situation: other }) =>
      of(other).map((objection) => ({
        ...objection,
        why: `It computes on a card that the system chooses, which may be ${name}: ${lower(objection.why)}`,
      })),
    ),
  ];
}

function lower(sentence: string): string {
  return `${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`;
}

/** Whoever promised a check and misses it is fined; what is soft waits for that. */
function owed({ why, change }: Objection, duty: number): Decision {
  return {
    act: 'throttle',
    duty: Math.min(QUIET, duty),
    code: 'OWED',
    why: `A check that this machine promised is due and is finished slowly: ${lower(why)}`,
    ...(change === undefined ? {} : { change }),
    lookAgainAt: null,
  };
}

function toDecision({ code, why, change, lookAgainAt }: Objection, act: 'throttle' | 'stop', duty: number): Decision {
  return { act, duty, code, why, ...(change === undefined ? {} : { change }), lookAgainAt: lookAgainAt ?? null };
}

/** Nothing speaks against work; whether there is some is another matter. */
function free({ device, limits }: Situation, { jobs, nearest }: WorkAtHand): Ruling {
  const unknown = [
    ...(device.temperatureC === null && limits.targetC !== null ? ['its temperature'] : []),
    ...(device.foreignLoad === null && device.kind === 'gpu' ? ['whether other programs use it'] : []),
  ];
  const said = unknown.length === 0 ? '' : `; not known here: ${unknown.join(' and ')}`;
  const base = { act: 'run', duty: 1, lookAgainAt: null } as const;
  const decision: Decision =
    jobs > 0
      ? { ...base, code: 'NOTHING_AGAINST', why: `Nothing speaks against work${said}.` }
      : nearest === null
        ? { ...base, code: 'NO_WORK', why: `Nothing speaks against work, and there is none right now${said}.` }
        : {
            ...base,
            code: 'NEAREST',
            why: `Nothing speaks against work, but none that is offered fits; the nearest is ${nearest.replace(/\.$/, '')}.`,
          };
  return { decision, finish: true, takes: true };
}

/** Figures that cannot be are not known; whoever calls may have forgotten to look. */
function sane(device: DeviceConditions): DeviceConditions {
  const within = (value: number | null, low: number, high: number): number | null =>
    value !== null && value >= low && value <= high ? value : null;
  return {
    ...device,
    foreignLoad: within(device.foreignLoad, 0, 1),
    temperatureC: within(device.temperatureC, -40, 150),
    powerW: within(device.powerW, 0, 5_000),
    memoryFreeBytes: within(device.memoryFreeBytes, 0, 2 ** 50),
  };
}
