import { shortMoot, units } from '../../src-shared/domain/amounts.ts';
import type { Amount } from '../../src-shared/domain/ids.ts';

/** What is known when the solver looks at one open task. Times in seconds of the chain's clock. */
export interface Offer {
  readonly now: number;
  readonly own: boolean;
  /** This machine has announced itself as a checker of its result. */
  readonly checking: boolean;
  /** null: no such model on this machine. */
  readonly model: {
    readonly name: string;
    readonly optedIn: boolean;
    readonly minFee: Amount;
  } | null;
  /** What the solver would get, after the treasury's share. */
  readonly net: Amount;
  /** Why it would cost more than it brings, without the first word; null when it pays or cannot be weighed. */
  readonly loss: string | null;
  /** Stake to lock, and what is free. */
  readonly lock: Amount;
  readonly freeStake: Amount | null;
  /**
   * Where the lock begins before anybody else has come, and lies idle if nobody does: until when at the latest, and how
   * much of the stake may lie so besides what does already. null: it does not begin before the work is done.
   */
  readonly idle: { readonly until: number; readonly room: Amount } | null;
  readonly postedAt: number;
  readonly deadline: number;
  /** From when the asker may take an unsolved task back. */
  readonly retractAt: number;
  /** Upper bound of what fetching, computing, commit and reveal need. */
  readonly needSeconds: number;
  /**
   * Where nobody can reserve: first commitment of somebody else; null when there is none. Later ones do not count, or
   * anyone could hold all others off for good.
   */
  readonly rivalSince: number | null;
  /** Until when somebody else has it to itself; null when nobody has. */
  readonly reservedUntil: number | null;
  /** From when on it is open to this machine; null while unknown. */
  readonly turnAt: number | null;
  /** Seconds that this node lets pass before it takes a task. */
  readonly patience: number;
  /** This machine is new, and work of this kind is closed to those who are. */
  readonly newcomer: boolean;
  /** Why no device of this machine takes work now, without capital and full stop; null: one does. */
  readonly heldUp: string | null;
  /** Why this machine could not run the model now although it works, without capital and full stop; null: nothing is known against it. */
  readonly unable: string | null;
  readonly canSign: boolean;
}

export type Verdict =
  | { readonly kind: 'take' }
  /** May change; `againAt`: chain time when it is worth another look by itself. */
  | { readonly kind: 'wait'; readonly code: string; readonly reason: string; readonly againAt?: number }
  | { readonly kind: 'skip'; readonly code: string; readonly reason: string };

/** A rival that committed and does not reveal within this time is taken for gone. */
export const RIVAL_SECONDS = 30;

/** Work that takes longer is not begun once the asker may take the task back at any moment. */
export const LONG_SECONDS = 120;

/** Stake is not left idle for longer, seconds: anybody can post what nobody else comes for. */
export const IDLE_SECONDS = 3_600;

type Rule = (offer: Offer) => Verdict | null;

const skip = (code: string, reason: string): Verdict => ({ kind: 'skip', code, reason });
const wait = (code: string, reason: string, againAt?: number): Verdict =>
  againAt === undefined ? { kind: 'wait', code, reason } : { kind: 'wait', code, reason, againAt };

/** In this order: what can never change comes first, then what the person decides, then what time decides. */
const RULES: readonly Rule[] = [
  ({ own }) => (own ? skip('OWN', 'left to others: you asked for this yourself') : null),
  ({ checking }) => (checking ? skip('CHECKING', 'left to others: this machine checks the result') : null),
  ({ model }) => (model === null ? skip('MODEL_UNKNOWN', 'skipped: this machine does not have the model') : null),
  ({ now, deadline, needSeconds }) =>
    now + needSeconds > deadline ? skip('TOO_LATE', 'skipped: too little time is left before the deadline') : null,
  ({ now, retractAt, needSeconds }) =>
    now > retractAt && needSeconds > LONG_SECONDS
      ? skip('RETRACTABLE', 'skipped: it takes long, and the asker may take it back before it is done')
      : null,
  ({ model }) =>
    model !== null && !model.optedIn
      ? wait('NOT_OPTED_IN', `waiting: you have not allowed ${model.name} on this machine`)
      : null,
  ({ model, net }) =>
    model !== null && units(net) < units(model.minFee)
      ? wait('FEE_LOW', `waiting: the fee ${shortMoot(net)} is below your minimum ${shortMoot(model.minFee)}`)
      : null,
  ({ loss }) => (loss === null ? null : wait('UNPROFITABLE', `waiting: ${loss}`)),
  ({ newcomer }) =>
    newcomer ? wait('NEWCOMER', 'waiting: batches are open to this machine once its first results are accepted') : null,
  ({ canSign }) => (canSign ? null : wait('WALLET_LOCKED', 'waiting: the wallet is locked')),
  ({ freeStake, lock }) => {
    if (freeStake === null) return wait('STAKE_UNKNOWN', 'waiting: your stake is not known yet');
    return units(freeStake) < units(lock)
      ? wait('STAKE_SHORT', `waiting: it needs ${shortMoot(lock)} of free stake, you have ${shortMoot(freeStake)}`)
      : null;
  },
  ({ heldUp }) => (heldUp === null ? null : wait('PAUSED', `waiting: ${heldUp}`)),
  ({ unable }) => (unable === null ? null : wait('CANNOT_RUN', `waiting: cannot run here now: ${unable}`)),
  ({ idle, now }) =>
    idle !== null && idle.until - now > IDLE_SECONDS
      ? wait(
          'IDLE_LONG',
          'waiting: the stake would be locked for long if others do not come',
          idle.until - IDLE_SECONDS,
        )
      : null,
  ({ idle, lock }) =>
    idle !== null && units(lock) > units(idle.room)
      ? wait('IDLE_MUCH', 'waiting: much of your stake waits for other machines already')
      : null,
  ({ reservedUntil, now }) =>
    reservedUntil !== null && now <= reservedUntil
      ? wait('TAKEN', 'waiting: another machine has reserved it', reservedUntil + 1)
      : null,
  ({ rivalSince, now }) =>
    rivalSince !== null && now < rivalSince + RIVAL_SECONDS
      ? wait('TAKEN', 'waiting: another machine sealed a result first', rivalSince + RIVAL_SECONDS)
      : null,
  ({ turnAt, now }) => {
    if (turnAt === null) return wait('TURN_UNKNOWN', 'waiting: the order of turns is not known yet');
    return now < turnAt ? wait('TURN', 'waiting: the turn of this machine comes soon', turnAt) : null;
  },
  ({ postedAt, patience, now }) =>
    now < postedAt + patience
      ? wait('PATIENCE', 'waiting: this machine lets others go first', postedAt + patience)
      : null,
];

/** Pure: whether to take a task, and the one reason if not. */
export function consider(offer: Offer): Verdict {
  for (const rule of RULES) {
    const verdict = rule(offer);
    if (verdict !== null) return verdict;
  }
  return { kind: 'take' };
}
