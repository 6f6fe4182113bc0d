import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { readControlFile } from './control-file.ts';
import { ControlError } from './errors.ts';
import { answers, isAlive } from './probe.ts';
import { ensureProfile } from './profile.ts';

/** Time a starting node has between taking the lock and listening; until then its process id alone speaks for it. */
const STARTING_MS = 30_000;
/** The take-over runs without a pause; a folder older than this was left by a crash in its midst. */
const TAKEOVER_MS = 10_000;

export interface ProfileLock {
  readonly profile: string;
  /** Idempotent. Only after everything that uses the profile has stopped. */
  release(): void;
}

interface Holder {
  readonly text: string;
  readonly pid: number;
  readonly ageMs: number;
}

function readHolder(file: string): Holder | undefined {
  try {
    const text = readFileSync(file, 'utf8');
    return { text, pid: Number.parseInt(text, 10) || 0, ageMs: Date.now() - statSync(file).mtimeMs };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function isHeld(profile: string, holder: Holder): Promise<boolean> {
  const control = readControlFile(profile);
  if (control !== undefined && (await answers(control.socket))) return true;
  if (!isAlive(holder.pid)) return false;
  // Alive but silent: either it is on its way to listening, or the number belongs to another program by now.
  return holder.ageMs < STARTING_MS;
}

/** Replaces `seen` by our own line if nobody else did so first. One process at a time, by an atomic mkdir. */
function takeOver(file: string, seen: Holder | undefined, mine: string): boolean {
  const guard = `${file}.takeover`;
  try {
    mkdirSync(guard);
  } catch {
    try {
      if (Date.now() - statSync(guard).mtimeMs > TAKEOVER_MS) rmdirSync(guard);
    } catch {
      // Its owner removed it meanwhile.
    }
    return false;
  }
  try {
    if (readHolder(file)?.text !== seen?.text) return false;
    rmSync(file, { force: true });
    writeFileSync(file, mine, { mode: 0o600, flag: 'wx' });
    return true;
  } finally {
    rmdirSync(guard);
  }
}

/**
 * One node per profile. A lock whose owner is dead and whose socket is silent is taken over.
 * @throws ControlError `PROFILE_BUSY`, `PROFILE_UNUSABLE`.
 */
export async function lockProfile(profile: string): Promise<ProfileLock> {
  ensureProfile(profile);
  const file = join(profile, 'node.lock');
  const mine = `${process.pid} ${randomBytes(8).toString('hex')}\n`;
  for (let attempt = 0; attempt < 100; attempt++) {
    const seen = readHolder(file);
    if (seen !== undefined && (await isHeld(profile, seen))) {
      throw new ControlError('PROFILE_BUSY', `A node is already running on ${profile} (process ${seen.pid}).`, {
        remedy: 'Use that one, stop it with “folkmoot stop”, or choose another folder with --profile.',
      });
    }
    if (takeOver(file, seen, mine)) {
      return {
        profile,
        release: () => {
          if (readHolder(file)?.text === mine) rmSync(file, { force: true });
        },
      };
    }
    await wait(50);
  }
  throw new ControlError('PROFILE_UNUSABLE', `The lock of ${profile} could not be taken.`, {
    remedy: `If no node runs there, delete ${file}.takeover and try again.`,
  });
}
