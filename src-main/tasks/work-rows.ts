import type { Amount, Digest, ModelId, TaskId, Timestamp } from '../../src-shared/domain/ids.ts';
import type { WorkState } from '../../src-shared/domain/tasks.ts';
import type { Store } from '../store/open.ts';

/** What this machine did, or decided not to do, with a task of somebody else. */
export interface Work {
  readonly task: TaskId;
  readonly model: ModelId;
  readonly state: WorkState;
  readonly reason: string;
  readonly reasonCode: string;
  readonly slot: number | null;
  readonly resultDigest: Digest | null;
  readonly resultSize: number | null;
  readonly net: Amount;
  readonly createdAt: Timestamp;
  readonly updatedAt: Timestamp;
}

interface Row {
  task: string;
  model: string;
  state: WorkState;
  reason: string;
  reason_code: string;
  slot: number | null;
  result_digest: string | null;
  result_size: number | null;
  net: string;
  created_at: number;
  updated_at: number;
}

/** States in which a commitment may be pending under the slot. */
const SLOT_STATES = `('computed', 'committing', 'committed', 'revealing')`;
/** States that need the engine's hand. */
const ACTIVE_STATES = `('fetching', 'computing', 'computed', 'committing', 'committed', 'revealing', 'revealed', 'claiming')`;

export class WorkRows {
  readonly #db: Store;

  constructor(db: Store) {
    this.#db = db;
  }

  /** First sight of a task. */
  insert(work: Pick<Work, 'task' | 'model' | 'state' | 'reason' | 'reasonCode' | 'net'>): void {
    const now = Date.now();
    this.#db
      .prepare(
        `INSERT INTO works (task, model, state, reason, reason_code, net, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (task) DO NOTHING`,
      )
      .run(work.task, work.model, work.state, work.reason, work.reasonCode, work.net, now, now);
  }

  get(task: TaskId): Work | undefined {
    const row = this.#db.prepare('SELECT * FROM works WHERE task = ?').get(task) as Row | undefined;
    return row === undefined ? undefined : toWork(row);
  }

  /** @returns whether anything changed. */
  move(task: TaskId, state: WorkState, reason: string, reasonCode: string = state.toUpperCase()): boolean {
    return (
      this.#db
        .prepare(
          'UPDATE works SET state = ?, reason = ?, reason_code = ?, updated_at = ? WHERE task = ? AND (state != ? OR reason != ?)',
        )
        .run(state, reason, reasonCode, Date.now(), task, state, reason).changes > 0
    );
  }

  /** The result, and a commitment slot that no other pending work of ours uses; kept if it had one. */
  computed(task: TaskId, digest: Digest, size: number): number {
    return this.#db.transaction(() => {
      const used = new Set(
        (
          this.#db
            .prepare(`SELECT slot FROM works WHERE slot IS NOT NULL AND task != ? AND state IN ${SLOT_STATES}`)
            .all(task) as Array<{ slot: number }>
        ).map((row) => row.slot),
      );
      let slot = 0;
      while (used.has(slot)) slot++;
      this.#db
        .prepare(
          `UPDATE works SET state = 'computed', result_digest = ?, result_size = ?, slot = ?, updated_at = ? WHERE task = ? AND state = 'computing'`,
        )
        .run(digest, size, slot, Date.now(), task);
      return slot;
    })();
  }

  active(): Work[] {
    return (
      this.#db.prepare(`SELECT * FROM works WHERE state IN ${ACTIVE_STATES} ORDER BY created_at`).all() as Row[]
    ).map(toWork);
  }

  /** What a person wants to see: skipped tasks of models not allowed here are noise and left out. */
  page(before: number | null, limit: number): Work[] {
    const rows = this.#db
      .prepare(
        `SELECT * FROM works WHERE created_at < ? AND reason_code NOT IN ('OWN', 'MODEL_UNKNOWN') ORDER BY created_at DESC LIMIT ?`,
      )
      .all(before ?? Number.MAX_SAFE_INTEGER, limit) as Row[];
    return rows.map(toWork);
  }

  /** Paid, pending and forgone work for the ledger, newest first. */
  ledger(before: number | null, limit: number): Work[] {
    const rows = this.#db
      .prepare(
        `SELECT * FROM works WHERE created_at < ? AND result_digest IS NOT NULL AND state IN ('revealed', 'claiming', 'paid', 'lost') ORDER BY created_at DESC LIMIT ?`,
      )
      .all(before ?? Number.MAX_SAFE_INTEGER, limit) as Row[];
    return rows.map(toWork);
  }
}

function toWork(row: Row): Work {
  return {
    task: row.task as TaskId,
    model: row.model as ModelId,
    state: row.state,
    reason: row.reason,
    reasonCode: row.reason_code,
    slot: row.slot,
    resultDigest: row.result_digest as Digest | null,
    resultSize: row.result_size,
    net: row.net as Amount,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
