import { FolkmootError } from '../../src-shared/domain/errors.ts';

/** `STORE_DAMAGED`, `STORE_NEWER`, `STORE_BUSY` or `DISK_FULL`. */
export class StoreError extends FolkmootError {}

/** Turns what SQLite throws into something a person can act on; other errors pass through unchanged. */
export function storeError(error: unknown, file: string): unknown {
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code !== 'string' || !code.startsWith('SQLITE_')) return error;
  if (code === 'SQLITE_FULL' || code.startsWith('SQLITE_IOERR')) {
    return new StoreError(
      'DISK_FULL',
      'The disk is full or cannot be written: Folkmoot stopped before it could lose anything.',
      {
        cause: error,
        remedy: 'Free some space, then start Folkmoot again. Nothing on chain is affected.',
      },
    );
  }
  if (code === 'SQLITE_CORRUPT' || code === 'SQLITE_NOTADB') {
    return new StoreError('STORE_DAMAGED', `The database ${file} is damaged.`, {
      cause: error,
      remedy:
        'Your money is on chain and your key in the wallet file: both are untouched. Move the database away and start again; history is read anew from the chain.',
    });
  }
  if (code === 'SQLITE_BUSY' || code === 'SQLITE_LOCKED') {
    return new StoreError('STORE_BUSY', `Another program is using ${file}.`, {
      cause: error,
      remedy: 'Close the other Folkmoot first.',
    });
  }
  return error;
}
