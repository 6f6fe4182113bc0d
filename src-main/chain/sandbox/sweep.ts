import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import type { AnvilStart } from './anvil-protocol.ts';

/** Path that only this sandbox's chain has among its arguments; nothing is ever written there. */
export function cacheOf(stateFile: string): string {
  return `${stateFile}.cache`;
}

const PATIENCE_MS = 5_000;
const LOOK_MS = 20;

/**
 * Ends a chain that an earlier keeper left behind; only if the process really is ours (same state file). Resolves when it is gone, so that its port and its file are free.
 */
export async function sweep({ pidFile, stateFile }: Pick<AnvilStart, 'pidFile' | 'stateFile'>): Promise<void> {
  const pid = pidIn(pidFile);
  if (pid !== null && isOurs(pid, cacheOf(stateFile))) {
    signal(pid, 'SIGKILL');
    await gone(pid);
  }
  rmSync(pidFile, { force: true });
}

function pidIn(file: string): number | null {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    return Number.isInteger(pid) && pid > 1 ? pid : null;
  } catch {
    return null;
  }
}

/** Process ids are used again: what runs under this one now may be anybody's. */
function isOurs(pid: number, mark: string): boolean {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(mark);
    if (process.platform === 'win32') return false;
    return execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).includes(mark);
  } catch {
    return false;
  }
}

async function gone(pid: number): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end && signal(pid, 0);) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** @returns false when there is no such process. */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, name);
    return true;
  } catch {
    return false;
  }
}
