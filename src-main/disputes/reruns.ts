import type { Digest, TaskId } from '../../src-shared/domain/ids.ts';
import type { ChainDispute, ChainDraw } from '../chain/disputes-projection.ts';
import type { ChainTask } from '../chain/tasks-projection.ts';
import type { UsableModel } from '../models/catalogue.ts';
import { wireBytes } from '../models/tensors.ts';
import { readAnswer } from '../tasks/input.ts';
import { comparable, inputOf, rerun, trace } from '../tasks/rerun.ts';
import { Retries } from '../tasks/retries.ts';
import type { DisputeContext } from './context.ts';
import type { DisputeRows } from './dispute-rows.ts';
import { previewWire } from './preview.ts';

const RETRY_MS = 3_000;
const LONGEST_RETRY_MS = 60_000;

/** Runs contested tasks again, one at a time, and fetches what the solver gave. Everything found is on disk. */
export class Reruns {
  readonly #context: DisputeContext;
  readonly #rows: DisputeRows;
  readonly #changed: (dispute: string) => void;
  readonly #retries = new Retries();
  readonly #troubles = new Map<string, string>();
  readonly #fetching = new Set<TaskId>();
  #busy = false;

  constructor(context: DisputeContext, rows: DisputeRows, changed: (dispute: string) => void) {
    this.#context = context;
    this.#rows = rows;
    this.#changed = changed;
  }

  /** The files of the model, if they are here. */
  model(task: ChainTask): UsableModel | null {
    return this.#context.catalogue.byId(task.fields.model);
  }

  /** What the machine says is true; null while it does not know. 1 claimant, 2 defendant. */
  verdict(task: ChainTask): number | null {
    const model = this.model(task);
    const { digest } = this.#rows.rerun(task.id);
    if (model === null || digest === null || task.solution === null || !comparable(model)) return null;
    return digest === task.solution.resultDigest ? 2 : 1;
  }

  /** Why the last try failed; null when none did. */
  trouble(task: ChainTask): string | null {
    return this.#troubles.get(task.id) ?? null;
  }

  /** Sees to it that own and contested result become known. */
  want(dispute: ChainDispute, task: ChainTask): void {
    const model = this.model(task);
    if (model === null) return;
    const known = this.#rows.rerun(task.id);
    if (known.digest === null) {
      this.#work(task.id, dispute.id, async () => {
        const { output, digest, input } = await rerun(this.#context, this.#context.compute, task, model, 'dispute');
        await this.#context.blobs.keep(output);
        this.#rows.ran(task.id, digest, readAnswer(model.manifest, output), previewWire(model.manifest, input));
        const same = digest === task.solution?.resultDigest;
        this.#context.steps.add(`case-${dispute.id}`, {
          kind: 'computed',
          at: Date.now(),
          text: `This machine ran the model again and got ${same ? 'the same' : 'another'} result.`,
          tone: 'plain',
          proof: { kind: 'digest', value: digest },
        });
      });
    }
    if (task.solution !== null && known.contestedDigest !== task.solution.resultDigest) {
      this.#fetch(dispute, task, task.solution.resultDigest, model);
    }
  }

  /** The proof of work for one draw; on disk once it is there. */
  trace(dispute: ChainDispute, draw: ChainDraw, task: ChainTask, model: UsableModel): void {
    const { seed } = draw;
    if (seed === null) return;
    this.#work(`trace:${seed}`, dispute.id, async () => {
      const input = await inputOf(this.#context, task, model.manifest);
      const key = `trace:${dispute.id}:${draw.number}`;
      const digest = await trace(this.#context.compute, model, input, seed, key);
      this.#rows.traced(dispute.id, seed, digest as string as `0x${string}`);
    });
  }

  /** One computation at a time: the lane has one core, and it is the tasks' too. */
  #work(key: string, dispute: string, act: () => Promise<void>): void {
    if (this.#busy || this.#retries.waits(key)) return;
    this.#busy = true;
    act()
      .then(() => {
        this.#retries.drop(key);
        this.#troubles.delete(key);
      })
      .catch((error: unknown) => this.#failed(key, error))
      .finally(() => {
        this.#busy = false;
        this.#changed(dispute);
      })
      .catch((error: unknown) => this.#context.fail(error));
  }

  #fetch(dispute: ChainDispute, task: ChainTask, digest: Digest, model: UsableModel): void {
    const key = `result:${task.id}`;
    if (this.#fetching.has(task.id) || this.#retries.waits(key)) return;
    this.#fetching.add(task.id);
    this.#context.blobs
      .get(digest, wireBytes(model.manifest.outputs), task.solution?.solver ?? null)
      .then((bytes) => {
        this.#rows.fetched(task.id, digest, readAnswer(model.manifest, bytes));
        this.#retries.drop(key);
      })
      .catch((error: unknown) => this.#failed(key, error))
      .finally(() => {
        this.#fetching.delete(task.id);
        this.#changed(dispute.id);
      })
      .catch((error: unknown) => this.#context.fail(error));
  }

  #failed(key: string, error: unknown): void {
    const why = (error instanceof Error ? error.message : String(error)).slice(0, 300);
    if ((error as { code?: string }).code === 'DISK_FULL') this.#context.fail(error);
    this.#troubles.set(key, why);
    this.#context.log(`dispute: ${key.slice(0, 16)}: ${why}`);
    this.#retries.later(key, Math.min(RETRY_MS * 2 ** this.#retries.tries(key), LONGEST_RETRY_MS));
  }
}
