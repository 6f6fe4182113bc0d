import type { Amount } from '../../src-shared/domain/ids.ts';
import type { Store } from '../store/open.ts';

export type OutboxState = 'intent' | 'signed' | 'sent' | 'mined' | 'failed';

export interface OutboxRow {
  readonly id: number;
  readonly key: string;
  readonly label: string;
  readonly to: string;
  readonly data: string;
  readonly state: OutboxState;
  readonly nonce: number | null;
  readonly gas_limit: string | null;
  readonly block: number | null;
  readonly hash: string | null;
  readonly gas_cost: string | null;
  readonly error: string | null;
  readonly updated_at: number;
}

/** What one signature counts towards the spending limit of the day. */
export interface Spend {
  readonly key: string;
  readonly at: number;
  readonly amount: Amount;
}

export interface Attempt {
  readonly hash: string;
  readonly raw: string;
  readonly max_fee: string;
  readonly priority_fee: string;
  readonly at: number;
}

/** The signer asks for the last day only. */
const KEPT_SPENDS_MS = 7 * 86_400_000;

/** The outbox's two tables, one statement each. States only move through here. */
export class OutboxRows {
  readonly #db: Store;

  constructor(db: Store) {
    this.#db = db;
  }

  insert(row: { key: string; label: string; to: string; data: string }): boolean {
    const now = Date.now();
    return (
      this.#db
        .prepare(
          `INSERT INTO outbox (key, label, "to", data, state, created_at, updated_at) VALUES (?, ?, ?, ?, 'intent', ?, ?) ON CONFLICT (key) DO NOTHING`,
        )
        .run(row.key, row.label, row.to, row.data, now, now).changes === 1
    );
  }

  get(key: string): OutboxRow | undefined {
    return this.#db.prepare('SELECT * FROM outbox WHERE key = ?').get(key) as OutboxRow | undefined;
  }

  in(...states: OutboxState[]): OutboxRow[] {
    return this.#db
      .prepare(`SELECT * FROM outbox WHERE state IN (${states.map(() => '?').join(', ')}) ORDER BY id`)
      .all(...states) as OutboxRow[];
  }

  attempts(id: number): Attempt[] {
    return this.#db
      .prepare('SELECT * FROM outbox_attempts WHERE outbox = ? ORDER BY at DESC, rowid DESC')
      .all(id) as Attempt[];
  }

  /** First signature and replacement alike: what was signed is on disk before it can be on the wire. */
  signed(id: number, nonce: number, gasLimit: string, attempt: Omit<Attempt, 'at'>, spend: Spend | null): void {
    this.#db.transaction(() => {
      this.#db.prepare('DELETE FROM spends WHERE at < ?').run(Date.now() - KEPT_SPENDS_MS);
      if (spend !== null) {
        this.#db
          .prepare(
            'INSERT INTO spends (key, at, amount) VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET at = excluded.at, amount = excluded.amount',
          )
          .run(spend.key, spend.at, spend.amount);
      }
      this.#db
        .prepare(
          'INSERT OR IGNORE INTO outbox_attempts (hash, outbox, raw, max_fee, priority_fee, at) VALUES (?, ?, ?, ?, ?, ?)',
        )
        .run(attempt.hash, id, attempt.raw, attempt.max_fee, attempt.priority_fee, Date.now());
      this.#db
        .prepare(
          `UPDATE outbox SET state = 'signed', nonce = ?, gas_limit = ?, hash = ?, error = NULL, updated_at = ? WHERE id = ?`,
        )
        .run(nonce, gasLimit, attempt.hash, Date.now(), id);
    })();
  }

  sent(id: number): void {
    this.#db.prepare(`UPDATE outbox SET state = 'sent', updated_at = ? WHERE id = ?`).run(Date.now(), id);
  }

  mined(id: number, as: { hash: string; nonce: number; block: number; gasCost: string; error: string | null }): void {
    this.#db
      .prepare(
        'UPDATE outbox SET state = ?, hash = ?, nonce = ?, block = ?, gas_cost = ?, error = ?, updated_at = ? WHERE id = ?',
      )
      .run(as.error === null ? 'mined' : 'failed', as.hash, as.nonce, as.block, as.gasCost, as.error, Date.now(), id);
  }

  /** Refused before it was signed: nothing was spent. */
  refused(id: number, error: string): void {
    this.#db
      .prepare(`UPDATE outbox SET state = 'failed', error = ?, updated_at = ? WHERE id = ?`)
      .run(error, Date.now(), id);
  }

  /** Back to the intent; a new nonce is chosen when it is submitted. */
  restart(id: number): void {
    this.#db
      .prepare(
        `UPDATE outbox SET state = 'intent', nonce = NULL, hash = NULL, block = NULL, error = NULL, updated_at = ? WHERE id = ?`,
      )
      .run(Date.now(), id);
  }

  /** For an intent that failed for good and is tried again: what its earlier attempts came to does not count. */
  forget(id: number): void {
    this.#db.prepare('DELETE FROM outbox_attempts WHERE outbox = ?').run(id);
  }

  /** After a reorg: what was mined above the common ancestor must be looked for again. */
  unmine(above: number): void {
    this.#db
      .prepare(`UPDATE outbox SET state = 'sent', block = NULL, error = NULL, updated_at = ? WHERE block > ?`)
      .run(Date.now(), above);
  }

  /** Spends since `after` (ms). */
  spends(after: number): Spend[] {
    return this.#db.prepare('SELECT key, at, amount FROM spends WHERE at > ?').all(after) as Spend[];
  }

  /** The intent behind a transaction, through any of its attempts. */
  keyOf(hash: string): string | undefined {
    const row = this.#db
      .prepare(
        'SELECT outbox.key FROM outbox JOIN outbox_attempts ON outbox_attempts.outbox = outbox.id WHERE outbox_attempts.hash = ?',
      )
      .get(hash) as { key: string } | undefined;
    return row?.key;
  }

  highestPendingNonce(): number | null {
    const row = this.#db.prepare(`SELECT max(nonce) AS nonce FROM outbox WHERE state IN ('signed', 'sent')`).get() as {
      nonce: number | null;
    };
    return row.nonce;
  }
}
