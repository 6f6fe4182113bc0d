import { amount } from '../../src-shared/domain/amounts.ts';
import type { Amount, TaskId } from '../../src-shared/domain/ids.ts';
import { REPLICAS } from '../chain/abi.ts';
import type { IndexChange } from '../chain/indexer.ts';
import { opensUntil, type ChainJob } from '../chain/replicas-projection.ts';
import type { UsableModel } from '../models/catalogue.ts';
import { consider, type Offer, type Verdict } from '../policy/consider.ts';
import { unprofitable, type Profit } from '../policy/profit.ts';
import { ENDED_BY_CHAIN } from '../tasks/causes.ts';
import type { TaskContext } from '../tasks/context.ts';
import { comparable } from '../tasks/rerun.ts';
import { Intents } from '../tasks/intents.ts';
import { offerOf } from '../tasks/offer.ts';
import { unableHere, type Ready } from '../tasks/readiness.ts';
import type { Runner } from '../tasks/runner.ts';
import { Turns } from '../tasks/turns.ts';
import { same, type WorkBook } from '../tasks/work-book.ts';
import type { Work } from '../tasks/work-rows.ts';
import { jobOf } from './job-calls.ts';
import { Seat } from './seat.ts';
import { SeatRows } from './seat-rows.ts';

/** Whoever asked for it did so without this app: the seats would never say the same, and nobody would be paid. */
const INCOMPARABLE: Verdict = {
  kind: 'skip',
  code: 'INCOMPARABLE',
  reason: 'skipped: honest results of this model differ a little, so machines cannot be held against each other',
};

export interface SeatNeeds {
  readonly heldUp: () => string | null;
  /** Whether the model can run here now, by what is known. */
  readonly ready: (model: UsableModel) => Ready;
  /** What a seat would bring and cost here; null when that cannot be weighed. */
  readonly seatProfit: (job: ChainJob, model: UsableModel) => Profit | null;
  /** Stake that works under way will lock. */
  readonly promised: () => bigint;
  /** A check is due: it would cost a fine, so nothing else begins. */
  readonly urgent: () => boolean;
  /** Brings the result of a seat before the court; may be asked for the same one again. */
  readonly contest: (seat: TaskId, why: string) => void;
  readonly changed: (task: TaskId) => void;
}

/** Looked at per round, as for ordinary tasks: the best paid, and as many of the others in turn. */
const PAGE = 100;
/** A sealed seat whose result could not be computed again is tried once more after so long. */
const AGAIN_MS = 60_000;

/**
 * Takes seats of replicated tasks: what the policy allows is computed first, since a seat is taken with a sealed result;
 * the rest is the seat's own. Database and chain hold where each stands, so a restart needs nothing special.
 */
export class SeatSolver {
  readonly #context: TaskContext;
  readonly #needs: SeatNeeds;
  readonly #book: WorkBook;
  readonly #runner: Runner;
  readonly #rows: SeatRows;
  readonly #turns: Turns<ChainJob>;
  readonly #seat: Seat;
  #offset = 0;

  constructor(context: TaskContext, needs: SeatNeeds, book: WorkBook, runner: Runner) {
    this.#context = context;
    this.#needs = needs;
    this.#book = book;
    this.#runner = runner;
    this.#rows = new SeatRows(context.db);
    this.#turns = new Turns(context, needs.changed, (job, me, free, total) =>
      context.chain.read(REPLICAS, context.chain.network.contracts.replicas, 'turnOf', [jobOf(job), me, free, total]),
    );
    this.#seat = new Seat(context, new Intents(context.outbox), book, needs.contest);
  }

  onIndex({ subjects, rolledBackTo }: IndexChange): void {
    for (const subject of subjects) {
      const work = this.#book.rows.get(subject as TaskId);
      if (work?.kind !== 'seat') continue;
      const job = this.#context.index.job(work.task);
      const back = work.reasonCode === 'UNDONE' && job !== undefined;
      if (rolledBackTo !== null || back || this.#forgotten(work, job)) this.#reconsider(work);
      this.#book.changed(work.task);
    }
  }

  /** One round. @returns whether something may be due by time alone. */
  tick(): boolean {
    const { catalogue, chain, account } = this.#context;
    const now = chain.now();
    let soon = false;
    const me = account();
    for (const job of me === null ? [] : this.#rows.orphans(me)) this.#adopt(job);
    for (const work of this.#book.rows.active('seat')) soon = this.#advance(work) || soon;
    for (const { task, state } of this.#rows.outlived(now, me)) this.#outlived(task, state);
    const page = (offset: number): ChainJob[] => this.#rows.offers(catalogue.digests(), now, me, PAGE, offset);
    const best = page(0);
    this.#offset = best.length < PAGE ? 0 : this.#offset + PAGE;
    const others = this.#offset === 0 ? [] : page(this.#offset);
    if (others.length < PAGE) this.#offset = 0;
    const promised = this.#needs.promised();
    for (const job of [...best, ...others]) soon = this.#look(job, promised) || soon;
    return soon;
  }

  /** Stake that seats which are not taken yet will lock. */
  promised(): bigint {
    const me = this.#context.account();
    return this.#book.rows.active('seat').reduce((sum, { task }) => {
      const job = this.#context.index.job(task);
      const seated = job?.taken.some(({ solver }) => same(solver, me)) ?? true;
      return job === undefined || seated ? sum : sum + BigInt(job.fields.lock);
    }, 0n);
  }

  /** A job with empty seats: compute it, or note why not. */
  #look(job: ChainJob, promised: bigint): boolean {
    const known = this.#book.rows.get(job.id);
    if (known !== undefined && known.state !== 'waiting') return false;
    if (this.#book.retries.waits(job.id)) return true;
    const model = this.#context.catalogue.byId(job.fields.model);
    const net = shareOf(job);
    const verdict =
      model === null || comparable(model) ? consider(this.#offer(job, model, net, promised)) : INCOMPARABLE;
    this.#book.considered({ task: job.id, kind: 'seat', model: job.fields.model, net }, verdict);
    if (verdict.kind !== 'take' || model === null) return verdict.kind === 'wait' && verdict.againAt !== undefined;
    if (this.#runner.busy || this.#needs.urgent()) {
      this.#book.move(job.id, 'waiting', 'waiting: this machine is busy with another task', 'BUSY');
      return false;
    }
    this.#book.step(job.id, 'accepted', 'It fits: the model is allowed and the share of the fee is enough.');
    this.#context.steps.remove(job.id, ['waiting']);
    this.#runner.start(job, model);
    return false;
  }

  #offer(job: ChainJob, model: UsableModel | null, net: Amount, promised: bigint): Offer {
    const me = this.#context.account();
    const profit = model === null ? null : this.#needs.seatProfit(job, model);
    return {
      ...offerOf(this.#context, job.fields, model, promised),
      // The seats check each other, and nobody has such a task to himself.
      checking: false,
      idle: { until: job.fields.deadline, room: this.#idleRoom(promised) },
      rivalSince: null,
      reservedUntil: null,
      patience: 0,
      newcomer: false,
      net,
      loss: profit === null ? null : unprofitable(profit),
      turnAt: me === null ? null : this.#turns.of(job, me),
      heldUp: this.#needs.heldUp(),
      unable: model === null ? null : unableHere(this.#needs.ready(model)),
    };
  }

  /** One seat may take all that is free; further ones as much as half of it and of what lies idle already. */
  #idleRoom(promised: bigint): Amount {
    const { account, freeStake } = this.#context;
    const me = account();
    const idle = me === null ? 0n : this.#rows.idleLocks(me) + this.promised();
    const free = freeStake() ?? 0n;
    if (idle === 0n) return amount(free);
    const half = (free - promised + idle) / 2n;
    return amount(half > idle ? half - idle : 0n);
  }

  /** What is due for a seat that was begun. @returns whether time alone may change it. */
  #advance(work: Work): boolean {
    const { index, account } = this.#context;
    const job = index.job(work.task);
    const me = account();
    if (me === null) return false;
    if (job === undefined) return this.#book.end(work.task, 'lost', 'lost: the chain undid the task', 'UNDONE');
    const mine = job.taken.find(({ solver }) => same(solver, me));
    if (mine !== undefined && (mine.stage !== 'sealed' || work.resultDigest !== null)) {
      return this.#seat.advance(work, job, mine, me);
    }
    if (mine === undefined && job.state !== 'open') {
      const why = job.state === 'failed' ? 'lost: the task is over' : 'lost: other machines took all seats';
      return this.#book.end(work.task, 'lost', why, 'RIVAL_FIRST');
    }
    if (mine === undefined && this.#context.chain.now() > job.fields.deadline) {
      return this.#book.end(work.task, 'lost', 'lost: the deadline has passed', 'TOO_LATE');
    }
    if (work.resultDigest !== null) return this.#seat.take(work, job, me);
    if (!this.#runner.busy) this.#again(work, job);
    return false;
  }

  /** A sealed seat without its result: the model gives it again, and the salt follows from the wallet. */
  #adopt(job: ChainJob): void {
    const reason = 'computing again what was sealed';
    const until = opensUntil(job);
    const known = this.#book.rows.get(job.id);
    if (until !== null && this.#context.chain.now() > until) {
      if (known !== undefined) this.#book.end(job.id, 'lost', 'lost: the result was not opened in time', 'MISSED');
      return;
    }
    if (this.#book.retries.waits(job.id)) return;
    if (known !== undefined && known.state !== 'waiting') {
      // Whatever ended it: as long as the seat can be opened, giving it up costs a bond.
      this.#book.retries.later(job.id, AGAIN_MS);
      this.#context.steps.remove(job.id, ['failed', 'lost', 'skipped']);
      return this.#book.move(job.id, 'waiting', `waiting: to be computed again, it ${known.reason}`, 'ADOPTED');
    }
    if (known !== undefined) return this.#book.move(job.id, 'computing', reason);
    const net = shareOf(job);
    const work = { task: job.id, kind: 'seat', model: job.fields.model, state: 'computing', net } as const;
    this.#book.rows.insert({ ...work, reason, reasonCode: 'ADOPTED' });
    this.#book.changed(job.id);
  }

  /** A crash interrupted it before its result was on disk. */
  #again(work: Work, job: ChainJob): void {
    const model = this.#context.catalogue.byId(work.model);
    if (model !== null) return this.#runner.start(job, model);
    this.#book.end(work.task, 'failed', 'failed: the model is not on this machine any more', 'MODEL_UNKNOWN');
  }

  /** The chain took back how it ended: begin from what is on disk, the chain says what is due. */
  #reconsider(work: Work): void {
    if (work.resultDigest !== null) this.#book.move(work.task, 'computed', 'the chain changed its mind');
    else if (ENDED_BY_CHAIN.has(work.reasonCode))
      this.#book.move(work.task, 'waiting', 'the chain changed its mind', 'NEXT');
  }

  /** A seat that was given up here, and taken on chain all the same: it must be opened, or it costs a bond. */
  #forgotten(work: Work, job: ChainJob | undefined): boolean {
    const me = this.#context.account();
    const sealed = job?.taken.some(({ solver, stage }) => same(solver, me) && stage === 'sealed') ?? false;
    return sealed && (work.state === 'lost' || work.state === 'failed') && job?.failed === null && job.agreed === null;
  }

  /** It waited for something until all seats were gone. */
  #outlived(task: TaskId, state: ChainJob['state'] | null): void {
    if (state === null) this.#book.end(task, 'skipped', 'skipped: the chain undid it', 'UNDONE');
    else if (state === 'open') this.#book.end(task, 'skipped', 'skipped: its time ran out', 'OVER');
    else if (state === 'failed') this.#book.end(task, 'skipped', 'skipped: the task is over', 'OVER');
    else this.#book.end(task, 'skipped', 'skipped: other machines took all seats', 'OVER');
  }
}

/** What a seat is paid of the fee, rounded down where the contract does. */
function shareOf({ fields, seats }: ChainJob): Amount {
  const part = BigInt(fields.fee) / BigInt(seats);
  return amount(part - (part * BigInt(fields.treasuryBps)) / 10_000n);
}
