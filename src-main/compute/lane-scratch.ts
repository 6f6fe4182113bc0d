import { constants, copyFile, link, realpath, rm } from 'node:fs/promises';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { removeFolder } from '../files.ts';
import { ModelChangedError } from '../models/errors.ts';
import type { ModelRef } from './protocol.ts';

/** The two folders that are all a lane sees of the disk: one that it reads, one that it writes. */
export class LaneScratch {
  readonly folder: string;
  readonly inbox: string;
  readonly outbox: string;

  constructor(folder: string) {
    this.folder = folder;
    this.inbox = join(folder, 'in');
    this.outbox = join(folder, 'out');
  }

  /** Empty folders for a new process. */
  prepare(): void {
    removeFolder(this.folder);
    for (const path of [this.inbox, this.outbox]) mkdirSync(path, { recursive: true, mode: 0o700 });
  }

  /**
   * Puts a model's file where the lane can read it: a second name for the same file where the disk allows, else a copy.
   * The lane checks what is in it. @throws ModelChangedError when there is no such file
   */
  async stage(model: ModelRef, name: string): Promise<string> {
    const path = join(this.inbox, name);
    await rm(path, { force: true });
    try {
      const source = await realpath(model.path);
      await link(source, path).catch(() => copyFile(source, path, constants.COPYFILE_FICLONE));
    } catch {
      throw new ModelChangedError(model.name);
    }
    return path;
  }

  /** What cannot be removed now, as when a scanner has a file open, is removed before the next process or with the next start. */
  remove(): void {
    try {
      removeFolder(this.folder);
    } catch {
      // Nothing depends on it.
    }
  }
}
