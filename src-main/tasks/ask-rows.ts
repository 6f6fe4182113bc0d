import type { Amount, Digest, ModelId, TaskId, Timestamp } from '../../src-shared/domain/ids.ts';
import type { Answer, InputPreview } from '../../src-shared/domain/tasks.ts';
import type { Store } from '../store/open.ts';

/** What this person asked for. Where it stands follows from the chain; the row holds only what the chain does not know. */
export interface Ask {
  readonly key: string;
  readonly task: TaskId | null;
  readonly model: ModelId;
  readonly inputDigest: Digest;
  /** Of all machines together. */
  readonly fee: Amount;
  /** How many machines must agree; 1: an ordinary task. */
  readonly seats: number;
  readonly modelFee: Amount;
  readonly answer: Answer | null;
  /** Why it could not be posted; nothing was paid then. */
  readonly error: string | null;
  readonly preview: InputPreview | null;
  readonly createdAt: Timestamp;
  readonly updatedAt: Timestamp;
}

interface Row {
  key: string;
  task: string | null;
  model: string;
  input_digest: string;
  fee: string;
  seats: number;
  model_fee: string;
  answer: string | null;
  error: string | null;
  preview: string | null;
  created_at: number;
  updated_at: number;
}

export class AskRows {
  readonly #db: Store;

  constructor(db: Store) {
    this.#db = db;
  }

  insert(ask: Pick<Ask, 'key' | 'model' | 'inputDigest' | 'fee' | 'seats' | 'modelFee' | 'preview'>): void {
    // Times are unique, since pages are cut by them.
    const { last } = this.#db
      .prepare(
        `SELECT max(at) AS last FROM (SELECT max(created_at) AS at FROM asks UNION ALL SELECT max(created_at) FROM batch_asks)`,
      )
      .get() as { last: number | null };
    const now = Math.max(Date.now(), (last ?? 0) + 1);
    this.#db
      .prepare(
        'INSERT INTO asks (key, model, input_digest, fee, seats, model_fee, preview, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
      )
      .run(
        ask.key,
        ask.model,
        ask.inputDigest,
        ask.fee,
        ask.seats,
        ask.modelFee,
        JSON.stringify(ask.preview),
        now,
        now,
      );
  }

  get(key: string): Ask | undefined {
    return this.#one('SELECT * FROM asks WHERE key = ?', key);
  }

  byTask(task: TaskId): Ask | undefined {
    return this.#one('SELECT * FROM asks WHERE task = ?', task);
  }

  /** null: the chain undid the transaction that had posted it. What is on chain was posted, whatever was said before. */
  link(key: string, task: TaskId | null): void {
    this.#db.prepare('UPDATE asks SET task = ?, error = NULL, updated_at = ? WHERE key = ?').run(task, Date.now(), key);
  }

  answer(key: string, answer: Answer): void {
    this.#db
      .prepare('UPDATE asks SET answer = ?, updated_at = ? WHERE key = ?')
      .run(JSON.stringify(answer), Date.now(), key);
  }

  /** The result that it came from is not the task's result any more. */
  unanswer(key: string): void {
    this.#db.prepare('UPDATE asks SET answer = NULL, updated_at = ? WHERE key = ?').run(Date.now(), key);
  }

  failed(key: string, error: string): void {
    this.#db.prepare('UPDATE asks SET error = ?, updated_at = ? WHERE key = ?').run(error, Date.now(), key);
  }

  /** Newest first. @param before ms; null for the newest page. */
  page(before: number | null, limit: number): Ask[] {
    const rows = this.#db
      .prepare('SELECT * FROM asks WHERE created_at < ? ORDER BY created_at DESC LIMIT ?')
      .all(before ?? Number.MAX_SAFE_INTEGER, limit) as Row[];
    return rows.map(toAsk);
  }

  /** The newest of what may still change: no answer yet, not failed, or money still out. */
  unfinished(): Ask[] {
    const rows = this.#db
      .prepare(
        `SELECT asks.* FROM asks LEFT JOIN
           (SELECT id, state FROM chain_tasks UNION ALL SELECT id, state FROM chain_jobs) chain ON chain.id = asks.task
         WHERE asks.error IS NULL AND (asks.task IS NULL OR asks.answer IS NULL OR chain.state IN ('open', 'solved', 'sealed'))
         AND (chain.state IS NULL OR chain.state NOT IN ('refunded', 'failed'))
         ORDER BY chain.state IN ('open', 'sealed') DESC, asks.created_at DESC LIMIT 500`,
      )
      .all() as Row[];
    return rows.map(toAsk);
  }

  #one(sql: string, value: string): Ask | undefined {
    const row = this.#db.prepare(sql).get(value) as Row | undefined;
    return row === undefined ? undefined : toAsk(row);
  }
}

function toAsk(row: Row): Ask {
  return {
    key: row.key,
    task: row.task as TaskId | null,
    model: row.model as ModelId,
    inputDigest: row.input_digest as Digest,
    fee: row.fee as Amount,
    seats: row.seats,
    modelFee: row.model_fee as Amount,
    answer: row.answer === null ? null : (JSON.parse(row.answer) as Answer),
    error: row.error,
    preview: row.preview === null ? null : (JSON.parse(row.preview) as InputPreview | null),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
