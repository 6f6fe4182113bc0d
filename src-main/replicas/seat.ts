import { amount, shortMoot, units } from '../../src-shared/domain/amounts.ts';
import { FolkmootError } from '../../src-shared/domain/errors.ts';
import type { Address, Digest, TaskId } from '../../src-shared/domain/ids.ts';
import { finishableAt, opensUntil, type ChainJob, type ChainSeat } from '../chain/replicas-projection.ts';
import type { TaskContext } from '../tasks/context.ts';
import type { Intents } from '../tasks/intents.ts';
import { commitmentFor } from '../tasks/market-calls.ts';
import { comparable } from '../tasks/rerun.ts';
import { same, type WorkBook } from '../tasks/work-book.ts';
import type { Work } from '../tasks/work-rows.ts';
import { endWhenDue, turnIn } from './ending.ts';
import { openCall, takeCall } from './job-calls.ts';

type Hex = `0x${string}`;

const CONTEST_AGAIN_MS = 10_000;
/** Refusals of a seat that pass: stake of another result, a turn that moved with the stake, a reorg. */
const PASSING = ['InsufficientFreeStake', 'NotYourTurn', 'JobNotFound', 'AllSeatsTaken', 'AlreadySeated'];

/** Takes a result that is on disk through the chain: seat, opening, end; contests what other seats say. */
export class Seat {
  readonly #context: TaskContext;
  readonly #intents: Intents;
  readonly #book: WorkBook;
  readonly #contest: (seat: TaskId, why: string) => void;

  constructor(context: TaskContext, intents: Intents, book: WorkBook, contest: (seat: TaskId, why: string) => void) {
    this.#context = context;
    this.#intents = intents;
    this.#book = book;
    this.#contest = contest;
  }

  /** @returns whether time alone may change it, as `advance`. */
  take(work: Work, job: ChainJob, me: Address): boolean {
    const { resultDigest: digest } = work;
    if (digest === null || !this.#context.canSign()) return false;
    this.#withSalt(job.id, (salt) => {
      // Meanwhile all seats may be gone, or this one taken.
      const still = this.#book.rows.get(job.id)?.state ?? '';
      if (still !== 'computed' && still !== 'committing') return;
      this.#book.move(job.id, 'committing', 'taking a seat with the sealed result');
      const data = takeCall(job, commitmentFor(job.id, me, salt, digest));
      const refused = this.#send(`take:${job.id}`, 'Take a seat', data);
      if (refused === null || PASSING.some((name) => refused.startsWith(name))) return;
      this.#book.end(job.id, 'failed', `failed: the chain refused the seat: ${refused}`, 'REFUSED');
    });
    return true;
  }

  /** What is due for a seat that was taken. */
  advance(work: Work, job: ChainJob, mine: ChainSeat, me: Address): boolean {
    const { id } = job;
    if (mine.paid !== null) return this.#book.end(id, 'paid', 'paid');
    if (mine.stage === 'out') {
      return this.#book.end(id, 'lost', 'lost: the court found the result wrong', 'OVERTURNED');
    }
    if (job.state === 'agreed' || job.state === 'failed') return this.#over(job, mine);
    if (mine.stage === 'frozen') {
      this.#book.move(id, 'contested', 'contested: the court decides about your result');
      return false;
    }
    const soon = mine.stage === 'sealed' ? this.#sealed(work, job, me) : this.#opened(work, job, me);
    return endWhenDue(this.#context, this.#intents, job, me, 'end') || soon;
  }

  /** Nobody opens before all are sealed: until then there is nothing to do but wait. */
  #sealed(work: Work, job: ChainJob, me: Address): boolean {
    const { chain, canSign, index } = this.#context;
    const until = opensUntil(job);
    if (until === null) {
      const seats = `${job.taken.length} of ${job.seats} machines`;
      this.#book.move(job.id, 'committed', `sealed; waiting for other machines: ${seats} have sealed theirs`);
      return false;
    }
    if (chain.now() > until) {
      this.#book.move(job.id, 'committed', 'the time for opening the result is over: it costs a bond');
      return false;
    }
    const { resultDigest: digest, resultSize } = work;
    // In the second of the last seat the contract refuses, so that nobody can turn the order of the two round.
    if (digest === null || !canSign() || chain.now() <= job.turnedAt) return true;
    this.#withSalt(job.id, (salt) => {
      const still = index.job(job.id)?.taken.find(({ solver }) => same(solver, me))?.stage;
      if (still !== 'sealed') return;
      this.#book.move(job.id, 'revealing', 'opening the result on chain');
      this.#send(`open:${job.id}`, 'Open a result', openCall(job, salt, digest, resultSize ?? 0));
    });
    return true;
  }

  #opened(work: Work, job: ChainJob, me: Address): boolean {
    if (work.state !== 'revealed') {
      this.#book.move(job.id, 'revealed', 'proved on chain; paid when the others agree and the claim window is over');
      this.#book.step(job.id, 'served', 'The result is served to whoever asks for it.');
    }
    const model = this.#context.catalogue.byId(work.model);
    const { resultDigest: own } = work;
    let soon = false;
    if (own !== null && model !== null && comparable(model)) {
      for (const seat of job.taken) if (!same(seat.solver, me)) soon = this.#compare(job, seat, own, me) || soon;
    }
    return soon;
  }

  /**
   * Another machine says something else: one of the two is wrong, and the court can find out which. One contestation is
   * enough, so those who could make it wait for each other. @returns whether time alone makes it due.
   */
  #compare(job: ChainJob, seat: ChainSeat, own: Digest, me: Address): boolean {
    const { chain, canSign, freeStake, log } = this.#context;
    const closed = chain.now() >= (finishableAt(job) ?? 0);
    if (seat.stage !== 'opened' || seat.opened === null || seat.opened.resultDigest === own || closed) return false;
    if (!canSign() || chain.now() < seat.opened.time + turnIn(job, me)) return true;
    const bond = units(job.fields.lock) / 2n;
    const free = freeStake();
    if (free !== null && free < bond) {
      const text = `another machine has a different result; to contest it takes ${shortMoot(amount(bond))} of free stake, you have ${shortMoot(amount(free))}`;
      this.#book.move(job.id, 'revealed', text);
      return true;
    }
    const key = `contest:${seat.id}`;
    if (this.#book.retries.waits(key)) return true;
    this.#book.retries.later(key, CONTEST_AGAIN_MS);
    try {
      this.#contest(seat.id, 'a machine that solved the same task got another result');
    } catch (error) {
      if (!(error instanceof FolkmootError)) throw error;
      log(`seat ${seat.id.slice(0, 10)}: ${error.message}`);
    }
    return true;
  }

  #over(job: ChainJob, { missed }: ChainSeat): boolean {
    const { id } = job;
    if (missed !== null) return this.#book.end(id, 'lost', 'lost: the result was not opened in time', 'MISSED');
    if (job.taken.length < job.seats) return this.#book.end(id, 'lost', 'lost: too few machines came', 'TOO_FEW');
    return this.#book.end(id, 'lost', 'lost: the machines did not agree', 'DISAGREED');
  }

  /** @returns why it was refused; null when it is on its way. A refusal decides nothing as long as the call is due. */
  #send(base: string, label: string, data: string): string | null {
    return this.#intents.due({ base, label, to: this.#context.chain.network.contracts.replicas, data });
  }

  #withSalt(job: TaskId, then: (salt: Hex) => void): void {
    this.#context
      .taskSalt(job)
      .then((salt) => {
        if (this.#context.db.open) then(salt);
      })
      .catch((error: unknown) => {
        if (error instanceof FolkmootError) this.#context.log(`seat of ${job.slice(0, 10)}: ${error.message}`);
        else this.#context.fail(error);
      });
  }
}
