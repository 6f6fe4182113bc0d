// What was made from what: a step is skipped while the content it was made from is the same.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT, say } from './processes.mjs';

const CACHE = join(ROOT, '.cache');

/** Every file below the given paths (relative to the root) that `wanted` lets through, in a fixed order. */
function filesBelow(paths, wanted) {
  const found = [];
  const visit = (path) => {
    let stat;
    try {
      stat = statSync(join(ROOT, path));
    } catch {
      return;
    }
    if (stat.isDirectory()) for (const name of readdirSync(join(ROOT, path)).sort()) visit(`${path}/${name}`);
    else if (wanted(path)) found.push(path);
  };
  for (const path of paths) visit(path);
  return found;
}

export function hashOf(paths, wanted = () => true) {
  const hash = createHash('sha256');
  for (const path of filesBelow(paths, wanted)) {
    hash.update(path).update('\0');
    try {
      hash.update(readFileSync(join(ROOT, path)));
    } catch {
      // Removed between listing and reading: the path alone changes the hash.
    }
    hash.update('\0');
  }
  return hash.digest('hex');
}

export const hashOfFile = (path) => createHash('sha256').update(readFileSync(path)).digest('hex');

export function readStamp(file) {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}

export function writeStamp(file, value) {
  mkdirSync(dirname(file), { recursive: true });
  const aside = `${file}.${process.pid}`;
  writeFileSync(aside, `${value}\n`);
  renameSync(aside, file);
}

export const stampFile = (name) => join(CACHE, 'stamps', name);

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** One at a time over all processes of this checkout; who died with the lock loses it. */
export async function exclusively(work) {
  const lock = join(CACHE, 'setup.lock');
  const owner = join(lock, 'pid');
  mkdirSync(CACHE, { recursive: true });
  for (let told = false; ;) {
    try {
      mkdirSync(lock);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const pid = Number(readStamp(owner) ?? 0);
    // Between mkdir and the owner's name there is a moment: only an old folder without a name is stale.
    const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (pid > 0 ? !alive(pid) : age > 10_000) {
      rmSync(lock, { recursive: true, force: true });
      continue;
    }
    if (!told) say('Another Folkmoot command is preparing this folder; waiting for it …');
    told = true;
    await pause(200);
  }
  try {
    writeStamp(owner, process.pid);
    return await work();
  } finally {
    rmSync(owner, { force: true });
    rmdirSync(lock);
  }
}
