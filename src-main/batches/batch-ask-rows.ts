import type { Amount, BatchId, Digest, ModelId, Timestamp } from '../../src-shared/domain/ids.ts';
import type { Answer, InputPreview } from '../../src-shared/domain/tasks.ts';
import type { Store } from '../store/open.ts';

/** A batch that this person asked for; where it stands follows from the chain. Amounts are those of one item. */
export interface BatchAsk {
  readonly key: string;
  readonly batch: BatchId | null;
  readonly model: ModelId;
  readonly items: number;
  readonly fee: Amount;
  readonly modelFee: Amount;
  /** Why it could not be posted; nothing was paid then. */
  readonly error: string | null;
  readonly createdAt: Timestamp;
  readonly updatedAt: Timestamp;
}

export interface BatchLine {
  readonly item: number;
  readonly inputDigest: Digest;
  readonly preview: InputPreview | null;
  readonly answer: Answer | null;
  /** Of the result that the answer was read from. */
  readonly resultDigest: Digest | null;
}

interface Row {
  key: string;
  batch: string | null;
  model: string;
  items: number;
  fee: string;
  model_fee: string;
  error: string | null;
  created_at: number;
  updated_at: number;
}

interface LineRow {
  item: number;
  input_digest: string;
  preview: string | null;
  answer: string | null;
  result_digest: string | null;
}

export class BatchAskRows {
  readonly #db: Store;

  constructor(db: Store) {
    this.#db = db;
  }

  insert(
    ask: Pick<BatchAsk, 'key' | 'model' | 'fee' | 'modelFee'>,
    lines: ReadonlyArray<Pick<BatchLine, 'inputDigest' | 'preview'>>,
  ): void {
    // Times are unique, since pages are cut by them.
    const { last } = this.#db
      .prepare(
        `SELECT max(at) AS last FROM (SELECT max(created_at) AS at FROM asks UNION ALL SELECT max(created_at) FROM batch_asks)`,
      )
      .get() as { last: number | null };
    const now = Math.max(Date.now(), (last ?? 0) + 1);
    this.#db
      .prepare(
        'INSERT INTO batch_asks (key, model, items, fee, model_fee, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
      )
      .run(ask.key, ask.model, lines.length, ask.fee, ask.modelFee, now, now);
    const line = this.#db.prepare('INSERT INTO batch_lines (key, item, input_digest, preview) VALUES (?, ?, ?, ?)');
    for (const [item, { inputDigest, preview }] of lines.entries())
      line.run(ask.key, item, inputDigest, JSON.stringify(preview));
  }

  get(key: string): BatchAsk | undefined {
    return this.#one('SELECT * FROM batch_asks WHERE key = ?', key);
  }

  byBatch(batch: BatchId): BatchAsk | undefined {
    return this.#one('SELECT * FROM batch_asks WHERE batch = ?', batch);
  }

  /** null: the chain undid the transaction that had posted it. */
  link(key: string, batch: BatchId | null): void {
    this.#db
      .prepare('UPDATE batch_asks SET batch = ?, error = NULL, updated_at = ? WHERE key = ?')
      .run(batch, Date.now(), key);
  }

  failed(key: string, error: string): void {
    this.#db.prepare('UPDATE batch_asks SET error = ?, updated_at = ? WHERE key = ?').run(error, Date.now(), key);
  }

  /** Whether nothing is due any more; an event of the batch opens it again. */
  close(key: string, closed: boolean): void {
    this.#db.prepare('UPDATE batch_asks SET closed = ? WHERE key = ?').run(closed ? 1 : 0, key);
  }

  lines(key: string): BatchLine[] {
    const rows = this.#db.prepare('SELECT * FROM batch_lines WHERE key = ? ORDER BY item').all(key) as LineRow[];
    return rows.map((row) => ({
      item: row.item,
      inputDigest: row.input_digest as Digest,
      preview: row.preview === null ? null : (JSON.parse(row.preview) as InputPreview | null),
      answer: row.answer === null ? null : (JSON.parse(row.answer) as Answer),
      resultDigest: row.result_digest as Digest | null,
    }));
  }

  /** Items whose answers are here. */
  answered(key: string): number[] {
    const rows = this.#db
      .prepare('SELECT item FROM batch_lines WHERE key = ? AND answer IS NOT NULL')
      .all(key) as Array<{ item: number }>;
    return rows.map(({ item }) => item);
  }

  answer(key: string, item: number, answer: Answer, result: Digest): void {
    this.#setAnswer(key, item, JSON.stringify(answer), result);
  }

  /** The result that it came from is not the item's result any more. */
  unanswer(key: string, item: number): void {
    this.#setAnswer(key, item, null, null);
  }

  #setAnswer(key: string, item: number, answer: string | null, result: Digest | null): void {
    this.#db.transaction(() => {
      this.#db
        .prepare('UPDATE batch_lines SET answer = ?, result_digest = ? WHERE key = ? AND item = ?')
        .run(answer, result, key, item);
      this.#db.prepare('UPDATE batch_asks SET updated_at = ? WHERE key = ?').run(Date.now(), key);
    })();
  }

  /** Newest first. @param before ms; null for the newest page. */
  page(before: number | null, limit: number): BatchAsk[] {
    const rows = this.#db
      .prepare('SELECT * FROM batch_asks WHERE created_at < ? ORDER BY created_at DESC LIMIT ?')
      .all(before ?? Number.MAX_SAFE_INTEGER, limit) as Row[];
    return rows.map(toAsk);
  }

  /** The newest of what may still change. */
  unfinished(): BatchAsk[] {
    const rows = this.#db
      .prepare('SELECT * FROM batch_asks WHERE closed = 0 AND error IS NULL ORDER BY created_at DESC LIMIT 500')
      .all() as Row[];
    return rows.map(toAsk);
  }

  #one(sql: string, value: string): BatchAsk | undefined {
    const row = this.#db.prepare(sql).get(value) as Row | undefined;
    return row === undefined ? undefined : toAsk(row);
  }
}

function toAsk(row: Row): BatchAsk {
  return {
    key: row.key,
    batch: row.batch as BatchId | null,
    model: row.model as ModelId,
    items: row.items,
    fee: row.fee as Amount,
    modelFee: row.model_fee as Amount,
    error: row.error,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
