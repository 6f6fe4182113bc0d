import { amount } from '../../src-shared/domain/amounts.ts';
import type { Address, Amount, BatchId } from '../../src-shared/domain/ids.ts';
import type { TaskView } from '../../src-shared/domain/tasks.ts';
import { BATCHES } from '../chain/abi.ts';
import { unpaidOf, type ChainBatch, type Run } from '../chain/batches-projection.ts';
import type { IndexChange } from '../chain/indexer.ts';
import { count, maskOf } from '../chain/masks.ts';
import { solverShare } from '../chain/tasks-projection.ts';
import type { UsableModel } from '../models/catalogue.ts';
import { consider, type Verdict } from '../policy/consider.ts';
import { concernsAll, ENDED_BY_CHAIN, MACHINE } from '../tasks/causes.ts';
import type { TaskContext } from '../tasks/context.ts';
import { story } from '../tasks/story.ts';
import { Turns } from '../tasks/turns.ts';
import { clause, same, sentence } from '../tasks/work-book.ts';
import { announced } from './announced.ts';
import { fieldsOf, firstItem } from './batch-calls.ts';
import { itemOffer, type OfferNeeds } from './offer.ts';
import { nameOf, RunBook } from './run-book.ts';
import { computeRun, NothingComputed, type ComputeNeeds } from './run-compute.ts';
import { planOf } from './run-plan.ts';
import { RunProver } from './run-prover.ts';
import { RunRows, type RunWork } from './run-rows.ts';
import { runSteps } from './story.ts';
import { runView } from './view.ts';

export interface BatchSolverNeeds extends ComputeNeeds, OfferNeeds {
  /** Stake that other work of this machine will lock. */
  readonly promised: () => bigint;
  readonly changed: (work: Pick<RunWork, 'batch' | 'run'>) => void;
}

/** As for tasks: the best paid, and as many of the others in turn. */
const PAGE = 50;
const KEEP_SKIPPED_MS = 30 * 86_400_000;
const RETRY_MS = 5_000;
const MAX_TRIES = 6;
/** States of runs that are on chain: their stake is locked already. */
const OPENED: ReadonlySet<RunWork['state']> = new Set(['revealed', 'claiming', 'contested']);

/**
 * The solving side of batches: takes as much of an open batch as stake and time allow, as one run after the other. As in
 * `tasks/solver.ts`, database and chain hold where each run stands, and every round only does what is due.
 */
export class BatchSolver {
  readonly #context: TaskContext;
  readonly #needs: BatchSolverNeeds;
  readonly #book: RunBook;
  readonly #prover: RunProver;
  readonly #turns: Turns<ChainBatch>;
  /** One run at a time. */
  #computing: RunWork | null = null;
  #offset = 0;

  constructor(context: TaskContext, needs: BatchSolverNeeds) {
    this.#context = context;
    this.#needs = needs;
    this.#book = new RunBook(new RunRows(context.db), context.steps, needs.changed);
    this.#prover = new RunProver(context, this.#book);
    const { chain } = context;
    this.#turns = new Turns<ChainBatch>(
      context,
      (id) => needs.changed({ batch: id as BatchId, run: this.#book.rows.latest(id as BatchId)?.run ?? 0 }),
      (batch, me, free, total) =>
        chain.read(BATCHES, chain.network.contracts.batches, 'turnOf', [fieldsOf(batch), me, free, total]),
    );
  }

  /** Before the first round. */
  begin(): void {
    this.#book.rows.prune(Date.now() - KEEP_SKIPPED_MS);
  }

  /** Batches with runs under way. */
  batches(): BatchId[] {
    return this.#book.rows.active().map(({ batch }) => batch);
  }

  /** Names of the models being worked on, for the one sentence. */
  working(): string[] {
    return this.#computing === null ? [] : [this.#name(this.#computing)];
  }

  pending(): number {
    return this.#book.rows.active().filter(({ state }) => state === 'revealed' || state === 'claiming').length;
  }

  /** The reason of the newest open batch that is not taken. */
  nearest(): string | null {
    const work = this.#book.rows.nearest();
    return work === undefined ? null : `${this.#name(work)}, ${work.reason}`;
  }

  /** Stake that runs which are not opened yet will lock. */
  reserved(): bigint {
    const unopened = this.#book.rows.active().filter(({ state }) => !OPENED.has(state));
    return unopened.reduce((sum, { batch, items }) => {
      const known = this.#context.index.batch(batch);
      return known === undefined ? sum : sum + BigInt(known.fields.lock) * BigInt(count(items & BigInt(known.open)));
    }, 0n);
  }

  onIndex({ subjects, rolledBackTo }: IndexChange): void {
    for (const subject of subjects) {
      for (const work of this.#book.rows.of(subject as BatchId)) {
        const back = work.reasonCode === 'UNDONE' && this.#context.index.batch(work.batch) !== undefined;
        if (rolledBackTo !== null || back) this.#reconsider(work);
        this.#book.changed(work);
      }
    }
  }

  /** One round. @returns whether something may be due by time alone. */
  tick(): boolean {
    const { catalogue, chain, account } = this.#context;
    const { rows } = this.#book;
    const now = chain.now();
    let soon = false;
    for (const work of rows.active()) soon = this.#advance(work) || soon;
    for (const { work, undone } of rows.outlived(now)) {
      const why = undone ? 'the chain undid it' : 'nothing of it is open any more';
      this.#book.end(work, 'skipped', `skipped: ${why}`, undone ? 'UNDONE' : 'OVER');
    }
    const page = (offset: number): ChainBatch[] => rows.offers(catalogue.digests(), now, account(), PAGE, offset);
    const best = page(0);
    this.#offset = best.length < PAGE ? 0 : this.#offset + PAGE;
    const others = this.#offset === 0 ? [] : page(this.#offset);
    if (others.length < PAGE) this.#offset = 0;
    const reserved = this.reserved() + this.#needs.promised();
    for (const batch of [...best, ...others]) soon = this.#look(batch, reserved) || soon;
    return soon;
  }

  view(batch: BatchId, run: number): TaskView | undefined {
    const work = this.#book.rows.get(batch, run);
    return work === undefined ? undefined : this.#view(work);
  }

  page(before: number | null, limit: number): TaskView[] {
    return this.#book.rows.page(before, limit).map((work) => this.#view(work));
  }

  #view(work: RunWork): TaskView {
    const { index, steps, account } = this.#context;
    const batch = index.batch(work.batch) ?? null;
    const me = account();
    const run = batch === null ? undefined : this.#runOf(batch, work, me);
    const chainSteps = batch === null ? [] : runSteps(batch, run, work, me);
    return runView(work, batch, run, this.#name(work), story(steps.of(nameOf(work)), chainSteps));
  }

  #name(work: RunWork): string {
    return this.#context.catalogue.byId(work.model)?.manifest.name ?? 'unknown model';
  }

  #runOf(batch: ChainBatch, { root }: RunWork, me: Address | null): Run | undefined {
    return batch.runs.find((run) => run.root === root && same(run.solver, me));
  }

  /** A batch with open items: take some, or note why not. */
  #look(batch: ChainBatch, reserved: bigint): boolean {
    const { catalogue, newcomer, account, chain } = this.#context;
    const latest = this.#book.rows.latest(batch.id);
    const waiting = latest?.state === 'waiting' ? latest : undefined;
    if (waiting !== undefined && this.#book.retries.waits(nameOf(waiting))) return true;
    const model = catalogue.byId(batch.fields.model);
    const net = amount(solverShare(batch.fields, newcomer()).solver);
    const me = account();
    const others = announced(batch, me, chain.now());
    const left = BigInt(batch.open) & ~others.items;
    const turnAt = me === null ? null : this.#turns.of(batch, me);
    const rivalSince = left === 0n ? others.since : null;
    const offer = itemOffer(this.#context, this.#needs, batch, { model, net, reserved, rivalSince, turnAt });
    const verdict = consider(offer);
    const again = verdict.kind === 'wait' && verdict.againAt !== undefined;
    // After the first run only the next one is news, not why there is none yet.
    if (waiting === undefined && latest !== undefined && verdict.kind !== 'take') return again;
    const work = waiting ?? this.#first(batch, nextRun(batch, me, latest), net, verdict);
    if (verdict.kind !== 'take') {
      const state = verdict.kind === 'skip' ? 'skipped' : 'waiting';
      if (this.#book.rows.move(work, state, verdict.reason, verdict.code) || work !== waiting)
        this.#note(work, verdict);
      return again;
    }
    if (model === null || me === null) return false;
    const hopeless = this.#book.faults.hopeless(batch.id, BigInt(batch.open));
    if (hopeless !== null) return this.#book.end(work, 'failed', `failed: ${clause(hopeless)}`, 'ITEMS_FAILED');
    const due = this.#book.faults.due(batch.id, left);
    if (due === 0n) {
      this.#book.move(work, 'waiting', 'waiting: what is left could not be computed yet', 'ITEMS_WAIT');
      return true;
    }
    if (this.#computing !== null || this.#needs.urgent()) {
      this.#book.move(work, 'waiting', 'waiting: this machine is busy with another task', 'BUSY');
      return false;
    }
    const most = Number((BigInt(offer.freeStake ?? '0') / BigInt(batch.fields.lock)).toString());
    const plan = planOf(due, batch.items, firstItem(batch.id, me, batch.items), most);
    this.#book.rows.plan(work, maskOf(plan));
    // The contract weighs the stake that is free when a run is opened, and this one will lock some.
    this.#turns.forget(batch.id);
    this.#book.step(work, 'accepted', `It fits: ${plan.length} of ${batch.items} items, as stake and others allow.`);
    this.#book.drop(work, ['waiting']);
    this.#book.move(work, 'computing', `computing ${model.manifest.name}`);
    this.#start(work);
    return false;
  }

  #first(batch: ChainBatch, run: number, net: Amount, verdict: Verdict): RunWork {
    const { reason, code } = verdict.kind === 'take' ? { reason: 'next in line', code: 'NEXT' } : verdict;
    const state = verdict.kind === 'skip' ? 'skipped' : 'waiting';
    const work = { batch: batch.id, run, model: batch.fields.model, state, reason, reasonCode: code, net } as const;
    this.#book.rows.insert(work);
    this.#book.step(work, 'seen', run === 0 ? 'This machine saw the batch.' : 'More of the batch is open.');
    return this.#book.rows.get(batch.id, run) as RunWork;
  }

  #note(work: RunWork, verdict: Verdict): void {
    if (verdict.kind !== 'take')
      this.#book.step(work, verdict.kind === 'skip' ? 'skipped' : 'waiting', sentence(verdict.reason));
    this.#book.changed(work);
  }

  #start(work: RunWork): void {
    const current = this.#book.rows.get(work.batch, work.run);
    const { catalogue, account, fail } = this.#context;
    const model = catalogue.byId(work.model);
    const me = account();
    if (current === undefined || me === null) return;
    if (model === null) {
      this.#book.end(work, 'failed', 'failed: the model is not on this machine any more', 'MODEL_UNKNOWN');
      return;
    }
    this.#computing = current;
    this.#compute(current, model, me)
      .catch((error: unknown) => fail(error))
      .finally(() => {
        this.#computing = null;
        this.#book.changed(work);
      })
      .catch((error: unknown) => fail(error));
  }

  async #compute(work: RunWork, model: UsableModel, me: Address): Promise<void> {
    const { log, fail, index } = this.#context;
    const name = nameOf(work);
    try {
      await computeRun(this.#context, this.#book, this.#needs, work, model, me);
      this.#book.retries.drop(name);
    } catch (error) {
      if (error instanceof NothingComputed) {
        // Paused, needed for a check, or others were faster: if anything is left it is looked at anew.
        const left = index.batch(work.batch)?.state === 'open';
        if (left) this.#book.move(work, 'waiting', 'waiting: this machine was needed elsewhere', 'NEXT');
        else this.#book.end(work, 'lost', 'lost: other machines were faster', 'RIVAL_FIRST');
        return;
      }
      const code = (error as { code?: string }).code ?? 'INTERNAL';
      const why = clause(error instanceof Error ? error.message : String(error));
      log(`batch ${work.batch.slice(0, 10)}: ${why}`);
      if (code === 'DISK_FULL') fail(error);
      const tries = this.#book.retries.tries(name) + 1;
      // Items that failed by themselves are counted one by one: the others of the batch can still be solved. What this
      // machine lacks may come back as long as the batch has time.
      if (!concernsAll(code) || MACHINE.has(code) || tries < MAX_TRIES) {
        this.#book.retries.later(name, RETRY_MS * 2 ** Math.min(tries - 1, MAX_TRIES));
        this.#book.move(work, 'waiting', `waiting: ${why}`, code);
      } else this.#book.end(work, 'failed', `failed: ${why}`, code);
    }
  }

  /** What is due for a run that was begun. @returns whether time alone may change it. */
  #advance(work: RunWork): boolean {
    const { index, account, canSign } = this.#context;
    const batch = index.batch(work.batch);
    const me = account();
    if (me === null) return false;
    if (batch === undefined) return this.#book.end(work, 'lost', 'lost: the chain undid the batch', 'UNDONE');
    const run = this.#runOf(batch, work, me);
    if (run !== undefined) return this.#settle(work, batch, run);
    if ((BigInt(batch.open) & work.items) === 0n) {
      return batch.returned === null
        ? this.#book.end(work, 'lost', 'lost: other machines were faster with all of its items', 'RIVAL_FIRST')
        : this.#book.end(work, 'lost', 'lost: the asker took the batch back', 'RETRACTED');
    }
    if (!canSign()) return false;
    if (work.root !== null) return this.#prover.prove(work, batch, me);
    // Interrupted before all results were on disk.
    if (this.#computing === null) this.#start(work);
    return false;
  }

  /** On chain: paid after the claim window, item by item only where the court is asked. */
  #settle(work: RunWork, batch: ChainBatch, run: Run): boolean {
    if (!OPENED.has(work.state)) this.#turns.forget(batch.id);
    if (unpaidOf(batch, run) !== 0n) return this.#context.canSign() && this.#prover.claim(work, batch, run);
    const taken = BigInt(run.taken);
    const paid = batch.paid.reduce((all, { items }) => all | BigInt(items), 0n) & taken;
    const wrong = maskOf(batch.overturned.map(({ item }) => item)) & taken;
    if ((taken & ~paid & ~wrong) !== 0n) {
      this.#book.move(work, 'contested', 'contested: the court decides about items of your run');
      return false;
    }
    return paid === 0n
      ? this.#book.end(work, 'lost', 'lost: the court found the results wrong', 'OVERTURNED')
      : this.#book.end(work, 'paid', 'paid');
  }

  /** The chain took back how it ended: begin from what is on disk, the chain says what is due. */
  #reconsider(work: RunWork): void {
    if (work.root !== null) this.#book.move(work, 'computed', 'the chain changed its mind');
    else if (ENDED_BY_CHAIN.has(work.reasonCode))
      this.#book.move(work, 'waiting', 'the chain changed its mind', 'NEXT');
  }
}

/**
 * Also after a database was lost: the number names the salt, and one that was opened gives the next results away to
 * whoever can guess them.
 */
function nextRun({ runs, commitments }: ChainBatch, me: Address | null, latest: RunWork | undefined): number {
  const own = (each: { readonly solver: Address }): boolean => same(each.solver, me);
  return Math.max((latest?.run ?? -1) + 1, runs.filter(own).length, commitments.filter(own).length);
}
