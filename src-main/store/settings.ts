import type { z } from 'zod';
import type { Store } from './open.ts';

/** Small values that survive a restart, each parsed on the way out: a hand-edited row cannot break the node. */
export class Settings {
  readonly #db: Store;

  constructor(db: Store) {
    this.#db = db;
  }

  get<T>(key: string, schema: z.ZodType<T>, fallback: T): T {
    const row = this.#db.prepare('SELECT value FROM settings WHERE key = ?').get(key) as { value: string } | undefined;
    if (row === undefined) return fallback;
    try {
      const parsed = schema.safeParse(JSON.parse(row.value));
      return parsed.success ? parsed.data : fallback;
    } catch {
      return fallback;
    }
  }

  set(key: string, value: unknown): void {
    this.#db
      .prepare('INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value')
      .run(key, JSON.stringify(value));
  }
}
