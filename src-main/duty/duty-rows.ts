import type { Digest, ModelId, TaskId, Timestamp } from '../../src-shared/domain/ids.ts';
import type { Store } from '../store/open.ts';

/** `active` until the chain, or its refusal, has ended it. */
export type DutyState = 'active' | 'paid' | 'fined' | 'void' | 'refused';

/** A check that this machine has taken on. Where it stands says the chain; this is what only this machine knows. */
export interface DutyRow {
  readonly task: TaskId;
  readonly model: ModelId;
  readonly state: DutyState;
  /** One sentence. */
  readonly reason: string;
  /** The own result, and its seal; on disk before the seal is sent. */
  readonly digest: Digest | null;
  readonly commitment: `0x${string}` | null;
  readonly createdAt: Timestamp;
}

interface Stored extends Omit<DutyRow, 'createdAt'> {
  readonly created_at: number;
}

export class DutyRows {
  readonly #db: Store;

  constructor(db: Store) {
    this.#db = db;
  }

  get(task: TaskId): DutyRow | undefined {
    const row = this.#db.prepare('SELECT * FROM duties WHERE task = ?').get(task) as Stored | undefined;
    return row === undefined ? undefined : toRow(row);
  }

  active(): DutyRow[] {
    const rows = this.#db.prepare(`SELECT * FROM duties WHERE state = 'active' ORDER BY created_at`).all() as Stored[];
    return rows.map(toRow);
  }

  insert(task: TaskId, model: ModelId, reason: string): void {
    const now = Date.now();
    this.#db
      .prepare(
        `INSERT INTO duties (task, model, state, reason, created_at, updated_at) VALUES (?, ?, 'active', ?, ?, ?) ON CONFLICT (task) DO NOTHING`,
      )
      .run(task, model, reason, now, now);
  }

  /** The own result and its seal. What is sealed is never replaced. */
  computed(task: TaskId, digest: Digest, commitment: `0x${string}`): void {
    this.#db
      .prepare('UPDATE duties SET digest = ?, commitment = ?, updated_at = ? WHERE task = ? AND commitment IS NULL')
      .run(digest, commitment, Date.now(), task);
  }

  /** @returns whether anything changed. */
  move(task: TaskId, state: DutyState, reason: string): boolean {
    return (
      this.#db
        .prepare(
          'UPDATE duties SET state = ?, reason = ?, updated_at = ? WHERE task = ? AND (state != ? OR reason != ?)',
        )
        .run(state, reason, Date.now(), task, state, reason).changes > 0
    );
  }
}

function toRow({ created_at, ...row }: Stored): DutyRow {
  const { task, model, state, reason, digest, commitment } = row;
  return { task, model, state, reason, digest, commitment, createdAt: created_at };
}
