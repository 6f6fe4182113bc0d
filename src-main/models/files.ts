import { mkdtemp, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

const TEMPORARY = '.adding-';

/** Writes a file and waits until the disk has it. */
async function writeDurably(path: string, content: Uint8Array | string): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * Makes `parent/name` with these files, all or nothing: written beside it, synced, renamed. If it exists already it is
 * replaced. A crash leaves at most a folder that `sweep` removes.
 */
export async function placeFolder(
  parent: string,
  name: string,
  files: Readonly<Record<string, Uint8Array | string>>,
): Promise<void> {
  const temporary = await mkdtemp(join(parent, TEMPORARY));
  try {
    for (const [file, content] of Object.entries(files)) await writeDurably(join(temporary, file), content);
    await rm(join(parent, name), { recursive: true, force: true });
    await rename(temporary, join(parent, name));
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
}

/** Removes what interrupted additions left. */
export async function sweep(parent: string): Promise<void> {
  const left = await readdir(parent).catch(() => []);
  for (const name of left.filter((one) => one.startsWith(TEMPORARY)))
    await rm(join(parent, name), { recursive: true, force: true });
}
