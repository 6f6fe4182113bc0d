import { amount } from '../../src-shared/domain/amounts.ts';
import type { Amount, TaskId } from '../../src-shared/domain/ids.ts';
import type { WorkState } from '../../src-shared/domain/tasks.ts';
import { MARKET } from '../chain/abi.ts';
import type { IndexChange } from '../chain/indexer.ts';
import { solverShare, type ChainTask } from '../chain/tasks-projection.ts';
import type { UsableModel } from '../models/catalogue.ts';
import { consider, type Offer } from '../policy/consider.ts';
import { unprofitable, type Profit } from '../policy/profit.ts';
import type { TaskContext } from './context.ts';
import { reserveCall, struct } from './market-calls.ts';
import { Prover } from './prover.ts';
import { ENDED_BY_CHAIN, mustReserve, reserveKey } from './causes.ts';
import { offerOf } from './offer.ts';
import type { Ready } from './readiness.ts';
import type { Runner } from './runner.ts';
import { Turns } from './turns.ts';
import { same, type WorkBook } from './work-book.ts';
import type { Work } from './work-rows.ts';

export interface SolverNeeds {
  /** Why no device of this machine takes work now, without capital and full stop; null: one does. */
  readonly heldUp: () => string | null;
  /** Seconds that this node lets pass before it takes a task; 0 for everybody but the sandbox's rival. */
  readonly patience: number;
  /** Whether the model can run here now, by what is known. */
  readonly ready: (model: UsableModel) => Ready;
  /** What it would bring and cost here; null when that cannot be weighed. */
  readonly profit: (task: ChainTask, model: UsableModel) => Profit | null;
  /** Whether this machine checks the task, and so leaves solving it to others. */
  readonly checks: (task: TaskId) => boolean;
  /** A check is due: it would cost a fine, so nothing else begins. */
  readonly urgent: () => boolean;
  /** Stake that works under way will lock, of this kind and of others. */
  readonly promised: () => bigint;
  readonly changed: (task: TaskId) => void;
}

/** Looked at per round: the best paid, and as many of the others in turn, so that nobody can hide those by posting more. */
const PAGE = 100;
/** Taken, and not computed yet. */
const UNDER_WAY: ReadonlySet<WorkState> = new Set(['reserving', 'fetching', 'computing']);
const RETRY_MS = 5_000;
/**
 * The solving side: looks at open tasks, takes what the policy allows, computes, commits, reveals, claims. The database
 * and the chain hold where each work stands; every round only does what is due, so a restart needs nothing special.
 */
export class Solver {
  readonly #context: TaskContext;
  readonly #needs: SolverNeeds;
  readonly #book: WorkBook;
  readonly #prover: Prover;
  readonly #turns: Turns<ChainTask>;
  readonly #runner: Runner;
  /** Works that may be taken yet in this round. */
  #room = 0;
  #offset = 0;

  constructor(context: TaskContext, needs: SolverNeeds, book: WorkBook, runner: Runner) {
    this.#context = context;
    this.#needs = needs;
    this.#book = book;
    this.#runner = runner;
    this.#prover = new Prover(context, this.#book);
    this.#turns = new Turns(context, needs.changed, (task, me, free, total) =>
      context.chain.read(MARKET, context.chain.network.contracts.market, 'turnOf', [
        struct(task.fields),
        me,
        free,
        total,
      ]),
    );
  }

  /** Whether this machine has taken the task and is not done with it. */
  worksOn(task: TaskId): boolean {
    return this.#book.rows.active('task').some((work) => work.task === task);
  }

  onIndex({ subjects, rolledBackTo }: IndexChange): void {
    for (const subject of subjects) {
      const work = this.#book.rows.get(subject as TaskId);
      if (work?.kind !== 'task') continue;
      const back = work.reasonCode === 'UNDONE' && this.#context.index.task(work.task) !== undefined;
      if (rolledBackTo !== null || back) this.#reconsider(work);
      this.#book.changed(work.task);
    }
  }

  /** One round. @returns whether something may be due by time alone. */
  tick(): boolean {
    const { catalogue, chain, account } = this.#context;
    const now = chain.now();
    let soon = false;
    const active = this.#book.rows.active('task');
    for (const work of active) soon = this.#advance(work) || soon;
    this.#room = this.#runner.most - active.filter(({ state }) => UNDER_WAY.has(state)).length;
    for (const { task, state } of this.#book.rows.outlived(now)) this.#outlived(task, state);
    const page = (offset: number): ChainTask[] =>
      this.#book.rows.offers(catalogue.digests(), now, account(), PAGE, offset);
    const best = page(0);
    this.#offset = best.length < PAGE ? 0 : this.#offset + PAGE;
    const others = this.#offset === 0 ? [] : page(this.#offset);
    if (others.length < PAGE) this.#offset = 0;
    let [promised, room] = [this.#needs.promised(), this.#room];
    for (const task of [...best, ...others]) {
      soon = this.#look(task, promised) || soon;
      // What was just taken will lock stake, too.
      if (this.#room !== room) promised = this.#needs.promised();
      room = this.#room;
    }
    return soon;
  }

  /** A task that is open: take it, or note why not. */
  #look(task: ChainTask, promised: bigint): boolean {
    const known = this.#book.rows.get(task.id);
    if (known !== undefined && known.state !== 'waiting') return false;
    if (this.#book.retries.waits(task.id)) return true;
    const model = this.#context.catalogue.byId(task.fields.model);
    const net = amount(solverShare(task.fields, this.#context.newcomer()).solver);
    const verdict = consider(this.#offer(task, model, net, promised));
    if (verdict.kind === 'skip' && known !== undefined && this.#holds(task)) {
      // It was taken, and what it waited for did not come in time.
      return this.#book.end(task.id, 'failed', known.reason.replace(/^waiting/, 'failed'), known.reasonCode);
    }
    this.#book.considered({ task: task.id, kind: 'task', model: task.fields.model, net }, verdict);
    if (verdict.kind !== 'take' || model === null) return verdict.kind === 'wait' && verdict.againAt !== undefined;
    if (this.#runner.busy || this.#room <= 0 || this.#needs.urgent()) {
      if (this.#book.rows.move(task.id, 'waiting', 'waiting: this machine is busy with another task', 'BUSY'))
        this.#book.changed(task.id);
      return false;
    }
    this.#room--;
    this.#book.step(task.id, 'accepted', 'It fits: the model is allowed and the fee is enough.');
    this.#context.steps.remove(task.id, ['waiting']);
    if (mustReserve(task) && !this.#holds(task)) this.#reserve(task);
    else this.#runner.start(task, model);
    return false;
  }

  /** It is reserved for this machine: giving it up costs the bond. */
  #holds({ reservation }: ChainTask): boolean {
    return reservation !== null && same(reservation.solver, this.#context.account());
  }

  /** Why nothing of the model is begun now. After a rest one task at a time shows whether it works again. */
  #unable(task: ChainTask, model: UsableModel): string | null {
    if (this.#holds(task)) return null;
    const ready = this.#needs.ready(model);
    if (ready.kind === 'unable') return ready.why;
    const tried = ready.kind === 'trial' && this.#book.rows.underWay(task.fields.model, task.id);
    return tried ? 'it failed before, and another task shows first whether it works again' : null;
  }

  /** The intent first: nothing is computed before the chain says that the task is ours. */
  #reserve(task: ChainTask): void {
    const { outbox, chain, db } = this.#context;
    const key = reserveKey(task);
    db.transaction(() => {
      this.#book.move(task.id, 'reserving', 'reserving the task on chain');
      outbox.enqueue({ key, label: 'Reserve', to: chain.network.contracts.market, data: reserveCall(task) });
    })();
    outbox.retry(key);
    outbox.kick();
  }

  /** With a result and without the task: somebody took the bond because the result came late. */
  #regain(work: Work, task: ChainTask): boolean {
    const { chain, outbox } = this.#context;
    const held = task.reservation;
    if (held !== null && chain.now() <= held.until) {
      this.#book.move(work.task, 'computed', 'waiting: another machine has reserved it');
      return true;
    }
    const row = outbox.get(reserveKey(task));
    if (row?.state !== 'failed') {
      if (row === undefined) this.#reserve(task);
      return false;
    }
    this.#book.retries.intent(outbox, row.key, RETRY_MS);
    return true;
  }

  /** A work that was taken and has no result yet: computed once the reservation stands. */
  #begin(work: Work, task: ChainTask): boolean {
    const { chain, outbox } = this.#context;
    if (chain.now() > task.fields.deadline) {
      return this.#book.end(work.task, 'lost', 'lost: the deadline has passed', 'TOO_LATE');
    }
    if (!mustReserve(task) || this.#holds(task)) {
      if (!this.#runner.busy) this.#again(work, task);
      return false;
    }
    const row = outbox.get(reserveKey(task));
    const refused = row === undefined || row.state === 'failed';
    // A mined reservation that the index does not show yet is on its way.
    if (task.reservation === null && !refused) return false;
    this.#turns.forget(task.id);
    this.#book.move(work.task, 'waiting', 'waiting: another machine reserved it first', 'TAKEN');
    return true;
  }

  #offer(task: ChainTask, model: UsableModel | null, net: Amount, promised: bigint): Offer {
    const me = this.#context.account();
    const rival = task.reservation === null || same(task.reservation.solver, me) ? null : task.reservation;
    const profit = model === null ? null : this.#needs.profit(task, model);
    const grace = task.heldUntil === null ? 0 : task.heldUntil + task.fields.notice;
    return {
      ...offerOf(this.#context, task.fields, model, promised),
      checking: this.#needs.checks(task.id),
      net,
      idle: null,
      loss: profit === null ? null : unprofitable(profit),
      rivalSince: mustReserve(task) ? null : (task.commitments.find(({ solver }) => !same(solver, me))?.time ?? null),
      reservedUntil: rival === null ? null : Math.max(rival.until, grace),
      turnAt: me === null ? null : this.#turns.of(task, me),
      patience: this.#needs.patience,
      newcomer: false,
      heldUp: this.#needs.heldUp(),
      unable: model === null ? null : this.#unable(task, model),
    };
  }

  /** Stake that works which are not opened yet will lock. */
  promised(): bigint {
    return this.#book.rows.active('task').reduce((sum, { task }) => {
      const known = this.#context.index.task(task);
      return known === undefined || known.solution !== null ? sum : sum + BigInt(known.fields.lock);
    }, 0n);
  }

  /** What is due for a work that was begun. @returns whether time alone may change it. */
  #advance(work: Work): boolean {
    const { index, account, canSign } = this.#context;
    const task = index.task(work.task);
    const me = account();
    if (me === null) return false;
    if (task === undefined) return this.#book.end(work.task, 'lost', 'lost: the chain undid the task', 'UNDONE');
    if (task.solution !== null && !same(task.solution.solver, me)) {
      return this.#book.end(work.task, 'lost', 'lost: another machine opened its result first', 'RIVAL_FIRST');
    }
    if (task.state === 'refunded') {
      return task.refunded?.overturned === true
        ? this.#book.end(work.task, 'lost', 'lost: the court found the result wrong', 'OVERTURNED')
        : this.#book.end(work.task, 'lost', 'lost: the asker took the task back', 'RETRACTED');
    }
    if (task.state === 'contested') {
      this.#book.move(work.task, 'contested', 'contested: the court decides about your result');
      return false;
    }
    if (task.state === 'paid') return this.#book.end(work.task, 'paid', 'paid');
    if (!canSign()) return false;
    if (task.solution !== null) return this.#prover.claim(work, task);
    if (work.resultDigest !== null && work.slot !== null) {
      const revealing = this.#context.outbox.get(`reveal:${task.id}`) !== undefined;
      if (mustReserve(task) && !revealing && !this.#holds(task)) return this.#regain(work, task);
      return this.#prover.prove(task, me, { slot: work.slot, digest: work.resultDigest, size: work.resultSize ?? 0 });
    }
    return this.#begin(work, task);
  }

  /** A work whose task is ours; also one that a crash interrupted before its result was on disk. */
  #again(work: Work, task: ChainTask): void {
    const model = this.#context.catalogue.byId(work.model);
    if (model === null) {
      this.#book.end(work.task, 'failed', 'failed: the model is not on this machine any more', 'MODEL_UNKNOWN');
    } else if (this.#context.chain.now() > task.fields.deadline) {
      this.#book.end(work.task, 'lost', 'lost: the deadline has passed', 'TOO_LATE');
    } else this.#runner.start(task, model);
  }

  /** The chain took back how it ended: begin from what is on disk, the chain says what is due. */
  #reconsider(work: Work): void {
    if (work.resultDigest !== null) this.#book.move(work.task, 'computed', 'the chain changed its mind');
    else if (ENDED_BY_CHAIN.has(work.reasonCode))
      this.#book.move(work.task, 'waiting', 'the chain changed its mind', 'NEXT');
  }

  /** It waited for something until the task was over. */
  #outlived(task: TaskId, state: ChainTask['state'] | null): void {
    const why =
      state === null
        ? 'the chain undid it'
        : {
            open: 'its time ran out',
            solved: SOLVED,
            contested: SOLVED,
            paid: SOLVED,
            refunded: 'the asker took it back',
          }[state];
    this.#book.end(task, 'skipped', `skipped: ${why}`, state === null ? 'UNDONE' : 'OVER');
  }
}

const SOLVED = 'another machine solved it';
