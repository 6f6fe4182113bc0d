import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { StoreError, storeError } from './errors.ts';
import { MIGRATIONS } from './migrations.ts';
import { openStore, type Store } from './open.ts';
import { temporaryFolder } from './test-store.ts';

/** One row in every table, with a value that fits each column. */
function fill(db: Store): void {
  const tables = db.prepare(`SELECT name FROM sqlite_master WHERE type = 'table'`).all() as Array<{ name: string }>;
  db.pragma('foreign_keys = OFF');
  for (const { name } of tables) {
    const columns = db.pragma(`table_info(${name})`) as Array<{ name: string; type: string }>;
    const value = (column: string, type: string): unknown => {
      if (column === 'state') return 'sent';
      if (column === 'verdict') return 'holds';
      if (column === 'value') return JSON.stringify({ fields: { deadline: '1700000000', fee: '250' } });
      return type === 'INTEGER' ? 7 : `${name}.${column}`;
    };
    const marks = columns.map(() => '?').join(', ');
    db.prepare(`INSERT INTO ${name} VALUES (${marks})`).run(
      ...columns.map((column) => value(column.name, column.type)),
    );
  }
  db.pragma('foreign_keys = ON');
}

function contents(db: Store): Record<string, unknown[]> {
  const tables = db.prepare(`SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name`).all() as Array<{
    name: string;
  }>;
  return Object.fromEntries(tables.map(({ name }) => [name, db.prepare(`SELECT * FROM ${name}`).all()]));
}

function codeOf(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return error instanceof StoreError ? error.code : `not a StoreError: ${String(error)}`;
  }
}

test.each(MIGRATIONS.map((_, index) => index))('from schema %i on, every row survives', (version) => {
  const file = join(temporaryFolder(), 'a', 'store.db');
  const old = openStore(file, MIGRATIONS.slice(0, version));
  fill(old);
  const before = contents(old);
  old.close();
  const db = openStore(file);
  expect(contents(db)).toMatchObject(before);
  expect(db.pragma('user_version', { simple: true })).toBe(MIGRATIONS.length);
  db.close();
  const again = openStore(file);
  expect(contents(again)).toMatchObject(before);
  again.close();
});

test('the order of offers is known for tasks of an earlier schema', () => {
  const file = join(temporaryFolder(), 'store.db');
  const old = openStore(file, MIGRATIONS.slice(0, 1));
  fill(old);
  old.close();
  const db = openStore(file);
  expect(db.prepare('SELECT deadline, fee FROM chain_tasks').get()).toEqual({
    deadline: 1_700_000_000,
    fee: '250'.padStart(25, '0'),
  });
  db.close();
});

test('a step that fails leaves the old schema as it was', () => {
  const file = join(temporaryFolder(), 'store.db');
  const old = openStore(file);
  fill(old);
  const before = contents(old);
  old.close();
  expect(
    codeOf(() => openStore(file, [...MIGRATIONS, 'CREATE TABLE half (x) STRICT; DROP TABLE asks', 'nonsense'])),
  ).toBe('STORE_DAMAGED');
  const db = openStore(file);
  expect(contents(db)).toEqual(before);
  db.close();
});

test('a database of a newer version is refused and not one byte of it changed', () => {
  const file = join(temporaryFolder(), 'store.db');
  const newer = new Database(file);
  newer.exec('CREATE TABLE future (x)');
  newer.pragma('user_version = 99');
  newer.close();
  const before = readFileSync(file);
  expect(codeOf(() => openStore(file))).toBe('STORE_NEWER');
  expect(readFileSync(file).equals(before)).toBe(true);
  expect(existsSync(`${file}-wal`)).toBe(false);
});

test('whatever happens to the bytes of the file: it opens or is said to be damaged', () => {
  const folder = temporaryFolder();
  const good = join(folder, 'good.db');
  const db = openStore(good);
  fill(db);
  db.close();
  const bytes = readFileSync(good);
  const at = fc.nat(bytes.length - 1);
  const harm = fc.oneof(
    fc.record({ kind: fc.constant('cut' as const), at }),
    fc.record({ kind: fc.constant('write' as const), at, data: fc.uint8Array({ minLength: 1, maxLength: 4_096 }) }),
    fc.record({
      kind: fc.constant('write' as const),
      at: fc.nat(99),
      data: fc.uint8Array({ minLength: 1, maxLength: 8 }),
    }),
  );
  let refused = 0;
  const file = join(folder, 'harmed.db');
  fc.assert(
    fc.property(harm, (what) => {
      const harmed = Buffer.from(what.kind === 'cut' ? bytes.subarray(0, what.at) : bytes);
      if (what.kind === 'write') harmed.set(what.data.subarray(0, harmed.length - what.at), what.at);
      writeFileSync(file, harmed);
      const code = codeOf(() => openStore(file).close());
      if (code !== undefined) refused++;
      // A harmed version number may read as a newer one.
      expect(code ?? 'STORE_DAMAGED').toMatch(/^STORE_(DAMAGED|NEWER)$/);
    }),
    { numRuns: 120, seed: 1 },
  );
  expect(refused).toBeGreaterThan(30);
});

test('a file of something else is damaged, a folder in its place is denied', () => {
  const folder = temporaryFolder();
  const text = join(folder, 'text.db');
  writeFileSync(text, 'this is no database at all, only a text that somebody put here'.repeat(20));
  expect(codeOf(() => openStore(text))).toBe('STORE_DAMAGED');
  mkdirSync(join(folder, 'dir.db'));
  expect(codeOf(() => openStore(join(folder, 'dir.db')))).toBe('STORE_DENIED');
});

test('a full disk has its name, and what was written before is there', () => {
  const file = join(temporaryFolder(), 'store.db');
  const db = openStore(file);
  const insert = db.prepare('INSERT INTO settings (key, value) VALUES (?, ?)');
  insert.run('before', '1');
  db.pragma(`max_page_count = ${Number(db.pragma('page_count', { simple: true })) + 2}`);
  expect(
    codeOf(() => {
      try {
        for (let row = 0; row < 1_000; row++) insert.run(`row ${row}`, 'x'.repeat(1_000));
      } catch (error) {
        throw storeError(error, file);
      }
    }),
  ).toBe('DISK_FULL');
  db.close();
  const again = openStore(file);
  expect(again.prepare(`SELECT value FROM settings WHERE key = 'before'`).get()).toEqual({ value: '1' });
  again.close();
});

test('extended codes of SQLite have the name of their kind; other errors pass', () => {
  const named = (code: string): unknown =>
    (storeError(Object.assign(new Error('x'), { code }), 'f') as StoreError).code;
  expect(
    ['SQLITE_CORRUPT_INDEX', 'SQLITE_BUSY_SNAPSHOT', 'SQLITE_IOERR_WRITE', 'SQLITE_READONLY_DBMOVED', 'ENOSPC'].map(
      named,
    ),
  ).toEqual(['STORE_DAMAGED', 'STORE_BUSY', 'DISK_FULL', 'STORE_DENIED', 'DISK_FULL']);
  const other = new Error('x');
  expect(storeError(other, 'f')).toBe(other);
  expect(storeError(null, 'f')).toBe(null);
  expect(named('SQLITE_CONSTRAINT_UNIQUE')).toBe('SQLITE_CONSTRAINT_UNIQUE');
});

test('a second program that holds the file is said to be there', () => {
  const file = join(temporaryFolder(), 'store.db');
  openStore(file, MIGRATIONS.slice(0, 1)).close();
  const other = new Database(file);
  other.pragma('locking_mode = EXCLUSIVE');
  other.exec('BEGIN EXCLUSIVE');
  expect(codeOf(() => openStore(file))).toBe('STORE_BUSY');
  other.close();
});

test('committed rows survive a process that ends without closing', () => {
  const folder = temporaryFolder();
  const file = join(folder, 'store.db');
  const db = openStore(file);
  fill(db);
  const before = contents(db);
  // What a killed process leaves: database and write-ahead log, nothing merged.
  for (const end of ['', '-wal']) copyFileSync(`${file}${end}`, join(folder, `left.db${end}`));
  db.close();
  const left = openStore(join(folder, 'left.db'));
  expect(contents(left)).toEqual(before);
  left.close();
});
