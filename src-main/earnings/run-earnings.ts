import { amount } from '../../src-shared/domain/amounts.ts';
import type { LedgerEntry } from '../../src-shared/domain/earnings.ts';
import type { BatchId, ModelId, TaskId, TxHash } from '../../src-shared/domain/ids.ts';
import { unpaidOf, type ChainBatch } from '../chain/batches-projection.ts';
import type { IndexRows } from '../chain/index-rows.ts';
import { count } from '../chain/masks.ts';
import type { Outbox } from '../chain/outbox.ts';
import { solverShare } from '../chain/tasks-projection.ts';
import type { Catalogue } from '../models/catalogue.ts';
import type { Store } from '../store/open.ts';

/** One run of this machine as the ledger needs it; `at` as in the entry. */
export interface RunRow {
  readonly batch: BatchId;
  readonly run: number;
  readonly model: ModelId;
  readonly state: string;
  readonly root: string;
  readonly at: number;
  readonly created_at: number;
}

const STEPS = ['commit', 'reveal', 'claim'] as const;
/** Those that were opened; what others were faster with leaves nothing behind. */
const OPENED = `(state IN ('revealed', 'claiming', 'paid') OR (state = 'lost' AND reason_code = 'OVERTURNED'))`;

/** What runs of batches earned. */
export class RunEarnings {
  readonly #db: Store;
  readonly #index: IndexRows;
  readonly #outbox: Outbox;
  readonly #catalogue: Catalogue;

  constructor(db: Store, index: IndexRows, outbox: Outbox, catalogue: Catalogue) {
    this.#db = db;
    this.#index = index;
    this.#outbox = outbox;
    this.#catalogue = catalogue;
  }

  rows(relation: '<' | '=', at: number, limit: number): RunRow[] {
    return this.#db
      .prepare(
        `SELECT batch, run, model, state, root, updated_at AS at, created_at FROM batch_works
         WHERE ${OPENED} AND updated_at ${relation} ? ORDER BY updated_at DESC, created_at DESC LIMIT ?`,
      )
      .all(at, limit) as RunRow[];
  }

  entry(row: RunRow): LedgerEntry {
    const batch = this.#index.batch(row.batch);
    const run = batch?.runs.find(({ root }) => root === row.root);
    const taken = BigInt(run?.taken ?? '0');
    const paid = (batch?.paid ?? []).filter(({ items }) => (BigInt(items) & taken) !== 0n);
    const sum = (of: 'reward' | 'issued' | 'retained'): bigint =>
      paid.reduce((all, each) => all + BigInt(each[of]), 0n);
    const share = batch === undefined ? { solver: 0n, treasury: 0n } : solverShare(batch.fields, false);
    const items = BigInt(count(taken));
    const state = row.state === 'paid' ? 'paid' : row.state === 'lost' ? 'forgone' : 'pending';
    const steps = STEPS.map((step) => ({ step, row: this.#outbox.get(`${step}:${row.batch}:${row.run}`) }));
    const transactions = steps.flatMap(({ step, row: sent }) =>
      sent?.hash ? [{ step, hash: sent.hash as TxHash }] : [],
    );
    const payout = paid[0]?.tx;
    if (payout !== undefined && !transactions.some(({ step }) => step === 'claim'))
      transactions.push({ step: 'claim', hash: payout });
    return {
      task: (run?.id ?? row.batch) as string as TaskId,
      model: this.#catalogue.byId(row.model)?.manifest.name ?? 'unknown model',
      state,
      offered: amount((share.solver + share.treasury) * items),
      treasury: amount(state === 'paid' ? sum('retained') : share.treasury * items),
      net: amount(state === 'paid' ? sum('reward') : state === 'forgone' ? 0n : share.solver * items),
      issued: amount(sum('issued')),
      gas: steps.reduce((all, { row: sent }) => all + BigInt(sent?.gas_cost ?? '0'), 0n).toString(),
      at: row.at,
      transactions,
    };
  }

  /** Payouts to this machine, fees and new tokens together, whatever became of the rest of their runs. */
  paid(): Array<{ readonly sum: bigint; readonly time: number; readonly items: number }> {
    return this.#opened().flatMap(({ batch, root }) => {
      const taken = BigInt(batch.runs.find((run) => run.root === root)?.taken ?? '0');
      const own = batch.paid.filter(({ items }) => (BigInt(items) & taken) !== 0n);
      return own.map(({ reward, issued, time, items }) => ({
        sum: BigInt(reward) + BigInt(issued),
        time,
        items: count(BigInt(items)),
      }));
    });
  }

  /** What opened runs will bring. */
  pending(): bigint {
    const rows = this.#db
      .prepare(`SELECT batch, root, net FROM batch_works WHERE state IN ('revealed', 'claiming')`)
      .all() as Array<{ batch: BatchId; root: string; net: string }>;
    return rows.reduce((sum, { batch, root, net }) => {
      const known = this.#index.batch(batch);
      const run = known?.runs.find((each) => each.root === root);
      return known === undefined || run === undefined ? sum : sum + BigInt(net) * BigInt(count(unpaidOf(known, run)));
    }, 0n);
  }

  #opened(): Array<{ readonly batch: ChainBatch; readonly root: string }> {
    const rows = this.#db
      .prepare(
        `SELECT chain_batches.value, batch_works.root FROM batch_works JOIN chain_batches ON chain_batches.id = batch_works.batch
         WHERE batch_works.root IS NOT NULL AND batch_works.state IN ('revealed', 'contested', 'claiming', 'paid')`,
      )
      .all() as Array<{ value: string; root: string }>;
    return rows.map(({ value, root }) => ({ batch: JSON.parse(value) as ChainBatch, root }));
  }
}
