import type { Address, Amount, Digest, ModelId, TaskId, Timestamp } from '../../src-shared/domain/ids.ts';
import type { WorkState } from '../../src-shared/domain/tasks.ts';
import type { ChainTask } from '../chain/tasks-projection.ts';
import type { Store } from '../store/open.ts';
import { MACHINE } from './causes.ts';

/** What this machine did, or decided not to do, with a task of somebody else. */
export interface Work {
  readonly task: TaskId;
  /** `seat`: of a task that several machines must agree on. */
  readonly kind: 'task' | 'seat';
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

export interface WorkRow {
  task: string;
  kind: Work['kind'];
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
const SLOT_STATES = `('reserving', 'computed', 'committing', 'committed', 'revealing')`;
/** States that need the engine's hand. */
const ACTIVE_STATES = `('reserving', 'contested', 'fetching', 'computing', 'computed', 'committing', 'committed', 'revealing', 'revealed', 'claiming')`;

export class WorkRows {
  readonly #db: Store;

  constructor(db: Store) {
    this.#db = db;
  }

  /**
   * Open tasks of models on this machine that are not decided yet, best paid first: whoever wants to hide the others
   * must offer more than they do.
   * @param now chain time in seconds
   * @param except whose tasks are left out
   */
  offers(models: readonly Digest[], now: number, except: Address | null, limit: number, offset: number): ChainTask[] {
    const rows = this.#db
      .prepare(
        `SELECT chain_tasks.value FROM chain_tasks LEFT JOIN works ON works.task = chain_tasks.id
         WHERE chain_tasks.state = 'open' AND chain_tasks.deadline >= ? AND chain_tasks.requester COLLATE NOCASE != ?
         AND chain_tasks.model IN (SELECT id FROM chain_models WHERE digest IN (SELECT value FROM json_each(?)))
         AND (works.task IS NULL OR works.state = 'waiting') ORDER BY chain_tasks.fee DESC, chain_tasks.block LIMIT ? OFFSET ?`,
      )
      .all(now, except ?? '', JSON.stringify(models), limit, offset) as Array<{ value: string }>;
    return rows.map(({ value }) => JSON.parse(value) as ChainTask);
  }

  /** Works that still wait although their task is over, and how it ended: `null` when the chain undid it. */
  outlived(now: number): ReadonlyArray<{ readonly task: TaskId; readonly state: ChainTask['state'] | null }> {
    return this.#db
      .prepare(
        `SELECT works.task, chain_tasks.state FROM works LEFT JOIN chain_tasks ON chain_tasks.id = works.task
         WHERE works.kind = 'task' AND works.state = 'waiting' AND (chain_tasks.id IS NULL OR chain_tasks.state != 'open' OR chain_tasks.deadline < ?) LIMIT 500`,
      )
      .all(now) as Array<{ task: TaskId; state: ChainTask['state'] | null }>;
  }

  /** The newest open task that is not taken. */
  nearest(): Work | undefined {
    const row = this.#db
      .prepare(
        `SELECT works.* FROM works JOIN
           (SELECT id, state, block FROM chain_tasks UNION ALL SELECT id, state, block FROM chain_jobs) chain ON chain.id = works.task
         WHERE works.state = 'waiting' AND chain.state = 'open' ORDER BY chain.block DESC LIMIT 1`,
      )
      .get() as WorkRow | undefined;
    return row === undefined ? undefined : toWork(row);
  }

  /** Forgets tasks that were only looked at, and their stories. @param before ms since 1970 */
  prune(before: number): void {
    const old = `SELECT task FROM works WHERE state = 'skipped' AND updated_at < ?`;
    this.#db.transaction(() => {
      this.#db.prepare(`DELETE FROM steps WHERE subject IN (${old})`).run(before);
      this.#db.prepare(`DELETE FROM works WHERE task IN (${old})`).run(before);
    })();
  }

  /** First sight of a task. Times are unique, since pages are cut by them. */
  insert(work: Pick<Work, 'task' | 'kind' | 'model' | 'state' | 'reason' | 'reasonCode' | 'net'>): void {
    const { last } = this.#db
      .prepare(
        `SELECT max(at) AS last FROM (SELECT max(created_at) AS at FROM works UNION ALL SELECT max(created_at) FROM batch_works)`,
      )
      .get() as { last: number | null };
    const now = Math.max(Date.now(), (last ?? 0) + 1);
    this.#db
      .prepare(
        `INSERT INTO works (task, kind, model, state, reason, reason_code, net, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (task) DO NOTHING`,
      )
      .run(work.task, work.kind, work.model, work.state, work.reason, work.reasonCode, work.net, now, now);
  }

  get(task: TaskId): Work | undefined {
    const row = this.#db.prepare('SELECT * FROM works WHERE task = ?').get(task) as WorkRow | undefined;
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
            .prepare(
              `SELECT slot FROM works WHERE slot IS NOT NULL AND kind = 'task' AND task != ? AND state IN ${SLOT_STATES}`,
            )
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

  /** Whether a result of this model is being made, or is to be tried again, for anything but `except`. */
  underWay(model: ModelId, except: TaskId): boolean {
    const row = this.#db
      .prepare(
        `SELECT 1 FROM works WHERE model = ? AND task != ? AND (state IN ('reserving', 'fetching', 'computing')
         OR (state = 'waiting' AND reason_code IN (SELECT value FROM json_each(?)))) LIMIT 1`,
      )
      .get(model, except, JSON.stringify([...MACHINE]));
    return row !== undefined;
  }

  /** Of one kind, or all. */
  active(kind: Work['kind'] | null = null): Work[] {
    const rows = this.#db
      .prepare(`SELECT * FROM works WHERE state IN ${ACTIVE_STATES} AND kind = coalesce(?, kind) ORDER BY created_at`)
      .all(kind) as WorkRow[];
    return rows.map(toWork);
  }

  /** What a person wants to see: skipped tasks of models not allowed here are noise and left out. */
  page(before: number | null, limit: number): Work[] {
    const rows = this.#db
      .prepare(
        `SELECT * FROM works WHERE created_at < ? AND reason_code NOT IN ('OWN', 'MODEL_UNKNOWN') ORDER BY created_at DESC LIMIT ?`,
      )
      .all(before ?? Number.MAX_SAFE_INTEGER, limit) as WorkRow[];
    return rows.map(toWork);
  }
}

export function toWork(row: WorkRow): Work {
  return {
    task: row.task as TaskId,
    kind: row.kind,
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
