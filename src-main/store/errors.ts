import { FolkmootError } from '../../src-shared/domain/errors.ts';

/** `STORE_DAMAGED`, `STORE_NEWER`, `STORE_BUSY`, `STORE_DENIED` or `DISK_FULL`. */
export class StoreError extends FolkmootError {}

/** Turns what SQLite throws into something a person can act on; other errors pass through unchanged. */
export function storeError(error: unknown, file: string): unknown {
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code !== 'string') return error;
  // SQLite's extended codes start with the plain one: SQLITE_CORRUPT_INDEX, SQLITE_BUSY_SNAPSHOT and so on.
  const is = (...codes: string[]): boolean => codes.some((plain) => code === plain || code.startsWith(`${plain}_`));
  if (is('SQLITE_FULL', 'SQLITE_IOERR', 'ENOSPC', 'EDQUOT')) {
    return new StoreError(
      'DISK_FULL',
      'The disk is full or cannot be written: Folkmoot stopped before it could lose anything.',
      {
        cause: error,
        remedy: 'Free some space, then start Folkmoot again. Nothing on chain is affected.',
      },
    );
  }
  if (is('SQLITE_CORRUPT', 'SQLITE_NOTADB')) {
    return new StoreError('STORE_DAMAGED', `The database ${file} is damaged.`, {
      cause: error,
      remedy:
        'Your money is on chain and your key in the wallet file: both are untouched. Move the database away and start again; history is read anew from the chain.',
    });
  }
  if (is('SQLITE_BUSY', 'SQLITE_LOCKED')) {
    return new StoreError('STORE_BUSY', `Another program is using ${file}.`, {
      cause: error,
      remedy: 'Close the other Folkmoot first.',
    });
  }
  if (is('SQLITE_READONLY', 'SQLITE_CANTOPEN', 'SQLITE_PERM')) {
    return new StoreError('STORE_DENIED', `${file} cannot be opened for writing.`, {
      cause: error,
      remedy: 'Give this user the right to write there, or start Folkmoot with another profile folder.',
    });
  }
  return error;
}
