import { amount } from '../../src-shared/domain/amounts.ts';
import type { Address, Amount, Digest, TaskId } from '../../src-shared/domain/ids.ts';
import type { Step, TaskView } from '../../src-shared/domain/tasks.ts';
import type { IndexChange } from '../chain/indexer.ts';
import { claimableAt, solverShare, type ChainTask } from '../chain/tasks-projection.ts';
import type { JobResult } from '../compute/job.ts';
import type { Manifest } from '../models/manifest.ts';
import { checkInput } from '../models/codec.ts';
import type { UsableModel } from '../models/catalogue.ts';
import { wireBytes } from '../models/tensors.ts';
import { consider, type Verdict } from '../policy/consider.ts';
import type { TaskContext } from './context.ts';
import { claimCall, commitCall, commitmentFor, revealCall } from './market-calls.ts';
import { chainSteps, story } from './story.ts';
import { workView } from './view.ts';
import { WorkRows, type Work } from './work-rows.ts';

export interface SolverNeeds {
  readonly compute: (job: {
    key: string;
    manifest: Manifest;
    digest: Digest;
    input: Uint8Array;
    timeoutMs: number;
  }) => Promise<JobResult>;
  readonly paused: () => boolean;
  /** Seconds that this node lets pass before it takes a task; 0 for everybody but the sandbox's rival. */
  readonly patience: number;
  readonly changed: (task: TaskId) => void;
}

/** Looked at per round: more open tasks than this are left for the next one. */
const OPEN_TASKS = 200;
/** Fetch, commit, reveal and their blocks, besides the computation itself. */
const OVERHEAD_S = 30;
const RETRY_MS = 5_000;
const MAX_JOB_MS = 10 * 60_000;
/** Clocks of the chain and of this machine need not agree to the second. */
const CLAIM_MARGIN_S = 1;

/**
 * The solving side: looks at open tasks, takes what the policy allows, computes, commits, reveals, claims. The database
 * and the chain hold where each work stands; every round only does what is due, so a restart needs nothing special.
 */
export class Solver {
  readonly #context: TaskContext;
  readonly #needs: SolverNeeds;
  readonly #rows: WorkRows;
  /** One computation at a time: the lane has one core. */
  #computing: TaskId | null = null;
  readonly #retryAt = new Map<TaskId, number>();

  constructor(context: TaskContext, needs: SolverNeeds) {
    this.#context = context;
    this.#needs = needs;
    this.#rows = new WorkRows(context.db);
    context.outbox.onChange((row) => {
      const [step, task] = row.key.split(':') as [string, TaskId];
      if (row.state !== 'failed' || task === undefined) return;
      if (step === 'commit' || step === 'reveal' || step === 'claim')
        this.#refused(step, task, row.error ?? 'no reason given');
    });
  }

  /** Names of the models being worked on, for the one sentence. */
  working(): string[] {
    const work = this.#computing === null ? undefined : this.#rows.get(this.#computing);
    return work === undefined ? [] : [this.#context.catalogue.byId(work.model)?.manifest.name ?? 'a task'];
  }

  pending(): number {
    return this.#rows.active().filter(({ state }) => state === 'revealed' || state === 'claiming').length;
  }

  /** The reason of the newest open task that is not taken. */
  nearest(): string | null {
    const open = this.#context.index.tasks('open', OPEN_TASKS).reverse();
    for (const task of open) {
      const work = this.#rows.get(task.id);
      if (work?.state === 'waiting') return `${this.#name(work)}, ${work.reason}`;
    }
    return null;
  }

  onIndex({ subjects, rolledBackTo }: IndexChange): void {
    for (const subject of subjects) {
      const work = this.#rows.get(subject as TaskId);
      if (work === undefined) continue;
      // The chain took back how it ended: begin from the result that is on disk, the chain says what is due.
      if (rolledBackTo !== null && work.resultDigest !== null)
        this.#rows.move(work.task, 'computed', 'the chain changed its mind');
      this.#needs.changed(work.task);
    }
  }

  /** One round. @returns whether something may be due by time alone. */
  tick(): boolean {
    let soon = false;
    for (const work of this.#rows.active()) soon = this.#advance(work) || soon;
    for (const task of this.#context.index.tasks('open', OPEN_TASKS)) soon = this.#look(task) || soon;
    return soon;
  }

  view(task: TaskId): TaskView | undefined {
    const work = this.#rows.get(task);
    return work === undefined ? undefined : this.#view(work);
  }

  page(before: number | null, limit: number): TaskView[] {
    return this.#rows.page(before, limit).map((work) => this.#view(work));
  }

  #view(work: Work): TaskView {
    const { index, steps, account } = this.#context;
    const task = index.task(work.task) ?? null;
    return workView(
      work,
      task,
      this.#name(work),
      story(steps.of(work.task), task === null ? [] : chainSteps(task, account())),
    );
  }

  #name(work: Work): string {
    return this.#context.catalogue.byId(work.model)?.manifest.name ?? 'unknown model';
  }

  /** A task that is open: take it, or note why not. */
  #look(task: ChainTask): boolean {
    const known = this.#rows.get(task.id);
    if ((known !== undefined && known.state !== 'waiting') || same(task.fields.requester, this.#context.account()))
      return false;
    if ((this.#retryAt.get(task.id) ?? 0) > Date.now()) return true;
    const model = this.#context.catalogue.byId(task.fields.model);
    const net = amount(solverShare(task.fields).solver);
    const verdict = consider(this.#offer(task, model, net));
    if (known === undefined) {
      const state = verdict.kind === 'skip' ? 'skipped' : 'waiting';
      const reason = verdict.kind === 'take' ? 'next in line' : verdict.reason;
      const code = verdict.kind === 'take' ? 'NEXT' : verdict.code;
      this.#rows.insert({ task: task.id, model: task.fields.model, state, reason, reasonCode: code, net });
      this.#step(task.id, 'seen', 'This machine saw the task.');
      this.#note(task.id, verdict);
    } else if (verdict.kind !== 'take') {
      if (this.#rows.move(task.id, verdict.kind === 'skip' ? 'skipped' : 'waiting', verdict.reason, verdict.code))
        this.#note(task.id, verdict);
    }
    if (verdict.kind !== 'take' || model === null) return verdict.kind === 'wait' && verdict.againAt !== undefined;
    if (this.#computing !== null) {
      if (this.#rows.move(task.id, 'waiting', 'waiting: this machine is busy with another task', 'BUSY'))
        this.#needs.changed(task.id);
      return false;
    }
    this.#step(task.id, 'accepted', 'It fits: the model is allowed and the fee is enough.');
    this.#context.steps.remove(task.id, ['waiting']);
    void this.#compute(task, model);
    return false;
  }

  #note(task: TaskId, verdict: Verdict): void {
    if (verdict.kind !== 'take')
      this.#step(task, verdict.kind === 'skip' ? 'skipped' : 'waiting', sentence(verdict.reason));
    this.#needs.changed(task);
  }

  #offer(task: ChainTask, model: UsableModel | null, net: Amount): Parameters<typeof consider>[0] {
    const { account, canSign, chain, freeStake, catalogue } = this.#context;
    const me = account();
    const stake = freeStake();
    const rivals = task.commitments.filter(({ solver }) => !same(solver, me));
    return {
      now: chain.now(),
      own: same(task.fields.requester, me),
      model: model === null ? null : { name: model.manifest.name, problem: null, ...catalogue.preference(model) },
      net,
      lock: task.fields.lock,
      freeStake: stake === null ? null : amount(stake),
      postedAt: Number(task.fields.submittedAt),
      deadline: Number(task.fields.deadline),
      retractAt: Number(task.fields.retractAt),
      needSeconds: OVERHEAD_S + Math.ceil(Math.min(model?.manifest.bounds.timeMs ?? 0, MAX_JOB_MS) / 1_000),
      rivalSince: rivals.at(-1)?.time ?? null,
      patience: this.#needs.patience,
      paused: this.#needs.paused(),
      canSign: canSign(),
    };
  }

  /** Fetch and compute; the result is on disk before the state says so. */
  async #compute(task: ChainTask, model: UsableModel): Promise<void> {
    const { blobs, log } = this.#context;
    this.#computing = task.id;
    try {
      this.#move(task.id, 'fetching', 'fetching the input');
      const wanted = wireBytes(model.manifest.inputs);
      const input =
        task.input === '0x'
          ? await blobs.get(task.fields.inputDigest, wanted, task.fields.requester)
          : Buffer.from(task.input.slice(2), 'hex');
      checkInput(model.manifest, input);
      this.#step(
        task.id,
        'fetched',
        task.input === '0x' ? 'The input arrived from a peer and matches its digest.' : 'The input was on chain.',
      );
      this.#move(task.id, 'computing', `computing ${model.manifest.name}`);
      const timeoutMs = Math.min(Math.max(model.manifest.bounds.timeMs, 10_000), MAX_JOB_MS);
      const result = await this.#needs.compute({
        key: task.id,
        manifest: model.manifest,
        digest: model.digest,
        input,
        timeoutMs,
      });
      const kept = await blobs.keep(result.output);
      this.#step(
        task.id,
        'computed',
        `Computed in ${result.elapsedMs.toFixed(result.elapsedMs < 10 ? 1 : 0)} ms on the processor.`,
        {
          kind: 'digest',
          value: kept.digest,
        },
      );
      this.#rows.computed(task.id, kept.digest, kept.size);
    } catch (error) {
      const code = (error as { code?: string }).code ?? 'INTERNAL';
      const why = error instanceof Error ? error.message : String(error);
      log(`task ${task.id.slice(0, 10)}: ${why}`);
      // A lane that died may do better next time; the pool refuses a task that kills it twice.
      if (RETRY.has(code)) {
        this.#retryAt.set(task.id, Date.now() + RETRY_MS);
        this.#move(task.id, 'waiting', `waiting: ${lower(why)}`, code);
      } else this.#end(task.id, 'failed', `failed: ${lower(why)}`, code);
    } finally {
      this.#computing = null;
      this.#needs.changed(task.id);
    }
  }

  /** What is due for a work that was begun. @returns whether time alone may change it. */
  #advance(work: Work): boolean {
    const { index, chain, outbox, account, canSign } = this.#context;
    const task = index.task(work.task);
    const me = account();
    if (task === undefined) {
      this.#end(work.task, 'lost', 'lost: the chain undid the task', 'UNDONE');
      return false;
    }
    if (task.solution !== null && !same(task.solution.solver, me) && me !== null) {
      this.#end(work.task, 'lost', 'lost: another machine opened its result first', 'RIVAL_FIRST');
      return false;
    }
    if (task.state === 'refunded') {
      this.#end(work.task, 'lost', 'lost: the asker took the task back', 'RETRACTED');
      return false;
    }
    if (task.state === 'paid') {
      this.#end(work.task, 'paid', 'paid');
      return false;
    }
    if (me === null || !canSign()) return false;
    if (task.solution !== null) return this.#claim(work, task);
    if (work.resultDigest === null || work.slot === null) {
      if (this.#computing === null) this.#again(work, task);
      return false;
    }
    const { slot, resultDigest, resultSize } = work;
    const committed = task.commitments.some((entry) => same(entry.solver, me) && entry.slot === slot);
    const market = chain.network.contracts.market;
    const intent = committed ? `reveal:${task.id}` : `commit:${task.id}`;
    if (outbox.get(intent) !== undefined) return false;
    void this.#context
      .taskSalt(task.id)
      .then((salt) => {
        if (committed) {
          this.#move(task.id, 'revealing', 'opening the result on chain');
          outbox.enqueue({
            key: intent,
            label: 'Reveal',
            to: market,
            data: revealCall(task, slot, salt, resultDigest, resultSize ?? 0),
          });
        } else {
          this.#move(task.id, 'committing', 'sealing the result on chain');
          outbox.enqueue({
            key: intent,
            label: 'Commit',
            to: market,
            data: commitCall(task.id, slot, commitmentFor(task.id, me, salt, resultDigest)),
          });
        }
      })
      .catch((error: unknown) => this.#context.log(`task ${task.id.slice(0, 10)}: ${String(error)}`));
    return false;
  }

  #claim(work: Work, task: ChainTask): boolean {
    const { chain, outbox } = this.#context;
    if (work.state !== 'revealed' && work.state !== 'claiming') {
      this.#move(work.task, 'revealed', 'proved on chain; the claim window runs');
      this.#step(work.task, 'served', 'The result is served to whoever asks for it.');
    }
    if (chain.now() < (claimableAt(task) ?? 0) + CLAIM_MARGIN_S) return true;
    const data = claimCall(task);
    const key = `claim:${task.id}`;
    if (data === null || outbox.get(key) !== undefined) return false;
    this.#move(work.task, 'claiming', 'claiming the fee');
    outbox.enqueue({ key, label: 'Claim', to: chain.network.contracts.market, data });
    return false;
  }

  /** A work that a crash interrupted before its result was on disk. */
  #again(work: Work, task: ChainTask): void {
    const model = this.#context.catalogue.byId(work.model);
    if (model === null)
      return this.#end(work.task, 'failed', 'failed: the model is not on this machine any more', 'MODEL_UNKNOWN');
    if (this.#context.chain.now() > Number(task.fields.deadline))
      return this.#end(work.task, 'lost', 'lost: the deadline has passed', 'TOO_LATE');
    void this.#compute(task, model);
  }

  #refused(step: 'commit' | 'reveal' | 'claim', task: TaskId, why: string): void {
    // Somebody else may have claimed for us, or a clock was early: the next round looks again.
    if (step === 'claim') {
      if (why.startsWith('ClaimWindowOpen')) this.#context.outbox.retry(`claim:${task}`);
      return;
    }
    if (why.startsWith('TaskNotOpen'))
      return this.#end(task, 'lost', 'lost: another machine opened its result first', 'RIVAL_FIRST');
    this.#end(task, 'failed', `failed: the chain refused the ${step}: ${why}`, 'REFUSED');
  }

  #move(task: TaskId, state: Work['state'], reason: string, code?: string): void {
    if (this.#rows.move(task, state, reason, code)) this.#needs.changed(task);
  }

  #end(task: TaskId, state: 'paid' | 'lost' | 'failed', reason: string, code?: string): void {
    if (!this.#rows.move(task, state, reason, code)) return;
    if (state !== 'paid') this.#step(task, state, sentence(reason));
    this.#needs.changed(task);
  }

  #step(task: TaskId, kind: Step['kind'], text: string, proof?: NonNullable<Step['proof']>): void {
    const tone = kind === 'lost' || kind === 'failed' ? 'bad' : 'plain';
    this.#context.steps.add(task, { kind, at: Date.now(), text, tone, ...(proof === undefined ? {} : { proof }) });
  }
}

const RETRY = new Set([
  'LANE_CRASHED',
  'CHILD_GONE',
  'NETWORK_NO_PROVIDER',
  'NETWORK_DEADLINE',
  'NETWORK_UNREACHABLE',
  'POOL_STOPPED',
]);

function same(a: string, b: Address | null): boolean {
  return b !== null && a.toLowerCase() === b.toLowerCase();
}

function sentence(reason: string): string {
  return `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`;
}

function lower(text: string): string {
  return `${text.charAt(0).toLowerCase()}${text.slice(1).replace(/\.$/, '')}`;
}
