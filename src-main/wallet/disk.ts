import { chmod, mkdir, open, readFile, rename, unlink } from 'node:fs/promises';
import { VaultError } from './errors.ts';

/** The few things the vault does to a disk, so that tests can stop or fill it between any two of them. */
export interface Disk {
  /** undefined when there is no such file. */
  read(path: string): Promise<string | undefined>;
  /** Creates with mode 0600, writes, fsyncs. Fails when the file exists. */
  writeNew(path: string, text: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** No error when there is no such file. */
  remove(path: string): Promise<void>;
  /** Makes the folder (and parents) with mode 0700, and sets it on a folder that is there. */
  makeFolder(path: string): Promise<void>;
  /** Makes renames durable. */
  syncFolder(path: string): Promise<void>;
}

const codeOf = (error: unknown): unknown => (error as NodeJS.ErrnoException | null)?.code;

export const nodeDisk: Disk = {
  async read(path) {
    try {
      return await readFile(path, 'utf8');
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw error;
    }
  },
  async writeNew(path, text) {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(text, 'utf8');
      await file.sync();
    } finally {
      await file.close();
    }
  },
  rename,
  async remove(path) {
    await unlink(path).catch((error: unknown) => {
      if (codeOf(error) !== 'ENOENT') throw error;
    });
  },
  async makeFolder(path) {
    await mkdir(path, { recursive: true, mode: 0o700 });
    await chmod(path, 0o700);
  },
  async syncFolder(path) {
    // Windows can neither open nor sync a folder; its renames are journaled.
    if (process.platform === 'win32') return;
    const folder = await open(path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  },
};

/** Turns what the system said about a file into a sentence. @param doing "write the wallet file". */
export function diskError(doing: string, error: unknown): VaultError {
  if (error instanceof VaultError) return error;
  const code = codeOf(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new VaultError('DISK_FULL', `Could not ${doing}: the disk is full. What was there before is unchanged.`, {
      cause: error,
      remedy: 'Free some space and try again.',
    });
  }
  return new VaultError('VAULT_IO', `Could not ${doing}: the system says ${String(code ?? 'nothing more')}.`, {
    cause: error,
    remedy: 'Check that the folder of the wallet can be read and written.',
  });
}
