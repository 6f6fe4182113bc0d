import { FolkmootError } from '../../src-shared/domain/errors.ts';
import type { Address, Digest } from '../../src-shared/domain/ids.ts';
import { claimableAt, type ChainTask } from '../chain/tasks-projection.ts';
import type { TaskContext } from './context.ts';
import { claimCall, commitCall, commitmentFor, revealCall } from './market-calls.ts';
import { same, type WorkBook } from './work-book.ts';
import type { Work } from './work-rows.ts';

export const RETRY_MS = 5_000;
export const CLAIM_RETRY_MS = 15_000;
/** Clocks of the chain and of this machine need not agree to the second. */
export const CLAIM_MARGIN_S = 1;
/**
 * Refusals of the contract that pass: the block of the commitment, stake of another result, a commitment or the whole task
 * that a reorg moved behind the reveal. Whether somebody else was first the index says, and not a refusal.
 */
const PASSING = ['TaskNotOpen', 'NotReserved', 'RevealTooEarly', 'CommitmentMismatch', 'InsufficientFreeStake'];

/** Takes a result that is on disk through the chain: commit, reveal, claim. */
export class Prover {
  readonly #context: TaskContext;
  readonly #book: WorkBook;

  constructor(context: TaskContext, book: WorkBook) {
    this.#context = context;
    this.#book = book;
  }

  /** Commit, then reveal. What became of either is read from the outbox each time, so a crash loses nothing. */
  prove(task: ChainTask, me: Address, result: { slot: number; digest: Digest; size: number }): boolean {
    const { chain, outbox } = this.#context;
    const { slot, digest, size } = result;
    // Others' commitments may crowd ours out of the index; a commitment that was mined cannot have failed.
    const committed =
      task.commitments.some((entry) => same(entry.solver, me) && entry.slot === slot) ||
      outbox.get(`commit:${task.id}`)?.state === 'mined';
    const step = committed ? 'reveal' : 'commit';
    const key = `${step}:${task.id}`;
    const row = outbox.get(key);
    if (row?.state === 'failed') return this.#refused(step, task, row.error ?? 'no reason given');
    if (row !== undefined) return false;
    if (chain.now() > task.fields.deadline) {
      return this.#book.end(task.id, 'lost', 'lost: the deadline has passed', 'TOO_LATE');
    }
    if (committed && chain.now() < revealableAt(task)) return true;
    const to = chain.network.contracts.market;
    this.#context
      .taskSalt(task.id)
      .then((salt) => {
        if (committed) {
          this.#book.move(task.id, 'revealing', 'opening the result on chain');
          outbox.enqueue({ key, label: 'Reveal', to, data: revealCall(task, me, slot, salt, digest, size) });
        } else {
          this.#book.move(task.id, 'committing', 'sealing the result on chain');
          const data = commitCall(task.id, slot, commitmentFor(task.id, me, salt, digest));
          outbox.enqueue({ key, label: 'Commit', to, data });
        }
      })
      .catch((error: unknown) => {
        if (error instanceof FolkmootError) this.#context.log(`task ${task.id.slice(0, 10)}: ${error.message}`);
        else this.#context.fail(error);
      });
    return false;
  }

  claim(work: Work, task: ChainTask): boolean {
    const { chain, outbox } = this.#context;
    if (work.state !== 'revealed' && work.state !== 'claiming') {
      this.#book.move(work.task, 'revealed', 'proved on chain; the claim window runs');
      this.#book.step(work.task, 'served', 'The result is served to whoever asks for it.');
    }
    if (chain.now() < (claimableAt(task) ?? 0) + CLAIM_MARGIN_S) return true;
    const data = claimCall(task);
    const key = `claim:${task.id}`;
    const row = outbox.get(key);
    if (row?.state === 'failed') {
      // The money is ours whatever stood in the way: a clock that was early, an endpoint, an empty account.
      this.#book.move(work.task, 'claiming', `claiming the fee: the chain said ${row.error ?? 'no'}, trying again`);
      this.#book.retries.intent(outbox, key, CLAIM_RETRY_MS);
      return true;
    }
    if (data === null || row !== undefined) return false;
    this.#book.move(work.task, 'claiming', 'claiming the fee');
    outbox.enqueue({ key, label: 'Claim', to: chain.network.contracts.market, data });
    return false;
  }

  #refused(step: 'commit' | 'reveal', task: ChainTask, why: string): boolean {
    if (why.startsWith('DeadlinePassed') || this.#context.chain.now() > task.fields.deadline) {
      return this.#book.end(task.id, 'lost', 'lost: the deadline has passed', 'TOO_LATE');
    }
    if (PASSING.some((name) => why.startsWith(name))) {
      this.#book.retries.intent(this.#context.outbox, `${step}:${task.id}`, RETRY_MS);
      return true;
    }
    return this.#book.end(task.id, 'failed', `failed: the chain refused the ${step}: ${why}`, 'REFUSED');
  }
}

/** Checkers announce themselves first, and seal their own result if they do: the contract's rule. */
function revealableAt(task: ChainTask): number {
  if (task.fields.checksBps === 0) return 0;
  const since = task.reservation?.since ?? task.fields.submittedAt;
  return Math.max(since + task.fields.notice, task.heldUntil ?? 0);
}
