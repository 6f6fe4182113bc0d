import type { TaskId } from '../../src-shared/domain/ids.ts';
import { contestItemCall, ruledFields } from '../batches/batch-calls.ts';
import { proofOf } from '../batches/item-tree.ts';
import { digestIn, runClaimableAt, runWith, type ChainBatch } from '../chain/batches-projection.ts';
import type { IndexRows } from '../chain/index-rows.ts';
import { has } from '../chain/masks.ts';
import type { Subject } from './subject.ts';

/** The result of one item of a batch. */
export function itemSubject(index: IndexRows, id: TaskId): Subject | undefined {
  const found = index.batchOfItem(id);
  if (found === undefined) return undefined;
  const { batch, item } = found;
  const run = runWith(batch, item);
  const digest = run === undefined ? undefined : digestIn(run, item);
  if (run === undefined || digest === undefined) return undefined;
  const { fields } = batch;
  const { onChain, digests } = index.batchInputs(batch.id);
  const overturned = batch.overturned.find((each) => each.item === item);
  return {
    subject: id,
    id,
    // What the fields of a batch have is the root over all inputs.
    fields: { ...fields, inputDigest: digests[item] ?? fields.inputDigest },
    input: onChain[item] ?? '0x',
    solver: run.solver,
    digest,
    stage: stageOf(batch, item),
    closesAt: runClaimableAt(batch, run),
    dispute: batch.contested.find((each) => each.item === item)?.dispute ?? null,
    refund: BigInt(fields.fee) + BigInt(fields.modelFee) + BigInt(fields.checksPaid),
    refunded: overturned === undefined ? null : BigInt(overturned.amount),
    ruled: ruledFields(batch, item, run.solver),
    contest: (why) => {
      const proof = proofOf(index.sealedIn(batch.id, run.id), item);
      return contestItemCall(batch, run, { index: item, digest, proof }, why);
    },
  };
}

function stageOf({ contested, overturned, paid }: ChainBatch, item: number): Subject['stage'] {
  if (overturned.some((each) => each.item === item)) return 'past';
  if (paid.some(({ items }) => has(BigInt(items), item))) return 'past';
  return contested.some((each) => each.item === item) ? 'contested' : 'open';
}
