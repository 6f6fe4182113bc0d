import { readdirSync, readFileSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';

/** Reads the kernel's small files; `root` is `/` but for tests. What cannot be read is null. */
export class Sysfs {
  readonly #root: string;

  constructor(root = '/') {
    this.#root = root;
  }

  text(path: string): string | null {
    try {
      return readFileSync(join(this.#root, path), 'utf8').slice(0, 65_536).trim();
    } catch {
      return null;
    }
  }

  /** Whole numbers only. */
  number(path: string): number | null {
    const text = this.text(path);
    return text !== null && /^-?\d{1,20}$/.test(text) ? Number(text) : null;
  }

  list(path: string): string[] {
    try {
      return readdirSync(join(this.#root, path)).sort();
    } catch {
      return [];
    }
  }

  /** What a link says, whether or not that is there. */
  target(path: string): string | null {
    try {
      return readlinkSync(join(this.#root, path));
    } catch {
      return null;
    }
  }

  /** When a file was last written, s since 1970. */
  changedAt(path: string): number | null {
    try {
      return Math.round(statSync(join(this.#root, path)).mtimeMs / 1_000);
    } catch {
      return null;
    }
  }

  /** Last part of what a link leads to: the name of a driver, the address of a device. */
  linked(path: string): string | null {
    try {
      return basename(realpathSync(join(this.#root, path)));
    } catch {
      return null;
    }
  }
}
