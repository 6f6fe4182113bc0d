import type { Address, Digest, TaskId } from '../../src-shared/domain/ids.ts';
import type { ChainJob } from '../chain/replicas-projection.ts';
import type { Store } from '../store/open.ts';

/** Replicated tasks as somebody looks at them who may take a seat. */
export class SeatRows {
  readonly #db: Store;

  constructor(db: Store) {
    this.#db = db;
  }

  /**
   * Jobs with empty seats of models on this machine that are not decided yet, best paid first, as ordinary tasks.
   * @param now chain time in seconds
   * @param me whose jobs, and jobs with whose seat, are left out
   */
  offers(models: readonly Digest[], now: number, me: Address | null, limit: number, offset: number): ChainJob[] {
    const rows = this.#db
      .prepare(
        `SELECT j.value FROM chain_jobs j LEFT JOIN works w ON w.task = j.id
         WHERE j.state = 'open' AND j.deadline >= ? AND j.requester COLLATE NOCASE != ?
         AND j.model IN (SELECT id FROM chain_models WHERE digest IN (SELECT value FROM json_each(?)))
         AND NOT EXISTS (SELECT 1 FROM chain_seats s WHERE s.job = j.id AND s.solver COLLATE NOCASE = ?)
         AND (w.task IS NULL OR w.state = 'waiting') ORDER BY j.fee DESC, j.block LIMIT ? OFFSET ?`,
      )
      .all(now, me ?? '', JSON.stringify(models), me ?? '', limit, offset) as Array<{ value: string }>;
    return rows.map(({ value }) => JSON.parse(value) as ChainJob);
  }

  /** Stake of `me` in seats of jobs that others have not come to yet, base units. */
  idleLocks(me: Address): bigint {
    const rows = this.#db
      .prepare(
        `SELECT json_extract(j.value, '$.fields.lock') AS locked FROM chain_seats s JOIN chain_jobs j ON j.id = s.job
         WHERE s.solver = ? COLLATE NOCASE AND j.state = 'open'`,
      )
      .all(me) as Array<{ locked: string }>;
    return rows.reduce((sum, { locked }) => sum + BigInt(locked), 0n);
  }

  /**
   * Jobs with a sealed seat of `me` whose result is not here: the database was lost, the wallet came from elsewhere, or
   * the work was given up before the seat showed.
   */
  orphans(me: Address): ChainJob[] {
    const rows = this.#db
      .prepare(
        `SELECT j.value FROM chain_seats s JOIN chain_jobs j ON j.id = s.job LEFT JOIN works w ON w.task = j.id
         WHERE s.solver = ? COLLATE NOCASE AND j.state IN ('open', 'sealed')
         AND json_extract(s.value, '$.stage') = 'sealed' AND (w.task IS NULL OR w.state = 'waiting'
           OR (w.state IN ('failed', 'lost', 'skipped') AND w.reason_code != 'MISSED' AND w.result_digest IS NULL))`,
      )
      .all(me) as Array<{ value: string }>;
    return rows.map(({ value }) => JSON.parse(value) as ChainJob);
  }

  /**
   * Works of which `me` has no seat that still wait although the job takes no more, and what became of it: `null` when
   * the chain undid it.
   */
  outlived(
    now: number,
    me: Address | null,
  ): ReadonlyArray<{ readonly task: TaskId; readonly state: ChainJob['state'] | null }> {
    return this.#db
      .prepare(
        `SELECT w.task, j.state FROM works w LEFT JOIN chain_jobs j ON j.id = w.task
         WHERE w.kind = 'seat' AND w.state = 'waiting' AND (j.id IS NULL OR j.state != 'open' OR j.deadline < ?)
         AND NOT EXISTS (SELECT 1 FROM chain_seats s WHERE s.job = j.id AND s.solver = ? COLLATE NOCASE) LIMIT 500`,
      )
      .all(now, me ?? '') as Array<{ task: TaskId; state: ChainJob['state'] | null }>;
  }
}
