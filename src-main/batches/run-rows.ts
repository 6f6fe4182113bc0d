import type { Address, Amount, BatchId, Digest, ModelId, Timestamp } from '../../src-shared/domain/ids.ts';
import type { WorkState } from '../../src-shared/domain/tasks.ts';
import type { ChainBatch } from '../chain/batches-projection.ts';
import { has, maskOf } from '../chain/masks.ts';
import type { Store } from '../store/open.ts';

/** What this machine did, or decided not to do, with a part of somebody else's batch. Runs are counted per batch. */
export interface RunWork {
  readonly batch: BatchId;
  readonly run: number;
  readonly model: ModelId;
  readonly state: WorkState;
  readonly reason: string;
  readonly reasonCode: string;
  /** What it set out to solve; once there is a root, what lies under it. */
  readonly items: bigint;
  readonly slot: number | null;
  readonly root: string | null;
  /** Of one item, after treasury. */
  readonly net: Amount;
  readonly createdAt: Timestamp;
  readonly updatedAt: Timestamp;
}

export interface ItemResult {
  readonly item: number;
  readonly digest: Digest;
  readonly size: number;
}

interface Row {
  batch: string;
  run: number;
  model: string;
  state: WorkState;
  reason: string;
  reason_code: string;
  items: string;
  slot: number | null;
  root: string | null;
  net: string;
  created_at: number;
  updated_at: number;
}

/** States in which a commitment may be pending under the slot. */
const SLOT_STATES = `('computed', 'committing', 'revealing')`;
/** A run that is not opened yet: one per batch at a time. */
const UNOPENED_STATES = `('computing', 'computed', 'committing', 'revealing')`;
/** States that need the engine's hand. */
const ACTIVE_STATES = `('computing', 'computed', 'committing', 'revealing', 'revealed', 'contested', 'claiming')`;

export class RunRows {
  readonly #db: Store;

  constructor(db: Store) {
    this.#db = db;
  }

  /**
   * Batches with open items for models on this machine, best paid first, but those that were decided on or are in hand.
   * @param now chain time in seconds
   * @param except whose batches are left out
   */
  offers(models: readonly Digest[], now: number, except: Address | null, limit: number, offset: number): ChainBatch[] {
    const rows = this.#db
      .prepare(
        `SELECT value FROM chain_batches
         WHERE state = 'open' AND deadline >= ? AND requester COLLATE NOCASE != ?
         AND model IN (SELECT id FROM chain_models WHERE digest IN (SELECT value FROM json_each(?)))
         AND NOT EXISTS (SELECT 1 FROM batch_works w WHERE w.batch = chain_batches.id
           AND (w.state IN ('skipped', 'failed') OR w.state IN ${UNOPENED_STATES}))
         ORDER BY fee DESC, block LIMIT ? OFFSET ?`,
      )
      .all(now, except ?? '', JSON.stringify(models), limit, offset) as Array<{ value: string }>;
    return rows.map(({ value }) => JSON.parse(value) as ChainBatch);
  }

  /** Runs that still wait although nothing is left to wait for; `undone` when the chain undid the batch. */
  outlived(now: number): ReadonlyArray<{ readonly work: RunWork; readonly undone: boolean }> {
    const rows = this.#db
      .prepare(
        `SELECT batch_works.*, chain_batches.id IS NULL AS undone
         FROM batch_works LEFT JOIN chain_batches ON chain_batches.id = batch_works.batch
         WHERE batch_works.state = 'waiting'
         AND (chain_batches.id IS NULL OR chain_batches.state != 'open' OR chain_batches.deadline < ?) LIMIT 500`,
      )
      .all(now) as Array<Row & { undone: number }>;
    return rows.map((row) => ({ work: toWork(row), undone: row.undone === 1 }));
  }

  /** The newest open batch that is not taken. */
  nearest(): RunWork | undefined {
    return this.#one(
      `SELECT batch_works.* FROM batch_works JOIN chain_batches ON chain_batches.id = batch_works.batch
       WHERE batch_works.state = 'waiting' AND chain_batches.state = 'open' ORDER BY chain_batches.block DESC LIMIT 1`,
    );
  }

  /** Forgets batches that were only looked at, and their stories. @param before ms since 1970 */
  prune(before: number): void {
    const old = `state = 'skipped' AND updated_at < ?`;
    this.#db.transaction(() => {
      this.#db
        .prepare(`DELETE FROM steps WHERE subject IN (SELECT batch || ':' || run FROM batch_works WHERE ${old})`)
        .run(before);
      this.#db.prepare(`DELETE FROM batch_works WHERE ${old}`).run(before);
    })();
  }

  insert(work: Pick<RunWork, 'batch' | 'run' | 'model' | 'state' | 'reason' | 'reasonCode' | 'net'>): void {
    const { last } = this.#db
      .prepare(
        `SELECT max(at) AS last FROM (SELECT max(created_at) AS at FROM works UNION ALL SELECT max(created_at) FROM batch_works)`,
      )
      .get() as { last: number | null };
    // Times are unique, since pages are cut by them.
    const now = Math.max(Date.now(), (last ?? 0) + 1);
    this.#db
      .prepare(
        `INSERT INTO batch_works (batch, run, model, state, reason, reason_code, items, net, created_at, updated_at)
         VALUES (?, ?, ?, ?, ?, ?, '0', ?, ?, ?)`,
      )
      .run(work.batch, work.run, work.model, work.state, work.reason, work.reasonCode, work.net, now, now);
  }

  get(batch: BatchId, run: number): RunWork | undefined {
    return this.#one('SELECT * FROM batch_works WHERE batch = ? AND run = ?', batch, run);
  }

  latest(batch: BatchId): RunWork | undefined {
    return this.#one('SELECT * FROM batch_works WHERE batch = ? ORDER BY run DESC LIMIT 1', batch);
  }

  of(batch: BatchId): RunWork[] {
    return this.#all('SELECT * FROM batch_works WHERE batch = ? ORDER BY run', batch);
  }

  active(): RunWork[] {
    return this.#all(`SELECT * FROM batch_works WHERE state IN ${ACTIVE_STATES} ORDER BY created_at`);
  }

  /** What a person wants to see: skipped batches of models not allowed here are noise and left out. */
  page(before: number | null, limit: number): RunWork[] {
    return this.#all(
      `SELECT * FROM batch_works WHERE created_at < ? AND reason_code NOT IN ('OWN', 'MODEL_UNKNOWN')
       ORDER BY created_at DESC LIMIT ?`,
      before ?? Number.MAX_SAFE_INTEGER,
      limit,
    );
  }

  /** @returns whether anything changed. */
  move({ batch, run }: Pick<RunWork, 'batch' | 'run'>, state: WorkState, reason: string, code?: string): boolean {
    return (
      this.#db
        .prepare(
          `UPDATE batch_works SET state = ?, reason = ?, reason_code = ?, updated_at = ?
           WHERE batch = ? AND run = ? AND (state != ? OR reason != ?)`,
        )
        .run(state, reason, code ?? state.toUpperCase(), Date.now(), batch, run, state, reason).changes > 0
    );
  }

  plan({ batch, run }: RunWork, items: bigint): void {
    this.#db.prepare('UPDATE batch_works SET items = ? WHERE batch = ? AND run = ?').run(items.toString(), batch, run);
  }

  /** One result, before the next is computed: a crash costs one item at most. */
  keep({ batch, run }: RunWork, { item, digest, size }: ItemResult): void {
    this.#db
      .prepare('INSERT OR REPLACE INTO batch_results (batch, run, item, digest, size) VALUES (?, ?, ?, ?, ?)')
      .run(batch, run, item, digest, size);
  }

  /** Results for the items of the run, lowest first. */
  results({ batch, run, items }: RunWork): ItemResult[] {
    const rows = this.#db
      .prepare('SELECT item, digest, size FROM batch_results WHERE batch = ? AND run = ? ORDER BY item')
      .all(batch, run) as ItemResult[];
    return rows.filter(({ item }) => has(items, item));
  }

  /** Fixes what is under the root, and a commitment slot that no other pending run of ours uses. */
  seal({ batch, run }: RunWork, results: readonly ItemResult[], root: string): void {
    this.#db.transaction(() => {
      const rows = this.#db
        .prepare(
          `SELECT slot FROM batch_works WHERE slot IS NOT NULL AND NOT (batch = ? AND run = ?) AND state IN ${SLOT_STATES}`,
        )
        .all(batch, run) as Array<{ slot: number }>;
      const used = new Set(rows.map((row) => row.slot));
      let slot = 0;
      while (used.has(slot)) slot++;
      this.#db
        .prepare(
          `UPDATE batch_works SET state = 'computed', items = ?, root = ?, slot = ?, updated_at = ?
           WHERE batch = ? AND run = ? AND state = 'computing'`,
        )
        .run(maskOf(results.map(({ item }) => item)).toString(), root, slot, Date.now(), batch, run);
    })();
  }

  #one(sql: string, ...values: ReadonlyArray<string | number>): RunWork | undefined {
    const row = this.#db.prepare(sql).get(...values) as Row | undefined;
    return row === undefined ? undefined : toWork(row);
  }

  #all(sql: string, ...values: ReadonlyArray<string | number>): RunWork[] {
    return (this.#db.prepare(sql).all(...values) as Row[]).map(toWork);
  }
}

function toWork(row: Row): RunWork {
  return {
    batch: row.batch as BatchId,
    run: row.run,
    model: row.model as ModelId,
    state: row.state,
    reason: row.reason,
    reasonCode: row.reason_code,
    items: BigInt(row.items),
    slot: row.slot,
    root: row.root,
    net: row.net as Amount,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
