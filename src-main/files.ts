import { chmodSync, closeSync, fsyncSync, openSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Whole or not at all: temp file in the same folder, fsync, rename. @param mode permission bits of the new file. */
export function writeFileAtomic(path: string, text: string, mode = 0o600): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const handle = openSync(temporary, 'w', mode);
    try {
      // Not writeSync: on a disk that is nearly full it may write a part and say so only by its answer.
      writeFileSync(handle, text);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/**
 * Removes a folder that another process filled, also where it took the right to look into parts of it away. What is
 * not there is removed. @throws what the system says when it cannot be removed all the same
 */
export function removeFolder(path: string): void {
  const options = { recursive: true, force: true, maxRetries: 3 } as const;
  try {
    rmSync(path, options);
  } catch {
    openUp(path);
    rmSync(path, options);
  }
}

function openUp(folder: string): void {
  chmodSync(folder, 0o700);
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    // Links are not followed: they may lead to what is not ours.
    if (entry.isDirectory()) openUp(join(folder, entry.name));
}
