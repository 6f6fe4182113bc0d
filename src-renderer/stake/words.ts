import { amount, exactMoot, shortMoot, units } from '../../src-shared/domain/amounts.ts';
import type { Amount } from '../../src-shared/domain/ids.ts';
import type { LockCause, ServiceView, StakeView } from '../../src-shared/domain/stake.ts';
import type { Tone } from '../ui/Pill.tsx';

/** Pure: how stake is said. */

export const CAUSES: Readonly<Record<LockCause, string>> = {
  reservation: 'a task you reserved',
  solution: 'a result of yours',
  contestation: 'a result you contested',
  defence: 'a contested result of yours',
  duty: 'checking',
  jury: 'the jury',
  exit: 'on its way out',
  unknown: 'not known yet',
};

/** When a lock ends that has no date: by what. */
export const ENDS: Readonly<Record<LockCause, string>> = {
  reservation: 'until you answer',
  solution: 'until it is final',
  contestation: 'until it is decided',
  defence: 'until it is decided',
  duty: 'while you are signed up',
  jury: 'while you are signed up',
  exit: 'until you finish it',
  unknown: 'until the chain has been read',
};

export interface Headline {
  readonly title: string;
  readonly why: string;
}

const MEANS =
  'Stake is what you answer with. It is taken only when a jury finds you wrong, or when you miss what you signed up for.';

export function headline(stake: StakeView, now: number): Headline {
  if (stake.suspendedUntil !== null && stake.suspendedUntil > now)
    return {
      title: 'You are suspended',
      why: 'Three disputes went against you. Until the suspension ends, none of your stake can be locked, so there is no work, no checking and no ballot.',
    };
  if (units(stake.stake) === 0n)
    return {
      title: 'You have nothing at stake',
      why: `${MEANS} Without stake your machine can ask, but not solve, check or judge.`,
    };
  const all = shortMoot(stake.stake);
  if (units(stake.free) === 0n)
    return {
      title: `All of your ${all} MOOT of stake is bound`,
      why: `${MEANS} New work waits until some of it is free.`,
    };
  if (units(stake.locked) === 0n) return { title: `You have ${all} MOOT at stake, all of it free`, why: MEANS };
  return { title: `You have ${all} MOOT at stake, ${shortMoot(stake.free)} of it free`, why: MEANS };
}

export interface Part {
  readonly id: 'free' | 'bound' | 'leaving';
  readonly name: string;
  readonly means: string;
  readonly value: Amount;
  /** Of the whole stake, 0 to 1; where it begins and how much it is. */
  readonly start: number;
  readonly share: number;
}

/** The stake in three parts that add up to it exactly. What leaves is shown apart, whether or not it counts as locked. */
export function partsOf(stake: StakeView): readonly Part[] {
  const all = units(stake.stake);
  const leaving = atMost(stake.exit === null ? 0n : units(stake.exit.amount), all);
  const free = atMost(units(stake.free), all - leaving);
  const shareOf = (value: bigint): number => (all === 0n ? 0 : Number((value * 1_000_000n) / all) / 1_000_000);
  const part = (id: Part['id'], name: string, means: string, start: bigint, value: bigint): Part => ({
    id,
    name,
    means,
    value: amount(value),
    start: shareOf(start),
    share: shareOf(value),
  });
  const bound = all - leaving - free;
  const parts = [
    part('free', 'Free', 'secures nothing now; new work can use it', 0n, free),
    part('bound', 'Bound', 'answers for something; the causes are listed below', free, bound),
  ];
  if (leaving === 0n) return parts;
  return [...parts, part('leaving', 'On its way out', 'secures nothing new any more', free + bound, leaving)];
}

function atMost(value: bigint, limit: bigint): bigint {
  return value > limit ? limit : value;
}

export interface ServiceWords {
  readonly title: string;
  readonly label: string;
  readonly what: string;
  readonly miss: string;
  readonly units: readonly [one: string, many: string];
}

export const SERVICES: Readonly<Record<'duty' | 'jury', ServiceWords>> = {
  duty: {
    title: 'Checking others’ results',
    label: 'On duty',
    what: 'Now and then your machine is drawn to run a task itself before its solver shows the result, and is paid for it.',
    miss: 'Drawn but absent, or no result in time: that costs about as much as the check would have paid.',
    units: ['check', 'checks'],
  },
  jury: {
    title: 'The jury',
    label: 'On the jury',
    what: 'When a result is contested, jurors run it again and vote under seal. Those who vote like the final ruling share what the losing side lost.',
    miss: 'A missing ballot costs part of the deposit; a second one soon after it costs twice as much.',
    units: ['ballot', 'ballots'],
  },
};

export function sayService(service: ServiceView): { readonly words: string; readonly tone: Tone } {
  switch (service.state) {
    case 'off':
      return { words: service.wanted ? 'waiting' : 'off', tone: 'wait' };
    case 'joining':
      return { words: 'signing up', tone: 'work' };
    case 'leaving':
      return { words: 'signing off', tone: 'wait' };
    case 'on':
      if (!service.wanted) return { words: 'signing off', tone: 'wait' };
      return service.present ? { words: 'can be drawn', tone: 'work' } : { words: 'on, but not present', tone: 'wait' };
  }
}

/** "7 days", "1 minute": how long an exit takes, as a plain length. */
export function delay(seconds: number): string {
  const steps: ReadonlyArray<readonly [number, string]> = [
    [86_400, 'day'],
    [3_600, 'hour'],
    [60, 'minute'],
    [1, 'second'],
  ];
  const [size, name] = steps.find(([size]) => seconds >= size && seconds % size === 0) ?? [1, 'second'];
  const n = Math.round(seconds / size);
  return `${n.toLocaleString('en-US')} ${name}${n === 1 ? '' : 's'}`;
}

/** What fits into the field for an amount: every digit, so that "all of it" is all of it. */
export function fieldText(value: Amount): string {
  return units(value) <= 0n ? '' : exactMoot(value);
}
