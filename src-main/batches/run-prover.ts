import { FolkmootError } from '../../src-shared/domain/errors.ts';
import type { Address, Digest, TaskId } from '../../src-shared/domain/ids.ts';
import { runClaimableAt, type ChainBatch, type Run } from '../chain/batches-projection.ts';
import type { TaskContext } from '../tasks/context.ts';
import { commitmentFor } from '../tasks/market-calls.ts';
import { CLAIM_MARGIN_S, CLAIM_RETRY_MS, RETRY_MS } from '../tasks/prover.ts';
import { claimRunCall, commitRootCall, revealRunCall, saltName } from './batch-calls.ts';
import { nameOf, type RunBook } from './run-book.ts';
import type { RunWork } from './run-rows.ts';

/** Refusals of the contract that pass; whether others were faster the index says. */
const PASSING = ['NothingOpen', 'RevealTooEarly', 'CommitmentMismatch', 'InsufficientFreeStake'];

/** A commitment in a block before the turn would be one more that cannot be opened. */
const TURN_MARGIN_S = 2;

/** Takes a run whose results are on disk through the chain: commit, reveal, claim. */
export class RunProver {
  readonly #context: TaskContext;
  readonly #book: RunBook;

  constructor(context: TaskContext, book: RunBook) {
    this.#context = context;
    this.#book = book;
  }

  /** Commit, then reveal. What became of either is read from the outbox each time, so a crash loses nothing. */
  prove(work: RunWork, batch: ChainBatch, me: Address): boolean {
    const { chain, outbox } = this.#context;
    // Not from the index: the slot may have held a commitment to an earlier run of the same batch.
    const committed = outbox.get(`commit:${nameOf(work)}`)?.state === 'mined';
    const step = committed ? 'reveal' : 'commit';
    const row = outbox.get(`${step}:${nameOf(work)}`);
    if (row?.state === 'failed') return this.#refused(step, work, batch, me, row.error ?? 'no reason given');
    if (row !== undefined) return false;
    if (chain.now() > batch.fields.deadline) {
      return this.#book.end(work, 'lost', 'lost: the deadline has passed', 'TOO_LATE');
    }
    if (committed && chain.now() < revealableAt(batch)) return true;
    this.#soon(step, `${step}:${nameOf(work)}`, work, batch, me);
    return false;
  }

  claim(work: RunWork, batch: ChainBatch, run: Run): boolean {
    const { chain, outbox } = this.#context;
    if (work.state !== 'revealed' && work.state !== 'claiming') {
      this.#book.move(work, 'revealed', 'proved on chain; the claim window runs');
      this.#book.step(work, 'served', 'The results are served to whoever asks for them.');
    }
    if (chain.now() < runClaimableAt(batch, run) + CLAIM_MARGIN_S) return true;
    const key = `claim:${nameOf(work)}`;
    const row = outbox.get(key);
    if (row?.state === 'failed') {
      this.#book.move(work, 'claiming', `claiming the fees: the chain said ${row.error ?? 'no'}, trying again`);
      this.#book.retries.intent(outbox, key, CLAIM_RETRY_MS);
      return true;
    }
    if (row !== undefined) return false;
    this.#book.move(work, 'claiming', 'claiming the fees');
    outbox.enqueue({ key, label: 'Claim', to: chain.network.contracts.batches, data: claimRunCall(batch, run) });
    return false;
  }

  #soon(step: 'commit' | 'reveal', key: string, work: RunWork, batch: ChainBatch, me: Address): void {
    this.#send(step, key, work, batch, me).catch((error: unknown) => {
      if (error instanceof FolkmootError) this.#context.log(`batch ${batch.id.slice(0, 10)}: ${error.message}`);
      else this.#context.fail(error);
    });
  }

  async #send(step: 'commit' | 'reveal', key: string, work: RunWork, batch: ChainBatch, me: Address): Promise<void> {
    const { chain, outbox, taskSalt } = this.#context;
    const { root, slot, items } = work;
    if (root === null || slot === null) return;
    const salt = await taskSalt(saltName(work.batch, work.run) as TaskId);
    const to = chain.network.contracts.batches;
    if (step === 'commit') {
      this.#book.move(work, 'committing', 'sealing the results on chain');
      // A batch stands where a task does, and a root where its result does.
      const commitment = commitmentFor(batch.id as string as TaskId, me, salt, root as Digest);
      outbox.enqueue({ key, label: 'Commit', to, data: commitRootCall(batch.id, slot, commitment, items) });
    } else {
      this.#book.move(work, 'revealing', 'opening the results on chain');
      const results = this.#book.rows.results(work);
      const largest = Math.max(...results.map(({ size }) => size));
      const digests = results.map(({ digest }) => digest);
      const data = revealRunCall(batch, { items, slot, largest, salt, digests });
      outbox.enqueue({ key, label: 'Reveal', to, data });
    }
  }

  #refused(step: 'commit' | 'reveal', work: RunWork, batch: ChainBatch, me: Address, why: string): boolean {
    if (why.startsWith('DeadlinePassed') || this.#context.chain.now() > batch.fields.deadline) {
      return this.#book.end(work, 'lost', 'lost: the deadline has passed', 'TOO_LATE');
    }
    const turn = /^NotYourTurn\(\w+, (\d+)\)/.exec(why)?.[1];
    if (turn !== undefined) return this.#awaitTurn(work, batch, me, Number(turn));
    if (PASSING.some((name) => why.startsWith(name))) {
      this.#book.retries.intent(this.#context.outbox, `${step}:${nameOf(work)}`, RETRY_MS);
      return true;
    }
    return this.#book.end(work, 'failed', `failed: the chain refused the ${step}: ${why}`, 'REFUSED');
  }

  /**
   * The turn moved back, as stake was locked meanwhile. A commitment from before it can never be opened: there is one
   * more when it has come, and after that the same opening. The moment names the commitment, so a restart finds it.
   */
  #awaitTurn(work: RunWork, batch: ChainBatch, me: Address, turn: number): boolean {
    const { chain, outbox } = this.#context;
    const key = `commit:${nameOf(work)}:${turn}`;
    const row = outbox.get(key);
    if (row?.state === 'mined') this.#book.retries.intent(outbox, `reveal:${nameOf(work)}`, RETRY_MS);
    else if (row?.state === 'failed') this.#book.retries.intent(outbox, key, RETRY_MS);
    else if (row === undefined && chain.now() < turn + TURN_MARGIN_S)
      this.#book.move(work, 'committing', 'waiting: less stake is free than before, so the turn comes later');
    else if (row === undefined) this.#soon('commit', key, work, batch, me);
    return true;
  }
}

/** Where results are checked, a checker may have announced itself: the contract's rule. */
function revealableAt({ fields, heldUntil }: ChainBatch): number {
  return fields.checksBps === 0 ? 0 : Math.max(fields.submittedAt + fields.notice, heldUntil ?? 0);
}
