import { AbiCoder, id, keccak256 } from 'ethers';
import type { Address, Amount, BatchId, Digest, TaskId, TxHash } from '../../src-shared/domain/ids.ts';
import type { ChainEvent, Json } from './events.ts';
import { full, has } from './masks.ts';
import { fieldsOf, type Moment, type TaskFields } from './tasks-projection.ts';

/** Items, bit by bit, as decimal text. */
export type Mask = string;

/** Items that one solver opened together. */
export interface Run extends Moment {
  readonly id: string;
  readonly solver: Address;
  readonly revealedAt: string;
  readonly root: string;
  /** What of its items was still open. */
  readonly taken: Mask;
  /** Of the items taken, lowest first. */
  readonly digests: readonly Digest[];
  readonly largestResult: number;
}

export interface Payout extends Moment {
  readonly solver: Address;
  readonly items: Mask;
  readonly reward: Amount;
  readonly issued: Amount;
  readonly retained: Amount;
}

/** Each item is in one place: open, in a run, before the court, paid, or its money is back. */
export interface ChainBatch {
  readonly id: BatchId;
  /** `open`: items can be solved; `solved`: none is open and some are not paid; `over`: nothing can happen any more. */
  readonly state: 'open' | 'solved' | 'over';
  /** Amounts are those of one item; `inputDigest` is the root over all inputs. */
  readonly fields: TaskFields;
  readonly items: number;
  /** Whether the inputs came with it; else they travel between peers. */
  readonly onChain: boolean;
  readonly posted: Moment;
  readonly open: Mask;
  readonly heldUntil: number | null;
  readonly commitments: ReadonlyArray<
    { readonly solver: Address; readonly slot: number; readonly announced: Mask } & Moment
  >;
  readonly runs: readonly Run[];
  readonly contested: ReadonlyArray<
    {
      readonly item: number;
      readonly run: string;
      readonly claimant: Address;
      readonly solver: Address;
      readonly dispute: string;
    } & Moment
  >;
  readonly paid: readonly Payout[];
  /** Items whose money the requester has back, and the result they had was wrong. */
  readonly overturned: ReadonlyArray<{ readonly item: number; readonly amount: Amount } & Moment>;
  /** What was open when the requester took it back, or when the deadline was over. */
  readonly returned: ({ readonly items: Mask; readonly amount: Amount; readonly retracted: boolean } & Moment) | null;
}

/** Commitments beyond these are not kept: anyone may write them, and whether our own was mined the outbox knows. */
export const MAX_ROOTS = 64;

/** Pure fold, as `foldTask`: the batch after one more of its events. */
export function foldBatch(batch: ChainBatch | null, event: ChainEvent): ChainBatch | null {
  if (event.name === 'BatchSubmitted') return posted(event);
  if (batch === null) return null;
  const next = folded(batch, event);
  return next === batch ? batch : { ...next, state: stateOf(next) };
}

function posted({ args, subject, ...event }: ChainEvent): ChainBatch {
  const { task, items } = args['batch'] as { task: Record<string, string>; items: string };
  return {
    id: subject as BatchId,
    state: 'open',
    fields: fieldsOf(task),
    items: Number(items),
    onChain: (args['inputs'] as readonly Json[]).length > 0,
    posted: momentOf(event),
    open: full(Number(items)).toString(),
    heldUntil: null,
    commitments: [],
    runs: [],
    contested: [],
    paid: [],
    overturned: [],
    returned: null,
  };
}

function folded(batch: ChainBatch, event: ChainEvent): ChainBatch {
  const { args } = event;
  const at = momentOf(event);
  const text = (name: string): string => args[name] as string;
  switch (event.name) {
    case 'RootCommitted': {
      if (batch.commitments.length >= MAX_ROOTS) return batch;
      const entry = { solver: text('solver') as Address, slot: Number(args['slot']), announced: text('announced') };
      return { ...batch, commitments: [...batch.commitments, { ...entry, ...at }] };
    }
    case 'RunRevealed': {
      const run = runOf(args, at);
      return { ...batch, open: without(batch.open, run.taken), runs: [...batch.runs, run] };
    }
    case 'ItemContested': {
      const entry = {
        item: Number(args['index']),
        run: text('runId'),
        claimant: text('claimant') as Address,
        solver: text('solver') as Address,
        dispute: text('disputeId'),
      };
      return { ...batch, contested: [...batch.contested, { ...entry, ...at }] };
    }
    case 'ItemOverturned': {
      const entry = { item: Number(args['index']), amount: text('amount') as Amount };
      return { ...batch, overturned: [...batch.overturned, { ...entry, ...at }] };
    }
    case 'ItemsPaid': {
      const entry = {
        solver: text('solver') as Address,
        items: text('items'),
        reward: text('reward') as Amount,
        issued: text('issued') as Amount,
        retained: text('retained') as Amount,
      };
      return { ...batch, paid: [...batch.paid, { ...entry, ...at }] };
    }
    case 'BatchHeld':
      return { ...batch, heldUntil: Number(args['until']) };
    case 'ItemsRetracted':
    case 'ItemsRefunded': {
      const entry = { items: text('items'), amount: text('amount') as Amount };
      const retracted = event.name === 'ItemsRetracted';
      return { ...batch, open: without(batch.open, entry.items), returned: { ...entry, retracted, ...at } };
    }
    default:
      return batch;
  }
}

function runOf(args: ChainEvent['args'], at: Moment): Run {
  const { solver, revealedAt, root } = args['run'] as Record<'solver' | 'revealedAt' | 'root', string>;
  const [taken, committed] = [args['taken'] as Mask, args['committed'] as Mask];
  // Digests come for all that was committed to; those of items that others had taken are nobody's answer.
  const digests = kept(args['digests'] as readonly Json[], BigInt(committed), BigInt(taken)) as Digest[];
  return {
    id: args['runId'] as string,
    solver: solver as Address,
    revealedAt,
    root,
    taken,
    digests,
    largestResult: Number(args['largestResult']),
    ...at,
  };
}

function kept<T>(values: readonly T[], all: bigint, some: bigint): T[] {
  let place = 0;
  const result: T[] = [];
  for (let rest = all, bit = 1n; rest !== 0n; rest >>= 1n, bit <<= 1n) {
    if ((rest & 1n) === 0n) continue;
    const value = values[place++];
    if ((some & bit) !== 0n && value !== undefined) result.push(value);
  }
  return result;
}

function stateOf({ open, runs, paid, overturned }: ChainBatch): ChainBatch['state'] {
  if (open !== '0') return 'open';
  const solved = runs.reduce((all, { taken }) => all | BigInt(taken), 0n);
  const ended = paid.reduce((all, { items }) => all | BigInt(items), 0n);
  const wrong = overturned.reduce((all, { item }) => all | (1n << BigInt(item)), 0n);
  return (solved & ~ended & ~wrong) === 0n ? 'over' : 'solved';
}

function without(mask: Mask, items: Mask): Mask {
  return (BigInt(mask) & ~BigInt(items)).toString();
}

function momentOf({ block, time, tx }: Pick<ChainEvent, 'block' | 'time' | 'tx'>): Moment {
  return { block, time, tx: tx as TxHash };
}

/** Seconds since 1970 from when a run may be claimed. */
export function runClaimableAt(batch: ChainBatch, run: Run): number {
  return Number(run.revealedAt) + batch.fields.claimWindow;
}

/** Items of a run that are neither paid nor contested. */
export function unpaidOf(batch: ChainBatch, run: Run): bigint {
  const gone = batch.contested.reduce((all, { item }) => all | (1n << BigInt(item)), 0n);
  const paid = batch.paid.reduce((all, { items }) => all | BigInt(items), 0n);
  return BigInt(run.taken) & ~gone & ~paid;
}

/** The run that holds an item; undefined while it is open or when its money went back. */
export function runWith(batch: ChainBatch, item: number): Run | undefined {
  return batch.runs.find(({ taken }) => has(BigInt(taken), item));
}

const ITEM_TAG = id('folkmoot.batch.item.v1');

/** Name of one item, the subject of its case; as `contracts/libraries/BatchHash.sol`. */
export function itemIdOf(batch: BatchId, item: number): TaskId {
  const packed = AbiCoder.defaultAbiCoder().encode(['bytes32', 'bytes32', 'uint256'], [ITEM_TAG, batch, item]);
  return keccak256(packed) as TaskId;
}

/** What the run says about an item; undefined when it does not hold it. */
export function digestIn(run: Run, item: number): Digest | undefined {
  const [taken, bit] = [BigInt(run.taken), 1n << BigInt(item)];
  if ((taken & bit) === 0n) return undefined;
  return kept(run.digests, taken, bit)[0];
}
