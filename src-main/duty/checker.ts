import { amount, shortMoot, units } from '../../src-shared/domain/amounts.ts';
import { FolkmootError } from '../../src-shared/domain/errors.ts';
import type { Address, TaskId } from '../../src-shared/domain/ids.ts';
import type { ChainTask } from '../chain/tasks-projection.ts';
import type { UsableModel } from '../models/catalogue.ts';
import type { TaskContext } from '../tasks/context.ts';
import { commitmentFor } from '../tasks/market-calls.ts';
import { rerun, type Compute } from '../tasks/rerun.ts';
import { Retries } from '../tasks/retries.ts';
import { announceCall, dismissCall, openCall, saltName, sealCall } from './calls.ts';
import { NEWCOMER_BPS } from './draw.ts';
import { dutyOf, watchOf, type ChainDuty } from './events.ts';
import type { DutyRow, DutyRows } from './duty-rows.ts';

export interface CheckerNeeds {
  readonly compute: Compute;
  /** Brings a result before the court; may be asked for the same task again. */
  readonly contest: (task: TaskId, why: string) => void;
  readonly changed: () => void;
}

const RETRY_MS = 3_000;
const CONTEST_AGAIN_MS = 10_000;
const MAX_REASON = 200;
/** Refusals that pass: the block of the draw, a fund that fills, a deposit that is freed. */
const PASSING = [/^NotDrawnFor\(.*, 5\)/, /^FundTooLow/, /^DepositTooSmall/];

/** Takes a check through the chain: announce, run the model, seal, wait for the solver, open. One look does what is due. */
export class Checker {
  readonly #context: TaskContext;
  readonly #needs: CheckerNeeds;
  readonly #rows: DutyRows;
  readonly #retries = new Retries();
  /** One computation at a time: the lane has one core. */
  #computing: TaskId | null = null;
  /** Tasks whose own result is missing, as of this round. */
  readonly #due = new Set<TaskId>();

  constructor(context: TaskContext, needs: CheckerNeeds, rows: DutyRows) {
    this.#context = context;
    this.#needs = needs;
    this.#rows = rows;
  }

  /** Whether a result is due: own work can wait, a seal that costs a fine cannot. */
  get urgent(): boolean {
    return this.#due.size > 0;
  }

  /** One round over everything that is active. @returns whether time alone may change something. */
  tick(me: Address): boolean {
    this.#due.clear();
    return this.#rows.active().reduce((soon, row) => this.#advance(row, me) || soon, false);
  }

  /** The intent and the row together: from here on a crash changes nothing. */
  announce(task: ChainTask): void {
    const { db, outbox, chain } = this.#context;
    const key = `duty-announce:${task.id}`;
    db.transaction(() => {
      this.#rows.insert(task.id, task.fields.model, 'Drawn; announcing the check.');
      outbox.enqueue({ key, label: 'Announce a check', to: chain.network.contracts.duty, data: announceCall(task) });
    })();
    outbox.kick();
    this.#needs.changed();
  }

  #advance(row: DutyRow, me: Address): boolean {
    const { index, db, canSign, chain } = this.#context;
    const task = index.task(row.task);
    if (task === undefined) return this.#end(row, 'void', 'The chain undid the task.');
    const duty = dutyOf(watchOf(db, row.task), me);
    if (duty.ended !== null) return this.#ended(row, duty, duty.ended);
    if (duty.announced === null) return this.#announcing(row, task);
    if (task.state === 'paid' || task.state === 'refunded') return this.#dismiss(row, task, me);
    if (!canSign()) return this.#say(row, 'Waiting: the wallet is locked.');
    if (duty.sealed !== null) return this.#compare(row, task, me);
    if (chain.now() >= duty.announced.sealBy)
      return this.#say(row, 'Missed: the result was not sealed in time. It may cost a fine.');
    if (row.commitment === null) return this.#run(row, task, me);
    return this.#seal(row);
  }

  #announcing(row: DutyRow, task: ChainTask): boolean {
    const { outbox, chain } = this.#context;
    const key = `duty-announce:${row.task}`;
    const intent = outbox.get(key);
    this.#due.add(row.task);
    if (intent?.state !== 'failed') return false;
    const why = intent.error ?? 'no reason given';
    const since = task.reservation?.since ?? task.fields.submittedAt;
    const inTime = task.state === 'open' && chain.now() < since + task.fields.notice;
    if (!inTime || !PASSING.some((pattern) => pattern.test(why)))
      return this.#end(row, 'refused', `The chain refused the announcement: ${why}.`);
    this.#retries.intent(outbox, key, RETRY_MS / 6);
    return true;
  }

  /** The own result is due. */
  #run(row: DutyRow, task: ChainTask, me: Address): boolean {
    this.#due.add(row.task);
    if (this.#computing !== null || this.#retries.waits(row.task)) return true;
    const model = this.#context.catalogue.byId(row.model);
    if (model === null) return this.#say(row, 'The model is not on this machine any more. It may cost a fine.');
    this.#computing = row.task;
    this.#say(row, `Checking: running ${model.manifest.name}.`);
    this.#check(row, task, model, me).catch((error: unknown) => this.#context.fail(error));
    return false;
  }

  /** Result and seal are on disk before the seal is sent. The input may come from peers: tried until the seal is due. */
  async #check(row: DutyRow, task: ChainTask, model: UsableModel, me: Address): Promise<void> {
    try {
      const { digest } = await rerun(this.#context, this.#needs.compute, task, model, 'duty');
      const commitment = commitmentFor(row.task, me, await this.#salt(row.task), digest);
      this.#context.db.transaction(() => {
        this.#rows.computed(row.task, digest, commitment);
        const kept = this.#rows.get(row.task);
        if (kept !== undefined) this.#seal(kept);
      })();
    } catch (error) {
      if (!(error instanceof FolkmootError)) throw error;
      this.#say(row, `Trying again: ${error.message.slice(0, MAX_REASON)}`);
      this.#retries.later(row.task, RETRY_MS);
    } finally {
      this.#computing = null;
      this.#needs.changed();
    }
  }

  #seal({ task, commitment }: DutyRow): boolean {
    if (commitment === null) return true;
    this.#send(`duty-seal:${task}`, 'Seal a check', sealCall(task, commitment));
    return true;
  }

  /** The seal is on chain: from here on it is the solver's turn, and then the comparison's. */
  #compare(row: DutyRow, task: ChainTask, me: Address): boolean {
    const { freeStake } = this.#context;
    if (row.digest === null) return this.#say(row, 'Sealed on another machine, which has to open it.');
    if (task.solution === null) return this.#say(row, 'Sealed; waiting for the solver to show its result.');
    if (same(task.solution.solver, me)) return this.#say(row, 'You solved it yourself; the check is void.');
    const agrees = task.solution.resultDigest.toLowerCase() === row.digest.toLowerCase();
    if (agrees) return this.#open(row, task, 'The result is right; opening the seal.');
    if (task.state === 'contested')
      return this.#open(row, task, 'Your result differs and the court decides; opening the seal.');
    const bond = units(task.fields.lock) / 2n;
    const free = freeStake();
    if (free !== null && free < bond) {
      const [needed, has] = [shortMoot(amount(bond)), shortMoot(amount(free))];
      this.#say(row, `Your result differs. To contest it takes ${needed} of free stake, and you have ${has}.`);
      return true;
    }
    this.#say(row, 'Your result differs; contesting the result of the solver.');
    if (this.#retries.waits(`contest:${row.task}`)) return true;
    this.#retries.later(`contest:${row.task}`, CONTEST_AGAIN_MS);
    this.#needs.contest(row.task, 'a checker that was drawn got another result');
    return true;
  }

  #open(row: DutyRow, task: ChainTask, why: string): boolean {
    this.#say(row, why);
    const { digest } = row;
    if (digest === null) return false;
    // A contestation in between changes what has to be shown: another intent.
    const key = `duty-open:${row.task}:${task.dispute?.id ?? 0}`;
    if (this.#context.outbox.get(key) !== undefined) return this.#send(key, '', '');
    this.#salt(row.task)
      .then((salt) => {
        const data = openCall(task, salt, digest);
        if (data !== null) this.#send(key, 'Open a check', data);
      })
      .catch((error: unknown) => {
        if (!(error instanceof FolkmootError)) this.#context.fail(error);
      });
    return true;
  }

  /** The task is over without us: nobody is paid, nobody fined, and the deposit answers for other duties again. */
  #dismiss(row: DutyRow, task: ChainTask, me: Address): boolean {
    this.#say(row, 'The task is over; closing the check without pay.');
    return this.#send(`duty-dismiss:${row.task}`, 'Close a check', dismissCall(task, me));
  }

  /** One intent, idempotent by its key. A refusal is tried again: while it is due its cause passes. */
  #send(key: string, label: string, data: string): boolean {
    const { outbox, chain } = this.#context;
    const known = outbox.get(key);
    if (known === undefined && data !== '') outbox.enqueue({ key, label, to: chain.network.contracts.duty, data });
    if (known?.state === 'failed') this.#retries.intent(outbox, key, RETRY_MS);
    return true;
  }

  #ended(row: DutyRow, { opened }: ChainDuty, { end, amount: sum }: NonNullable<ChainDuty['ended']>): false {
    const said = shortMoot(sum);
    if (end === 'paid')
      return this.#end(
        row,
        'paid',
        `Checked${opened?.agrees === false ? ', with another result' : ''}: paid ${said} MOOT.`,
      );
    return end === 'fined'
      ? this.#end(row, 'fined', `Missed: it cost a fine of ${said} MOOT.`)
      : this.#end(row, 'void', 'The task ended without the check: no pay, no fine.');
  }

  #salt(task: TaskId): Promise<`0x${string}`> {
    return this.#context.taskSalt(saltName(task));
  }

  #say({ task }: DutyRow, reason: string): false {
    if (this.#rows.move(task, 'active', reason)) this.#needs.changed();
    return false;
  }

  #end({ task }: DutyRow, state: DutyRow['state'], reason: string): false {
    this.#retries.drop(task, `contest:${task}`);
    if (this.#rows.move(task, state, reason)) this.#needs.changed();
    return false;
  }
}

/** How often a newcomer's result is checked more than others, in 1/10,000; 0 for none. */
export function secondDraw(task: ChainTask): number {
  return Math.max(0, NEWCOMER_BPS - task.fields.checksBps);
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
