// Electron's executable, if this computer has it or can have it. Never `require('electron')`: that downloads without limit.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, say } from './processes.mjs';
import { readStamp, stampFile, writeStamp } from './stamps.mjs';

const FOLDER = join(ROOT, 'node_modules/electron');
const FAILED = stampFile('electron-failed');
const DAY_MS = 24 * 3_600_000;
/** Without a byte for this long it is not coming. */
const SILENCE_MS = 20_000;
const LIMIT_MS = 15 * 60_000;

/** Why a window cannot be shown here, or undefined. */
export function noWindow() {
  if (process.platform !== 'linux') return undefined;
  if (!process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return 'there is no display here';
  if (process.getuid?.() === 0) return 'desktop apps should not run as root';
  return undefined;
}

export function electronBinary() {
  const dist = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(FOLDER, 'dist');
  try {
    const file = join(
      dist,
      process.env.ELECTRON_OVERRIDE_DIST_PATH === undefined
        ? readFileSync(join(FOLDER, 'path.txt'), 'utf8')
        : 'electron',
    );
    return existsSync(file) ? file : undefined;
  } catch {
    return undefined;
  }
}

/** The executable, downloaded once if need be. undefined where it cannot be had; not tried again for a day unless `again`. */
export async function haveElectron(again) {
  const present = electronBinary();
  if (present !== undefined) return present;
  const failedAt = Number(readStamp(FAILED) ?? 0);
  if (!again && Date.now() - failedAt < DAY_MS) return undefined;
  if (!existsSync(join(FOLDER, 'install.js'))) return undefined;
  say('Downloading Electron (once, about 120 MB) …');
  await download();
  const got = electronBinary();
  if (got === undefined) writeStamp(FAILED, Date.now());
  else rmSync(FAILED, { force: true });
  return got;
}

/** Electron's own installer, in a folder for temporary files of ours, so that we see whether anything arrives. */
function download() {
  const temporary = join(ROOT, '.cache/electron-download');
  mkdirSync(temporary, { recursive: true });
  const env = { ...process.env, TMPDIR: temporary, TEMP: temporary, TMP: temporary };
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(FOLDER, 'install.js')], { env, stdio: 'ignore' });
    const began = Date.now();
    let bytes = 0;
    let heard = began;
    let told = 0;
    const watch = setInterval(() => {
      const now = bytesBelow(temporary) + bytesBelow(join(FOLDER, 'dist'));
      if (now !== bytes) heard = Date.now();
      bytes = now;
      if (bytes - told > 20_000_000) {
        told = bytes;
        say(`  ${Math.round(bytes / 1e6)} MB`);
      }
      if (Date.now() - heard > SILENCE_MS || Date.now() - began > LIMIT_MS) child.kill('SIGKILL');
    }, 500);
    const interrupted = () => {
      child.kill('SIGKILL');
      process.exit(130);
    };
    process.once('SIGINT', interrupted);
    process.once('SIGTERM', interrupted);
    const done = () => {
      clearInterval(watch);
      process.off('SIGINT', interrupted);
      process.off('SIGTERM', interrupted);
      rmSync(temporary, { recursive: true, force: true });
      resolve();
    };
    child.once('exit', done);
    child.once('error', done);
  });
}

function bytesBelow(folder) {
  try {
    return readdirSync(folder, { recursive: true }).reduce(
      (sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0),
      0,
    );
  } catch {
    return 0;
  }
}
