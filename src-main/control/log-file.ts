import { appendFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { oneLine, type Log } from '../log.ts';

const MAX_BYTES = 2 * 1024 * 1024;

/** The node's log in its profile, two files of 2 MiB at most. A disk that is full must not stop the node. */
export function logFile(profile: string, also?: Log): Log {
  const path = join(profile, 'node.log');
  let size = sizeOf(path);
  return (said) => {
    const line = oneLine(said);
    const text = `${new Date().toISOString()} ${line}\n`;
    try {
      if (size > MAX_BYTES) {
        renameSync(path, `${path}.1`);
        size = 0;
      }
      appendFileSync(path, text, { mode: 0o600 });
      size += Buffer.byteLength(text);
    } catch {
      // Where should it be said?
    }
    also?.(line);
  };
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}
