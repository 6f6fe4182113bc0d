import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Systems allow 104 to 108 bytes for the path of a Unix socket, the closing zero included. */
const MAX_PATH_BYTES = 100;

export interface SocketPlace {
  readonly path: string;
  /** Removes what is left in the file system after the server has closed. */
  remove(): void;
}

/** Beside the profile's other files where that is short enough; else in a fresh private folder for temporary files. */
export function socketPlace(profile: string, platform: NodeJS.Platform = process.platform): SocketPlace {
  if (platform === 'win32') {
    return { path: `\\\\.\\pipe\\folkmoot-${randomBytes(16).toString('hex')}`, remove: () => undefined };
  }
  const path = join(profile, 'node.sock');
  if (Buffer.byteLength(path) <= MAX_PATH_BYTES) return { path, remove: () => rmSync(path, { force: true }) };
  const short = join(mkdtempSync(join(tmpdir(), 'folkmoot-')), 'node.sock');
  return { path: short, remove: () => rmSync(dirname(short), { recursive: true, force: true }) };
}
