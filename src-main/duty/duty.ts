import { amount } from '../../src-shared/domain/amounts.ts';
import type { Address, Digest, TaskId } from '../../src-shared/domain/ids.ts';
import { VERIFICATION_CLASSES } from '../../src-shared/domain/models.ts';
import type { ServiceView } from '../../src-shared/domain/stake.ts';
import type { Indexer } from '../chain/indexer.ts';
import { solverShare, type ChainTask } from '../chain/tasks-projection.ts';
import type { UsableModel } from '../models/catalogue.ts';
import type { Part } from '../part.ts';
import { Rounds } from '../rounds.ts';
import { considerDuty, type Draw } from '../policy/duty.ts';
import type { TaskContext } from '../tasks/context.ts';
import { unableHere, type Ready } from '../tasks/readiness.ts';
import { jobTimeoutMs } from '../tasks/rerun.ts';
import { Candidates } from './candidates.ts';
import { Checker, secondDraw, type CheckerNeeds } from './checker.ts';
import { CallUps } from './call-ups.ts';
import { draw } from './draw.ts';
import { DutyRows } from './duty-rows.ts';
import { record, watchOf, type ChainWatch } from './events.ts';
import { Presence, type PresenceNeeds } from './presence.ts';
import { Reports } from './reports.ts';
import { Roster, type RosterFacts } from './roster.ts';
import { Seeds } from './seeds.ts';

export interface DutyNeeds extends Omit<CheckerNeeds, 'changed'>, PresenceNeeds {
  /** Whether this node works on the task itself, or holds it. */
  readonly solving: (task: TaskId) => boolean;
  /** Whether the model can run here now, by what is known. */
  readonly ready: (model: UsableModel) => Ready;
  /** Seconds that this machine took for the model so far; null when it never ran it. */
  readonly measured: (model: Digest) => number | null;
  /** What the screens show of the duty may have changed. */
  readonly changed: () => void;
}

const SOON_MS = 250;
/** Announcement and seal in their blocks, besides the computation. */
const OVERHEAD_S = 2;
const WHOLE = 255n;

/** The checker on duty: stays on the roster, finds the tasks it is drawn for, and checks them. */
export class Duty implements Part {
  readonly #context: TaskContext;
  readonly #needs: DutyNeeds;
  readonly #rows: DutyRows;
  readonly #roster: Roster;
  readonly #seeds: Seeds;
  readonly #presence: Presence;
  readonly #checker: Checker;
  readonly #callUps: CallUps;
  readonly #reports: Reports;
  readonly #candidates = new Candidates();
  readonly #rounds: Rounds;

  constructor(context: TaskContext, indexer: Indexer, needs: DutyNeeds) {
    const wake = (): void => this.wake();
    this.#context = context;
    this.#needs = needs;
    this.#rounds = new Rounds(() => this.#tick(), context.fail, SOON_MS);
    this.#rows = new DutyRows(context.db);
    this.#roster = new Roster(context.chain, context.account, wake);
    this.#seeds = new Seeds(context.chain, wake);
    this.#presence = new Presence(context, needs);
    this.#checker = new Checker(context, { ...needs, changed: () => (wake(), needs.changed()) }, this.#rows);
    this.#callUps = new CallUps(context, wake);
    this.#reports = new Reports(context);
    indexer.onChange(({ subjects, rolledBackTo }) => {
      this.#candidates.add(subjects);
      if (rolledBackTo !== null) this.#undone(rolledBackTo, subjects);
      this.wake();
    });
    context.outbox.onChange(({ key }) => {
      if (key.startsWith('duty-')) this.#roster.stale();
      this.wake();
    });
    context.chain.onHead(wake);
  }

  async start(): Promise<void> {
    this.#candidates.begin(this.#context.db, this.#context.catalogue.digests());
    this.#rounds.start();
  }

  async stop(): Promise<void> {
    this.#rounds.stop();
  }

  /** Something changed that may matter. */
  wake(): void {
    this.#rounds.wake();
  }

  /** By hand; until then it is on. */
  want(on: boolean): void {
    this.#presence.want(on);
    this.#needs.changed();
    this.wake();
  }

  /** Whether this machine checks the task, and so must not solve it. */
  checks(task: TaskId): boolean {
    return this.#rows.get(task)?.state === 'active';
  }

  /** A result is due before its seal: nothing else should begin. */
  get urgent(): boolean {
    return this.#checker.urgent;
  }

  /** Locked for this duty, base units, and from when on (seconds) it can come back; null: while it is wanted. */
  deposit(): { readonly amount: bigint; readonly until: number | null } {
    const checker = this.#roster.facts?.checker;
    if (checker === undefined) return { amount: 0n, until: null };
    return { amount: checker.deposit, until: checker.offAt === 0 ? null : checker.offAt };
  }

  serviceView(): ServiceView {
    const { account, db } = this.#context;
    const facts = this.#roster.facts;
    const me = account();
    const { served, missed, earned } = me === null ? { served: 0, missed: 0, earned: 0n } : record(db, me);
    const { wanted, moving } = this.#presence;
    const current = this.#rows.active().at(-1);
    const on = facts !== null && facts.checker.deposit >= facts.minDeposit && facts.checker.offAt === 0;
    const leaving = facts !== null && facts.checker.deposit > 0n && facts.checker.offAt !== 0;
    return {
      wanted,
      state: leaving ? 'leaving' : on ? 'on' : wanted && moving ? 'joining' : 'off',
      deposit: amount(facts?.checker.deposit ?? 0n),
      present: on && this.#context.chain.now() <= facts.checker.seenAt + PRESENT_S,
      reason: current?.reason ?? this.#presence.reason,
      served,
      missed,
      earned: amount(earned),
    };
  }

  /** One round. @returns whether time alone may make something due. */
  #tick(): boolean {
    const me = this.#context.account();
    this.#roster.look();
    const { facts } = this.#roster;
    let soon = me !== null && this.#checker.tick(me);
    if (me !== null && facts !== null) {
      this.#presence.tick(facts);
      soon = this.#candidates.sift((id) => this.#look(id, me, facts)) > 0 || soon;
      this.#reports.tick(me, this.#rows);
    }
    return soon;
  }

  /** @returns whether the task may still become a check of ours. */
  #look(id: TaskId, me: Address, facts: RosterFacts): boolean {
    const { index, db, catalogue } = this.#context;
    const task = index.task(id);
    if (task === undefined || task.state !== 'open' || this.#rows.get(id) !== undefined) return false;
    const { reservation, fields } = task;
    const now = this.#context.chain.now();
    const firstEnds = fields.submittedAt + fields.notice;
    const secondEnds = reservation === null ? 0 : reservation.since + fields.notice;
    if (now >= Math.max(firstEnds, secondEnds)) return false;
    const model = catalogue.byId(fields.model);
    const watch = watchOf(db, id);
    const first = now < firstEnds ? this.#firstDraw(task, me, facts) : 'not-drawn';
    const second = watch.calledUp === null ? 'not-drawn' : this.#secondDraw(task, watch.calledUp, me, facts);
    const isSecond = first === 'not-drawn' && watch.calledUp !== null;
    const verdict = considerDuty({
      now,
      own: same(fields.requester, me),
      solving: this.#needs.solving(id) || same(reservation?.solver ?? '', me),
      model: model?.manifest.name ?? null,
      checked: model !== null && isChecked(task, model, facts),
      wanted: this.#presence.wanted && facts.checker.deposit > 0n,
      heldUp: this.#needs.heldUp(),
      unable: model === null ? null : unableHere(this.#needs.ready(model)),
      canSign: this.#context.canSign(),
      draw: first === 'drawn' || second === 'drawn' ? 'drawn' : first === 'unknown' ? first : second,
      noticeEnds: isSecond ? secondEnds : firstEnds,
      checkers: watch.duties.size,
      sealSeconds: facts.sealSeconds,
      needSeconds: model === null ? 0 : this.#needSeconds(model),
      deadline: fields.deadline,
      notice: fields.notice,
      pay: amount(payOf(task, watch)),
      deposit: amount(facts.checker.deposit - facts.checker.atRisk),
      fund: amount(facts.fund),
    });
    if (verdict.kind === 'announce') {
      this.#checker.announce(task);
      return false;
    }
    if (verdict.kind === 'wait') return true;
    // A newcomer's reservation makes a second draw possible, which somebody has to call.
    if (verdict.code !== 'NOT_DRAWN' && verdict.code !== 'LATE') return false;
    return watch.calledUp === null && this.#callUps.look(task, me, facts);
  }

  #firstDraw(task: ChainTask, me: Address, facts: RosterFacts): Draw {
    const { submittedIn, submittedAt, checksBps } = task.fields;
    return draw(task.id, this.#seeds.of(submittedIn + 1), checksBps, submittedAt, me, facts);
  }

  #secondDraw(task: ChainTask, call: { in: number; reservedAt: number }, me: Address, facts: RosterFacts): Draw {
    return draw(task.id, this.#seeds.of(call.in + 1), secondDraw(task), call.reservedAt, me, facts);
  }

  #needSeconds({ digest, manifest }: UsableModel): number {
    const seconds = this.#needs.measured(digest);
    return (
      OVERHEAD_S + (seconds === null ? Math.min(jobTimeoutMs(manifest), manifest.bounds.timeMs) / 1_000 : 2 * seconds)
    );
  }

  /** What the chain had ended begins anew: the next round reads what is true now. */
  #undone(block: number, subjects: ReadonlySet<string>): void {
    this.#seeds.forget(block);
    this.#roster.stale();
    for (const subject of subjects) {
      const row = this.#rows.get(subject as TaskId);
      if (row !== undefined && row.state !== 'active')
        this.#rows.move(row.task, 'active', 'The chain changed its mind; looking again.');
    }
  }
}

const PRESENT_S = 86_400;

function isChecked({ fields }: ChainTask, { manifest }: UsableModel, { classes }: RosterFacts): boolean {
  const bit = VERIFICATION_CLASSES.indexOf(manifest.verification.kind);
  return fields.checksBps > 0 && BigInt(fields.dutyPay) > 0n && (classes & (1 << bit)) !== 0;
}

/** In full for tasks that bring emission, like others would take; else what the task itself brings for checks. */
function payOf({ fields }: ChainTask, { promised }: ChainWatch): bigint {
  const pay = BigInt(fields.dutyPay);
  if (fields.issueRate !== 0 || pay === 0n) return pay;
  const brings = solverShare(fields, false).treasury + BigInt(fields.checksPaid) - promised;
  const part = brings >= pay ? WHOLE : ((brings > 0n ? brings : 0n) * WHOLE) / pay;
  return (pay * part) / WHOLE;
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
