import type { Digest, TaskId } from '../../src-shared/domain/ids.ts';
import type { ChainDispute, ChainDraw } from '../chain/disputes-projection.ts';
import type { UsableModel } from '../models/catalogue.ts';
import { wireBytes } from '../models/tensors.ts';
import { readAnswer } from '../tasks/input.ts';
import { agree } from '../compute/verification/agree.ts';
import { isNear } from '../compute/verification/near.ts';
import { comparable, inputOf, rerun, trace } from '../tasks/rerun.ts';
import { Retries } from '../tasks/retries.ts';
import type { DisputeContext } from './context.ts';
import type { Compared, DisputeRows } from './dispute-rows.ts';
import { previewWire } from './preview.ts';
import type { Subject } from './subject.ts';

const RETRY_MS = 3_000;
const LONGEST_RETRY_MS = 60_000;
/** Of a fetch: nobody has it, nobody sends it, or what they have is no result of this model. */
const NOT_SERVED: ReadonlySet<string> = new Set(['NETWORK_NO_PROVIDER', 'NETWORK_DEADLINE', 'TOO_LARGE']);

/** Runs what is contested again, one at a time, and fetches what the solver gave. Everything found is on disk. */
export class Reruns {
  readonly #context: DisputeContext;
  readonly #rows: DisputeRows;
  readonly #changed: (dispute: string) => void;
  readonly #retries = new Retries();
  readonly #troubles = new Map<string, string>();
  readonly #fetching = new Set<TaskId>();
  /** Contested results that were asked for in vain, by digest: a solver answers for bytes, not for a number. */
  readonly #unserved = new Set<Digest>();
  #busy = false;

  constructor(context: DisputeContext, rows: DisputeRows, changed: (dispute: string) => void) {
    this.#context = context;
    this.#rows = rows;
    this.#changed = changed;
  }

  /** The files of the model, if they are here. */
  model({ fields }: Subject): UsableModel | null {
    return this.#context.catalogue.byId(fields.model);
  }

  /** What the own run says is true; null while it does not know, or people have to say. 1 claimant, 2 defendant. */
  verdict(about: Subject): number | null {
    const model = this.model(about);
    const { digest } = this.#rows.rerun(about.subject);
    if (model === null || digest === null) return null;
    if (comparable(model)) return digest === about.digest ? 2 : 1;
    const compared = this.#compared(about);
    if (compared === null || compared.verdict === 'unknown') return null;
    return compared.verdict === 'same' ? 2 : 1;
  }

  /** Whether rounding alone may explain how far the contested result is from the own run. */
  near(about: Subject): boolean {
    return this.#compared(about)?.near === true;
  }

  /** Whether the own run is done and does not tell. */
  undecided(about: Subject): boolean {
    return this.#compared(about)?.verdict === 'unknown';
  }

  /** null: not with this result. */
  #compared({ subject, digest }: Subject): Compared | null {
    const { agreement } = this.#rows.rerun(subject);
    return agreement?.of === digest ? agreement : null;
  }

  /** Whether no peer has the result that the solver says it has. */
  unserved({ digest }: Subject): boolean {
    return this.#unserved.has(digest);
  }

  /** Why the last try failed; null when none did. */
  trouble({ subject }: Subject): string | null {
    return this.#troubles.get(subject) ?? null;
  }

  /** Sees to it that own and contested result become known. */
  want(dispute: ChainDispute, about: Subject): void {
    const model = this.model(about);
    if (model === null) return;
    const { subject } = about;
    const known = this.#rows.rerun(subject);
    if (known.digest === null || (!comparable(model) && this.#compared(about) === null)) {
      this.#work(subject, dispute.id, async () => {
        // Where honest results differ a little, there is nothing to compare without the bytes.
        const published = comparable(model) ? null : await this.#published(about, model);
        const { output, digest, input } = await rerun(this.#context, this.#context.compute, about, model, 'dispute');
        const agreement = published === null ? null : compare(model.manifest, about.digest, published, output);
        const preview = previewWire(model.manifest, input);
        this.#rows.ran(subject, digest, readAnswer(model.manifest, output), preview, agreement);
        const same = agreement === null ? digest === about.digest : agreement.verdict === 'same';
        this.#context.steps.add(`case-${dispute.id}`, {
          kind: 'computed',
          at: Date.now(),
          text: `This machine ran the model again and got ${same ? 'the same' : 'another'} result.`,
          tone: 'plain',
          proof: { kind: 'digest', value: digest },
        });
      });
    }
    if (known.contestedDigest !== about.digest) this.#fetch(dispute, about, model);
  }

  /** The proof of work for one draw; on disk once it is there. */
  trace(dispute: ChainDispute, draw: ChainDraw, about: Subject, model: UsableModel): void {
    const { seed } = draw;
    if (seed === null) return;
    this.#work(`trace:${seed}`, dispute.id, async () => {
      const input = await inputOf(this.#context, about, model.manifest);
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

  async #published({ digest, solver }: Subject, { manifest }: UsableModel): Promise<Uint8Array> {
    try {
      const bytes = await this.#context.blobs.get(digest, wireBytes(manifest.outputs), solver);
      this.#unserved.delete(digest);
      return bytes;
    } catch (error) {
      if (NOT_SERVED.has((error as { code?: string }).code ?? '')) this.#unserved.add(digest);
      throw error;
    }
  }

  #fetch(dispute: ChainDispute, about: Subject, model: UsableModel): void {
    const { subject, digest } = about;
    const key = `result:${subject}`;
    if (this.#fetching.has(subject) || this.#retries.waits(key)) return;
    this.#fetching.add(subject);
    this.#published(about, model)
      .then((bytes) => {
        this.#rows.fetched(subject, digest, readAnswer(model.manifest, bytes));
        this.#retries.drop(key);
      })
      .catch((error: unknown) => this.#failed(key, error))
      .finally(() => {
        this.#fetching.delete(subject);
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

function compare(manifest: UsableModel['manifest'], of: Digest, published: Uint8Array, own: Uint8Array): Compared {
  return { ...agree(manifest, published, own), of, near: isNear(manifest, published, own) };
}
