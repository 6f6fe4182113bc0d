import { publishable } from '../compute/verification/agree.ts';
import type { Address } from '../../src-shared/domain/ids.ts';
import type { ChainBatch } from '../chain/batches-projection.ts';
import { has } from '../chain/masks.ts';
import { checkInput } from '../models/codec.ts';
import type { UsableModel } from '../models/catalogue.ts';
import { wireBytes } from '../models/tensors.ts';
import { concernsAll, RETRY } from '../tasks/causes.ts';
import type { TaskContext } from '../tasks/context.ts';
import { needSeconds } from '../tasks/offer.ts';
import { unableHere, type Ready } from '../tasks/readiness.ts';
import { jobTimeoutMs, type Compute } from '../tasks/rerun.ts';
import { firstItem } from './batch-calls.ts';
import { rootOf } from './item-tree.ts';
import type { RunBook } from './run-book.ts';
import { inOrder } from './run-plan.ts';
import type { RunWork } from './run-rows.ts';

export interface ComputeNeeds {
  readonly compute: Compute;
  readonly heldUp: () => string | null;
  /** Whether the model can run here now, by what is known. */
  readonly ready: (model: UsableModel) => Ready;
  /** A check is due: it would cost a fine, so nothing else begins. */
  readonly urgent: () => boolean;
}

/** A run is closed after so long, so that whoever asked has the first answers early. */
const MAX_RUN_MS = 60_000;
/** Sealing and opening take so long; whoever asked could read a pending reveal and take the batch back ahead of it. */
const OPENING_S = 10;

/** What stopped a run before it had any result. */
export class NothingComputed extends Error {}

/**
 * Computes the planned items one after the other, each result on disk before the next begins, and seals what there is:
 * when all are done, when time is short, or when this machine is needed elsewhere.
 * @throws the first failure when nothing was computed, NothingComputed when nothing was left or allowed to be
 */
export async function computeRun(
  context: TaskContext,
  book: RunBook,
  needs: ComputeNeeds,
  work: RunWork,
  model: UsableModel,
  me: Address,
): Promise<void> {
  const { index, chain } = context;
  const began = Date.now();
  const startedAt = chain.now();
  let failure: unknown = null;
  const known = index.batch(work.batch);
  const safe = (known?.fields.retractAt ?? 0) - OPENING_S;
  const order = known === undefined ? [] : inOrder(work.items, known.items, firstItem(known.id, me, known.items));
  for (const item of order) {
    const batch = index.batch(work.batch);
    if (batch === undefined || needs.heldUp() !== null || needs.urgent()) break;
    // Items that failed one after the other: the next would as well.
    if (unableHere(needs.ready(model)) !== null) break;
    const done = book.rows.results(work);
    if (done.some((result) => result.item === item) || !has(BigInt(batch.open), item)) continue;
    if (chain.now() + needSeconds(model) > batch.fields.deadline) break;
    // Also when all of it went into inputs that nobody sends.
    if ((done.length > 0 || failure !== null) && Date.now() - began > MAX_RUN_MS) break;
    if (done.length > 0 && startedAt < safe && chain.now() >= safe) break;
    book.move(work, 'computing', `computing ${model.manifest.name}: ${done.length} of ${order.length} done`);
    try {
      await computeItem(context, book, needs.compute, work, batch, item, model);
    } catch (error) {
      failure ??= error;
      const { code = '', message = '' } = error as { code?: string; message?: string };
      // What is wrong with this machine is better waited for with the lane free.
      if (concernsAll(code)) break;
      // One bad item, or one whose input nobody sends, must not keep the others from being solved.
      book.faults.note(work.batch, item, RETRY.has(code), message);
    }
  }
  seal(context, book, work, failure);
}

async function computeItem(
  { index, blobs }: TaskContext,
  book: RunBook,
  compute: Compute,
  work: RunWork,
  batch: ChainBatch,
  item: number,
  { manifest, digest }: UsableModel,
): Promise<void> {
  const { onChain, digests } = index.batchInputs(batch.id);
  const [bytes, elsewhere] = [onChain[item], digests[item]];
  const input =
    bytes === undefined && elsewhere !== undefined
      ? await blobs.get(elsewhere, wireBytes(manifest.inputs), batch.fields.requester)
      : Buffer.from((bytes ?? '0x').slice(2), 'hex');
  checkInput(manifest, input);
  const key = `${batch.id}:${item}`;
  const { output } = await compute({ key, manifest, digest, input, timeoutMs: jobTimeoutMs(manifest) });
  const kept = await blobs.hold(publishable(manifest, output));
  book.rows.keep(work, { item, digest: kept.digest, size: kept.size });
}

/** What others took meanwhile is left out. */
function seal({ index }: TaskContext, book: RunBook, work: RunWork, failure: unknown): void {
  const open = BigInt(index.batch(work.batch)?.open ?? '0');
  const results = book.rows.results(work).filter(({ item }) => has(open, item));
  if (results.length === 0) throw failure ?? new NothingComputed();
  book.step(
    work,
    'computed',
    `Computed ${results.length === 1 ? 'one item' : `${results.length} items`} of the batch.`,
  );
  book.rows.seal(work, results, rootOf(results.map(({ item, digest }) => [item, digest])));
}
