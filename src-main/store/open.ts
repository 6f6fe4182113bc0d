import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { StoreError, storeError } from './errors.ts';
import { MIGRATIONS } from './migrations.ts';

export type Store = Database.Database;

/**
 * Opens (or makes) the database and brings its schema up to date, all or nothing.
 * @throws StoreError `STORE_NEWER` for a file written by a later version, `STORE_DAMAGED`, `STORE_BUSY`, `STORE_DENIED`,
 * `DISK_FULL`.
 */
export function openStore(file: string, migrations: readonly string[] = MIGRATIONS): Store {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const db = new Database(file, { timeout: 2_000 });
    try {
      // First of all: a newer file is left exactly as it is.
      refuseNewer(db, file, migrations.length);
      db.pragma('journal_mode = WAL');
      // Every effect that costs money is preceded by a row here: the row must be on disk first.
      db.pragma('synchronous = FULL');
      db.pragma('foreign_keys = ON');
      const check = db.pragma('quick_check(1)', { simple: true });
      if (check !== 'ok') throw damaged(String(check));
      migrate(db, migrations);
      return db;
    } catch (error) {
      db.close();
      throw error;
    }
  } catch (error) {
    // Steps and pragmas are tested: when one does not apply, the file is not what it says it is.
    const wrong = (error as { code?: unknown }).code === 'SQLITE_ERROR';
    throw storeError(wrong ? damaged((error as Error).message) : error, file);
  }
}

function versionOf(db: Store): number {
  return Number(db.pragma('user_version', { simple: true }));
}

function refuseNewer(db: Store, file: string, known: number): void {
  const version = versionOf(db);
  if (version < 0) throw damaged(`schema ${version}`);
  if (version <= known) return;
  throw new StoreError(
    'STORE_NEWER',
    `${file} was written by a newer Folkmoot (schema ${version}, this one knows ${known}).`,
    { remedy: 'Update Folkmoot, or start it with another profile folder. Nothing was changed.' },
  );
}

function migrate(db: Store, migrations: readonly string[]): void {
  db.transaction(() => {
    for (const step of migrations.slice(versionOf(db))) db.exec(step);
    db.pragma(`user_version = ${migrations.length}`);
  }).immediate();
}

function damaged(why: string): Error {
  return Object.assign(new Error(why), { code: 'SQLITE_CORRUPT' });
}
