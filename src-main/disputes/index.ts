import type { DisputeView, Side } from '../../src-shared/domain/disputes.ts';
import type { TaskId } from '../../src-shared/domain/ids.ts';
import type { ChainDispute } from '../chain/disputes-projection.ts';
import type { Indexer } from '../chain/indexer.ts';
import type { Part } from '../part.ts';
import { Rounds } from '../rounds.ts';
import { Absentees } from './absentees.ts';
import { BisectionRows } from './bisection/bisection-rows.ts';
import { Bisector } from './bisection/bisector.ts';
import { Tracer } from './bisection/tracer.ts';
import { Clerk } from './clerk.ts';
import type { DisputeContext } from './context.ts';
import { DisputeRows } from './dispute-rows.ts';
import { DisputeError } from './errors.ts';
import { Intents } from '../tasks/intents.ts';
import { Judge } from './judge.ts';
import { Juror } from './juror.ts';
import { Membership } from './membership.ts';
import { PartySide } from './party.ts';
import { Reruns } from './reruns.ts';
import { roleIn } from './roles.ts';
import { Seats } from './seats.ts';
import { secretsOf } from './secrets.ts';
import { subjectOf } from './subjects.ts';
import { Verdicts } from './verdicts.ts';
import { disputeView, stateOf } from './view.ts';

export type { DisputeContext } from './context.ts';

/** What a front end is given once, and how many of them may be looked through for those that need somebody. */
const RECENT = 50;

/** The node before the court: as juror, as a side, as whoever moves a case on. One clock, as for tasks. */
export class Disputes implements Part {
  readonly juror: Juror;
  readonly #context: DisputeContext;
  readonly #rows: DisputeRows;
  readonly #judge: Judge;
  readonly #clerk: Clerk;
  readonly #party: PartySide;
  readonly #reruns: Reruns;
  readonly #tracer: Tracer;
  readonly #bisector: Bisector;
  readonly #listeners = new Set<() => void>();
  /** State of each open case at the last round: time changes it without any event. */
  #states = '';
  readonly #rounds: Rounds;

  constructor(context: DisputeContext, indexer: Indexer) {
    this.#context = context;
    this.#rounds = new Rounds(() => this.tick(), context.fail);
    const changed = (): void => {
      this.#tell();
      this.wake();
    };
    const rows = new DisputeRows(context.db);
    const intents = new Intents(context.outbox);
    const seats = new Seats(context, changed);
    const membership = new Membership(context, intents, changed);
    this.#rows = rows;
    this.#reruns = new Reruns(context, rows, changed);
    const bisections = new BisectionRows(context.db);
    this.#tracer = new Tracer(context, bisections, intents, changed);
    this.#bisector = new Bisector(context, bisections, changed);
    const verdicts = new Verdicts(this.#reruns, this.#bisector);
    this.juror = new Juror(context, rows, membership, changed);
    this.#judge = new Judge(context, { rows, intents, reruns: this.#reruns, verdicts, seats, membership, changed });
    this.#party = new PartySide(context, rows, intents, this.#reruns, verdicts);
    const absentees = new Absentees(context.db, seats);
    this.#clerk = new Clerk(context, { rows, intents, absentees, serves: () => membership.sits });
    indexer.onChange(({ subjects, rolledBackTo }) => {
      if (rolledBackTo !== null) this.#forget(subjects);
      if (rolledBackTo !== null || [...subjects].some((subject) => subject.startsWith('case-'))) this.#tell();
      this.wake();
    });
    context.outbox.onChange(() => this.wake());
    context.chain.onHead(() => this.wake());
  }

  /** Something that is shown changed. */
  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  async start(): Promise<void> {
    this.#rounds.start();
  }

  async stop(): Promise<void> {
    this.#rounds.stop();
  }

  /** Something changed that may matter. */
  wake(): void {
    this.#rounds.wake();
  }

  /** One round over all open cases. @returns whether time alone may make something due. */
  tick(): boolean {
    const { account, chain } = this.#context;
    this.juror.tick();
    let soon = this.#party.tick();
    const me = account();
    const cases = this.#rows.unfinished();
    for (const dispute of cases) {
      const about = subjectOf(this.#context, dispute);
      // Not contested as the index has it: half a reorg, or a contract that this version does not know.
      if (me === null || about?.dispute !== dispute.id) continue;
      soon = this.#judge.advance(dispute, about, me) || soon;
      const role = roleIn(dispute, about, this.#rows.seatsIn(dispute).length > 0, me);
      if (role !== 'watcher' && dispute.state !== 'over') {
        const model = this.#reruns.model(about);
        this.#reruns.want(dispute, about);
        this.#tracer.advance(dispute, about, model, me);
        this.#bisector.want(dispute, about, model);
      }
      this.#party.advance(dispute, about, role, me);
      soon = this.#clerk.advance(dispute, about, me) || soon;
    }
    const states = cases.map((dispute) => `${dispute.id}:${stateOf(dispute, chain.now())}`).join(' ');
    if (states !== this.#states) this.#tell();
    this.#states = states;
    return soon;
  }

  /**
   * @param subject a task, or one seat of several
   * @param why evidence: a link or a text, possibly empty
   * @throws DisputeError `CANNOT_CONTEST`, `WALLET_LOCKED`
   */
  contest(subject: TaskId, why: string): void {
    this.#party.contest(subject, why);
    this.wake();
  }

  /** @throws DisputeError `DISPUTE_NOT_FOUND`, `CANNOT_VOTE` */
  vote(id: string, side: Side): void {
    const me = this.#context.account();
    if (me === null) throw notFound();
    this.#judge.vote(this.#case(id), side === 'claimant' ? 1 : 2, me);
    this.#tell();
    this.wake();
  }

  /** @throws DisputeError `DISPUTE_NOT_FOUND`, `CANNOT_APPEAL` */
  appeal(id: string): void {
    this.#party.appeal(this.#case(id));
    this.wake();
  }

  /** Votes, traces and salts of the ballots of this node. */
  secrets(): { readonly name: string; readonly text: string } {
    return secretsOf(this.#rows.ballots(), this.#context.chain.network, this.#context.account());
  }

  /** @throws DisputeError `DISPUTE_NOT_FOUND` */
  get(id: string): DisputeView {
    return this.#view(this.#case(id));
  }

  /** Cases of this node, newest first. @param before ms since 1970 of the opening; null for the newest */
  page(before: number | null, limit: number): DisputeView[] {
    const me = this.#context.account();
    return me === null ? [] : this.#rows.page(me, before, limit).map((dispute) => this.#view(dispute));
  }

  /** The latest, those that need somebody first. */
  recent(): DisputeView[] {
    const needs = ({ ballot, appeal, role }: DisputeView): number =>
      ballot.state === 'asked' || (appeal !== null && appeal.obstacle === null && role === appeal.side) ? 0 : 1;
    return this.page(null, RECENT)
      .slice(0, RECENT)
      .sort((a, b) => needs(a) - needs(b) || b.openedAt - a.openedAt || Number(b.id) - Number(a.id));
  }

  #case(id: string): ChainDispute {
    const dispute = this.#context.index.dispute(id);
    if (dispute === undefined) throw notFound();
    return dispute;
  }

  #view(dispute: ChainDispute): DisputeView {
    const me = this.#context.account();
    if (me === null) throw notFound();
    return disputeView(
      dispute,
      this.#context,
      { rows: this.#rows, reruns: this.#reruns, bisector: this.#bisector, party: this.#party },
      me,
    );
  }

  /** A reorg may give the number of a case to another one: what this machine noted of it goes. */
  #forget(subjects: ReadonlySet<string>): void {
    for (const subject of subjects) {
      if (!subject.startsWith('case-')) continue;
      if (this.#context.index.dispute(subject.slice('case-'.length)) === undefined) {
        this.#context.steps.remove(subject, ['computed']);
      }
    }
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

function notFound(): DisputeError {
  return new DisputeError('DISPUTE_NOT_FOUND', 'This node knows no such case.');
}
