import { shortMoot } from '../../src-shared/domain/amounts.ts';
import type { Address } from '../../src-shared/domain/ids.ts';
import type { Step, StepKind } from '../../src-shared/domain/tasks.ts';
import { claimableAt, type ChainTask, type Moment } from '../chain/tasks-projection.ts';

/**
 * The steps that the chain proves, told from the side of `me`. Derived anew each time: what a reorg undoes, this
 * forgets. Steps that only this machine knows (computed, fetched) are stored and merged by `story`.
 */
export function chainSteps(task: ChainTask, me: Address | null): Step[] {
  const mine = (account: string): boolean => me !== null && account.toLowerCase() === me.toLowerCase();
  const asked = mine(task.fields.requester);
  const steps: Step[] = [
    step('posted', task.posted, asked ? 'You posted it; the fee is held by the contract.' : 'Somebody posted it.'),
  ];
  if (task.reservation !== null) {
    const who = mine(task.reservation.solver) ? 'You reserved it' : `${short(task.reservation.solver)} reserved it`;
    steps.push(step('reserved', task.reservation, `${who}; nobody else may solve it meanwhile.`));
  }
  const commitment = task.commitments.find(({ solver }) => solver === (task.solution?.solver ?? solver));
  if (commitment !== undefined) {
    steps.push(
      step(
        'committed',
        commitment,
        mine(commitment.solver) ? 'You sealed your result on chain.' : `${short(commitment.solver)} sealed a result.`,
      ),
    );
  }
  if (task.solution !== null) {
    const until = new Date((claimableAt(task) ?? 0) * 1_000).toISOString().slice(11, 19);
    const who = mine(task.solution.solver)
      ? 'You opened your result'
      : `${short(task.solution.solver)} opened the result`;
    steps.push(step('revealed', task.solution, `${who}; it is final at ${until} UTC.`));
  }
  if (task.dispute !== null) {
    const who = mine(task.dispute.claimant) ? 'You contested' : `${short(task.dispute.claimant)} contested`;
    steps.push(step('contested', task.dispute, `${who} the result; the court decides.`, 'bad'));
  }
  if (task.claimed !== null) {
    const paid = task.solution !== null && mine(task.solution.solver);
    steps.push(
      paid
        ? step(
            'paid',
            task.claimed,
            `Paid: ${shortMoot(task.claimed.reward)} MOOT, after ${shortMoot(task.claimed.retained)} for treasury and checks${
              BigInt(task.claimed.issued) === 0n ? '' : `, and ${shortMoot(task.claimed.issued)} new`
            }.`,
            'good',
          )
        : step('final', task.claimed, 'Final: the solver was paid.', 'good'),
    );
  }
  if (task.refunded !== null) {
    steps.push(
      step(
        'refunded',
        task.refunded,
        asked
          ? `${task.refunded.overturned ? 'The court found the result wrong' : 'Nobody solved it'}: ${shortMoot(task.refunded.amount)} MOOT are back.`
          : task.refunded.overturned
            ? 'The court found the result wrong: the asker has the money back.'
            : 'Nobody solved it: the asker has the money back.',
      ),
    );
  }
  return steps;
}

/** All steps in order of time; of two with the same kind the chain's stands. */
export function story(local: readonly Step[], chain: readonly Step[]): Step[] {
  const kinds = new Set<StepKind>(chain.map(({ kind }) => kind));
  const rank = (kind: StepKind): number => ORDER.indexOf(kind);
  const second = (at: number): number => Math.floor(at / 1_000);
  const steps = [...local.filter(({ kind }) => !kinds.has(kind)), ...chain];
  steps.sort((a, b) => second(a.at) - second(b.at) || rank(a.kind) - rank(b.kind));
  let latest = 0;
  // A block's time is cut to the second: no step is shown before the one that caused it.
  return steps.map((entry) => ({ ...entry, at: (latest = Math.max(latest, entry.at)) }));
}

/** Block times are whole seconds: within one second the usual order decides. */
const ORDER: readonly StepKind[] = [
  'posting',
  'posted',
  'seen',
  'waiting',
  'skipped',
  'accepted',
  'reserved',
  'fetched',
  'computed',
  'committed',
  'revealed',
  'served',
  'result',
  'contested',
  'claimed',
  'final',
  'paid',
  'refunded',
  'lost',
  'failed',
];

/** A step that a transaction proves. */
export function step(kind: StepKind, { time, tx }: Moment, text: string, tone: Step['tone'] = 'plain'): Step {
  return { kind, at: time * 1_000, text, tone, proof: { kind: 'transaction', value: tx } };
}

export function short(address: string): string {
  return `${address.slice(0, 6)}…${address.slice(-4)}`;
}
