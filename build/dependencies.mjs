// Dependencies as the lock file says, complete for this platform. Runs on Node 20 or newer, without dependencies.
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { capture, ROOT, say } from './processes.mjs';
import { hashOfFile, readStamp, writeStamp } from './stamps.mjs';

export const NEEDED_NODE = 24;
const LOCK = join(ROOT, 'package-lock.json');
const STAMP = join(ROOT, 'node_modules/.folkmoot-lock');
const windows = process.platform === 'win32';

export class SetupError extends Error {}

export const upToDate = () => readStamp(STAMP) === hashOfFile(LOCK);

/** The project's own Node, which came with the dependencies; undefined on platforms for which there is none. */
export function projectNode() {
  const names = [`node-${process.platform}-${process.arch}`, 'node'];
  return names
    .map((name) => join(ROOT, 'node_modules', name, 'bin', windows ? 'node.exe' : 'node'))
    .find((file) => existsSync(file));
}

/** npm's lists of platforms: names that are meant, or, with a !, names that are not. */
function allows(given, value) {
  if (given === undefined) return true;
  const list = [given].flat();
  return list.some((item) => !item.startsWith('!')) ? list.includes(value) : !list.includes(`!${value}`);
}

function isForHere({ os, cpu, libc }) {
  const glibc = process.report?.getReport().header.glibcVersionRuntime !== undefined;
  return allows(os, process.platform) && allows(cpu, process.arch) && allows(libc, glibc ? 'glibc' : 'musl');
}

/** What the lock wants here and node_modules does not have, at its version. @returns {{required: string[], optional: string[]}} */
function missing() {
  const { packages } = JSON.parse(readFileSync(LOCK, 'utf8'));
  const found = { required: [], optional: [] };
  for (const [path, entry] of Object.entries(packages)) {
    if (path === '' || entry.link === true || !isForHere(entry)) continue;
    let version;
    try {
      version = JSON.parse(readFileSync(join(ROOT, path, 'package.json'), 'utf8')).version;
    } catch {
      // Not there.
    }
    if (version === entry.version) continue;
    if (entry.optional !== true) found.required.push(path);
    // The others belong to packages of platforms that are not this one.
    else if (entry.os !== undefined || entry.cpu !== undefined) found.optional.push(path);
  }
  return found;
}

/** npm's own script, so that any Node can run it. */
function npmScript() {
  const places = [process.env.npm_execpath, join(dirname(process.execPath), 'node_modules/npm/bin/npm-cli.js')];
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    try {
      places.push(realpathSync(join(folder, 'npm')));
    } catch {
      // Not in this one.
    }
  }
  return places.find((file) => file?.endsWith('npm-cli.js') && existsSync(file));
}

async function npm(node, args) {
  const script = npmScript();
  if (script === undefined)
    throw new SetupError('npm was not found. Install Node 24, which brings it, and run the same command again.');
  // Older npm does not know `allowScripts`: the one script that downloads is switched off by its own variable.
  const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' };
  return capture(node, [script, ...args, '--no-audit', '--no-fund'], { env, limitMs: 30 * 60_000 });
}

/** Idempotent. @throws SetupError with what npm said. */
export async function installDependencies() {
  // Another process may have done it while we waited.
  if (upToDate()) return;
  const began = Date.now();
  if (missing().required.length > 0) {
    say('Installing dependencies (npm ci); the first time this takes a minute or two …');
    const { code, output } = await npm(process.execPath, ['ci']);
    if (code !== 0) throw new SetupError(`${output.trim()}\n\nnpm ci failed (see above). Is this computer online?`);
  }
  await addWhatOldNodesLeaveOut();
  writeStamp(STAMP, hashOfFile(LOCK));
  say(`Dependencies are installed (${((Date.now() - began) / 1000).toFixed(1)} s).`);
}

/** npm on an old Node silently leaves out optional packages that want a newer one, natives among them. The project's Node adds them. */
async function addWhatOldNodesLeaveOut() {
  if (missing().optional.length === 0) return;
  const node = projectNode();
  if (node !== undefined) {
    const { code, output } = await npm(node, ['install', '--no-save', '--ignore-scripts']);
    if (code !== 0) say(output.trim());
  }
  const still = missing().optional;
  if (still.length > 0)
    say(
      `Not installed, although this platform could have them: ${still.map((path) => path.replace(/^.*node_modules\//, '')).join(', ')}.`,
    );
}
