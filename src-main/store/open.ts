import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { StoreError, storeError } from './errors.ts';
import { MIGRATIONS } from './migrations.ts';

export type Store = Database.Database;

/**
 * Opens (or makes) the database and brings its schema up to date, all or nothing.
 * @throws StoreError `STORE_NEWER` for a file written by a later version, `STORE_DAMAGED`, `STORE_BUSY`, `DISK_FULL`.
 */
export function openStore(file: string, migrations: readonly string[] = MIGRATIONS): Store {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const db = new Database(file, { timeout: 2_000 });
    try {
      db.pragma('journal_mode = WAL');
      // Every effect that costs money is preceded by a row here: the row must be on disk first.
      db.pragma('synchronous = FULL');
      db.pragma('foreign_keys = ON');
      const check = db.pragma('quick_check(1)', { simple: true });
      if (check !== 'ok') throw Object.assign(new Error(String(check)), { code: 'SQLITE_CORRUPT' });
      migrate(db, file, migrations);
      return db;
    } catch (error) {
      db.close();
      throw error;
    }
  } catch (error) {
    throw storeError(error, file);
  }
}

function migrate(db: Store, file: string, migrations: readonly string[]): void {
  const version = Number(db.pragma('user_version', { simple: true }));
  if (version > migrations.length) {
    throw new StoreError(
      'STORE_NEWER',
      `${file} was written by a newer Folkmoot (schema ${version}, this one knows ${migrations.length}).`,
      {
        remedy: 'Update Folkmoot, or start it with another profile folder. Nothing was changed.',
      },
    );
  }
  db.transaction(() => {
    for (const step of migrations.slice(version)) db.exec(step);
    db.pragma(`user_version = ${migrations.length}`);
  }).immediate();
}
