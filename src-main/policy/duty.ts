import { shortMoot, units } from '../../src-shared/domain/amounts.ts';
import type { Amount } from '../../src-shared/domain/ids.ts';

/** What the duty roster fixes in its code. Seconds. */
export const PRESENCE_S = 86_400;
export const OFF_DELAY_S = 7_200;
export const MAX_CHECKERS = 8;

/** What a draw came to for this machine, by its own reckoning. `unknown`: the block that decides is not there yet. */
export type Draw = 'drawn' | 'not-drawn' | 'unknown';

/** What is known when the checker looks at one task that waits for a solution. Times in seconds of the chain's clock. */
export interface Summons {
  readonly now: number;
  /** This node asked for the task. */
  readonly own: boolean;
  /** This node works on the task, or holds it. */
  readonly solving: boolean;
  /** null: its files are not on this machine. */
  readonly model: string | null;
  /** Whether tasks like this are checked at all. */
  readonly checked: boolean;
  readonly wanted: boolean;
  /** Why no device of this machine takes work now, without capital and full stop; null: one does. */
  readonly heldUp: string | null;
  /** Why this machine could not run the model now although it works, without capital and full stop; null: nothing is known against it. */
  readonly unable: string | null;
  readonly canSign: boolean;
  readonly draw: Draw;
  /** End of the notice of the draw that counts; it has to be announced before. */
  readonly noticeEnds: number;
  /** Already announced or excused from it. */
  readonly checkers: number;
  readonly sealSeconds: number;
  /** Upper bound of what fetching, computing and sealing need. */
  readonly needSeconds: number;
  readonly deadline: number;
  readonly notice: number;
  /** Pay of the check, and the fine for missing it. */
  readonly pay: Amount;
  /** Part of the own deposit that answers for nothing yet. */
  readonly deposit: Amount;
  /** Part of the roster's fund that is promised to nobody. */
  readonly fund: Amount;
}

export type DutyVerdict =
  | { readonly kind: 'announce' }
  /** May change within the notice. */
  | { readonly kind: 'wait'; readonly code: string; readonly reason: string }
  | { readonly kind: 'pass'; readonly code: string; readonly reason: string };

type Rule = (summons: Summons) => DutyVerdict | null;

const pass = (code: string, reason: string): DutyVerdict => ({ kind: 'pass', code, reason });
const wait = (code: string, reason: string): DutyVerdict => ({ kind: 'wait', code, reason });

/** In this order: what nobody can change, then what the draw says, then what this machine and its person can do. */
const RULES: readonly Rule[] = [
  ({ own }) => (own ? pass('OWN', 'not checked here: you asked for it yourself') : null),
  ({ checked }) => (checked ? null : pass('NOT_CHECKED', 'not checked: nothing is drawn for tasks like this')),
  ({ model }) => (model === null ? pass('MODEL_UNKNOWN', 'not checked here: this machine lacks the model') : null),
  ({ solving }) => (solving ? pass('SOLVING', 'not checked here: you solve it yourself') : null),
  ({ wanted }) => (wanted ? null : pass('OFF', 'not checked here: you are not on duty')),
  ({ now, noticeEnds }) => (now >= noticeEnds ? pass('LATE', 'not checked here: the notice is over') : null),
  ({ draw }) => {
    if (draw === 'unknown') return wait('SEED', 'waiting for the block that decides the draw');
    return draw === 'not-drawn' ? pass('NOT_DRAWN', 'not checked here: others were drawn') : null;
  },
  ({ checkers }) => (checkers >= MAX_CHECKERS ? pass('FULL', 'not checked here: enough others are on it') : null),
  ({ canSign }) => (canSign ? null : wait('WALLET_LOCKED', 'drawn, and waiting: the wallet is locked')),
  ({ heldUp }) => (heldUp === null ? null : wait('PAUSED', `drawn, and waiting: ${heldUp}`)),
  ({ unable }) => (unable === null ? null : wait('CANNOT_RUN', `drawn, and waiting: cannot run here now: ${unable}`)),
  ({ now, sealSeconds, deadline, notice, needSeconds }) =>
    now + needSeconds >= Math.min(now + sealSeconds, deadline - notice)
      ? pass('TOO_SLOW', 'drawn, and let pass: this machine needs longer than there is time to seal')
      : null,
  ({ pay, fund }) =>
    units(pay) === 0n || units(fund) < units(pay)
      ? wait('FUND', 'drawn, and waiting: the fund for checks cannot pay this one')
      : null,
  ({ deposit, pay }) =>
    units(deposit) < units(pay)
      ? wait(
          'DEPOSIT',
          `drawn, and waiting: it answers with ${shortMoot(pay)}, your deposit has ${shortMoot(deposit)} left`,
        )
      : null,
];

/** Pure: whether to announce oneself for a task, and the one reason if not. */
export function considerDuty(summons: Summons): DutyVerdict {
  for (const rule of RULES) {
    const verdict = rule(summons);
    if (verdict !== null) return verdict;
  }
  return { kind: 'announce' };
}

/** How this node stands with the roster. Seconds of the chain's clock. */
export interface Standing {
  readonly now: number;
  readonly wanted: boolean;
  /** Why no device of this machine takes work now, without capital and full stop; null: one does. */
  readonly heldUp: string | null;
  readonly canSign: boolean;
  readonly deposit: Amount;
  readonly pending: number;
  readonly seenAt: number;
  /** 0: did not ask to leave. */
  readonly offAt: number;
  readonly minDeposit: Amount;
  readonly freeStake: Amount | null;
  readonly suspendedUntil: number;
  /** Models that pay emission and are not here: whoever is drawn for one of their tasks is fined. */
  readonly missing: readonly string[];
}

export type Presence =
  | { readonly kind: 'sign-on'; readonly deposit: Amount; readonly reason: string }
  | { readonly kind: 'heartbeat' | 'sign-off' | 'release' | 'none'; readonly reason: string };

/** Pure: what this node owes the roster now, and one sentence. Renewed at half of the time that a sign of life counts. */
export function considerPresence(standing: Standing): Presence {
  const { now, wanted, deposit, minDeposit, freeStake, offAt, missing } = standing;
  const has = units(deposit);
  const missed = missing.length === 0 ? '' : ` Not here: ${missing.join(', ')}; a check of those would cost a fine.`;
  const none = (reason: string): Presence => ({ kind: 'none', reason });
  if (has > 0n && offAt !== 0) {
    if (now >= offAt + OFF_DELAY_S && standing.pending === 0)
      return standing.canSign ? { kind: 'release', reason: 'The deposit comes back.' } : none('The wallet is locked.');
    return none('Signed off; the deposit answers for earlier checks a little longer.');
  }
  if (!wanted) {
    if (has === 0n) return none('You do not check the results of others.');
    return standing.canSign ? { kind: 'sign-off', reason: 'Signing off.' } : none('The wallet is locked.');
  }
  if (now < standing.suspendedUntil) return none('Not possible while your account is suspended.');
  if (!standing.canSign) return none('The wallet is locked.');
  if (standing.heldUp !== null) return none(`A check that you are drawn for would be missed: ${standing.heldUp}.`);
  const more = units(minDeposit) - has;
  if (more > 0n) {
    if (freeStake === null) return none('Your stake is not known yet.');
    if (units(freeStake) < more)
      return none(`It needs ${shortMoot(more.toString() as Amount)} of free stake, you have ${shortMoot(freeStake)}.`);
    return { kind: 'sign-on', deposit: more.toString() as Amount, reason: `Signing on with a deposit.${missed}` };
  }
  if (now > standing.seenAt + PRESENCE_S / 2)
    return { kind: 'heartbeat', reason: `Renewing the sign of life.${missed}` };
  return none(`On duty: now and then you are drawn to check a result, and paid for it.${missed}`);
}
