// First step of every script here: dependencies, the right Node, the build. Runs on Node 20 or newer, without dependencies.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { installDependencies, NEEDED_NODE, projectNode, SetupError, upToDate } from './dependencies.mjs';
import { capture, ROOT, runToEnd, say, tool, toolEnvironment } from './processes.mjs';
import { exclusively, hashOf, readStamp, stampFile, writeStamp } from './stamps.mjs';

/** Dependencies are installed, this process is the right Node; otherwise says what to do and ends. */
export async function setup() {
  try {
    if (!upToDate()) await exclusively(installDependencies);
    await useRightNode();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(error.message);
    process.exit(1);
  }
  Object.assign(process.env, toolEnvironment());
}

async function useRightNode() {
  if (Number.parseInt(process.versions.node, 10) >= NEEDED_NODE) return;
  const found = projectNode();
  if (found === undefined) {
    throw new SetupError(
      `Folkmoot needs Node ${NEEDED_NODE} or newer; this is Node ${process.versions.node}, and none came with the dependencies for ${process.platform} ${process.arch}.\n` +
        `What to do: install Node ${NEEDED_NODE} (nodejs.org or your package manager) and run the same command again.`,
    );
  }
  process.exit(await runToEnd(found, process.argv.slice(1), { ipc: true }));
}

const seconds = (since) => `${((Date.now() - since) / 1000).toFixed(1)} s`;

/** Runs a step if what it is made from changed, or what it makes is missing. @returns {Promise<{code, output}>} */
async function made(name, { inputs, wanted, output, sentence, file, args }, force) {
  const current = () => existsSync(join(ROOT, output)) && readStamp(stampFile(name)) === hashOf(inputs, wanted);
  if (!force && current()) return { code: 0, output: '' };
  return exclusively(async () => {
    if (!force && current()) return { code: 0, output: '' };
    const began = Date.now();
    say(`${sentence} …`);
    const hash = hashOf(inputs, wanted);
    const result = await capture(file, args);
    if (result.code === 0) {
      writeStamp(stampFile(name), hash);
      say(`${sentence}: done (${seconds(began)}).`);
    }
    return result;
  });
}

/** `artifacts/contracts`: needed by the types and by the app. */
export function makeContracts(force = false) {
  const step = {
    inputs: ['contracts', 'hardhat.config.ts', 'package-lock.json'],
    wanted: (path) => !path.startsWith('contracts/test/'),
    output: 'artifacts/contracts',
    sentence: 'Compiling the contracts',
    file: process.execPath,
    args: [tool('hardhat/dist/src/cli.js'), 'build'],
  };
  return made('contracts', step, force);
}

/** `out/`: main, preload and renderer. */
export function makeApp(force = false) {
  const step = {
    inputs:
      'src-shared src-main src-preload src-renderer artifacts/contracts electron.vite.config.ts package.json package-lock.json'.split(
        ' ',
      ),
    wanted: (path) => !/\.test\.tsx?$/.test(path),
    output: 'out/main/headless.js',
    sentence: 'Building the app',
    file: process.execPath,
    args: [tool('electron-vite/bin/electron-vite.js'), 'build', '--logLevel', 'warn'],
  };
  return made('app', step, force);
}

/** Contracts and app, or the end of this process with what went wrong. */
export async function built(force = false) {
  for (const step of [makeContracts, makeApp]) {
    const { code, output } = await step(force);
    if (code === 0) continue;
    say(`${output.trim()}\n\nThe build failed (see above).`);
    process.exit(1);
  }
}
