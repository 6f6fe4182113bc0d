// npm test: every stage runs, whatever the others say. Last line: “N passed, N failed”, and exit code 1 if any failed.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from './chromium.mjs';
import { reached } from './no-electron.mjs';
import { capture, ROOT, tool, toolEnvironment } from './processes.mjs';
import { makeApp, makeContracts, setup } from './setup.mjs';

await setup();

const node = (...args) => [process.execPath, args];
const ok = { passed: 1, failed: 0, skipped: 0 };
const bad = { passed: 0, failed: 1, skipped: 0 };

/** One check that is either all right or not. */
async function check(file, args) {
  const { code, output } = await capture(file, args);
  if (code !== 0) console.log(output.trimEnd());
  return code === 0 ? ok : bad;
}

async function step(work) {
  const { code, output } = await work(false);
  if (code !== 0) console.log(output.trimEnd());
  return code === 0 ? ok : bad;
}

/** A runner that crashed, or ran nothing, has failed. */
function atLeastOneFailure(count, code) {
  return (code !== 0 && count.failed === 0) || count.passed + count.failed === 0
    ? { ...count, failed: count.failed + 1 }
    : count;
}

async function contracts() {
  const { code, output } = await capture(...node(tool('hardhat/dist/src/cli.js'), 'test'), { show: true });
  const sum = (word) =>
    [...output.matchAll(new RegExp(`^\\s*(\\d+) ${word}\\b`, 'gm'))].reduce(
      (total, [, number]) => total + Number(number),
      0,
    );
  return atLeastOneFailure(
    { passed: sum('passing'), failed: sum('failing'), skipped: sum('skipped') + sum('pending') },
    code,
  );
}

async function vitest(name, args, env) {
  const file = join(ROOT, '.cache', `count-${name}.json`);
  rmSync(file, { force: true });
  const { code } = await capture(...node(tool('vitest/vitest.mjs'), 'run', ...args), {
    env: toolEnvironment({ FOLKMOOT_COUNT_FILE: file, ...env }),
    show: true,
  });
  try {
    return atLeastOneFailure(JSON.parse(readFileSync(file, 'utf8')), code);
  } catch {
    console.log(`The ${name} tests ended without a result (exit code ${code}).`);
    return bad;
  }
}

function noElectron() {
  const entries = ['headless', 'worker', 'caller', 'text', 'peer', 'signer', 'anvil', 'probe'].map((name) =>
    join(ROOT, 'out/main', `${name}.js`),
  );
  try {
    const { files, packages } = reached(entries);
    const culprit = [...packages].find(([name]) => name === 'electron' || name.startsWith('electron/'));
    console.log(
      culprit === undefined ? `${files.length} built files need no Electron.` : `${culprit[1]} imports electron.`,
    );
    return culprit === undefined ? ok : bad;
  } catch (error) {
    console.log(String(error));
    return bad;
  }
}

async function endToEnd() {
  const browser = await chromium();
  if (browser === undefined) {
    console.log('SKIPPED: there is no Chromium here. Install one, or name it in CHROMIUM.');
    return { passed: 0, failed: 0, skipped: 1 };
  }
  return vitest('e2e', ['--config', 'e2e/vitest.config.ts'], { CHROMIUM: browser });
}

const stages = [
  ['Contracts compile', () => step(makeContracts)],
  ['Types', () => check(...node(tool('typescript/bin/tsc'), '-b'))],
  ['Lint', () => check(...node(tool('oxlint/bin/oxlint'), '--deny-warnings'))],
  ['Format', () => check(...node(tool('oxfmt/bin/oxfmt'), '--check'))],
  ['Contract tests', contracts],
  ['App builds', () => step(makeApp)],
  // WebGPU is tested on the software driver that comes with Chromium.
  ['Unit tests', async () => (await chromium(), vitest('unit', [], {}))],
  ['The rig needs no Electron', noElectron],
  ['End to end tests', endToEnd],
];

const total = { passed: 0, failed: 0, skipped: 0 };
const table = [];
for (const [title, work] of stages) {
  console.log(`\n=== ${title}`);
  const began = Date.now();
  let count;
  try {
    count = await work();
  } catch (error) {
    console.log(error);
    count = bad;
  }
  const time = `${((Date.now() - began) / 1000).toFixed(1)} s`;
  table.push(`${title.padEnd(28)} ${sentence(count).padEnd(32)} ${time}`);
  console.log(table.at(-1));
  for (const key of Object.keys(total)) total[key] += count[key];
}

function sentence({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

console.log(`\n=== All\n${table.join('\n')}\n\n${sentence(total)}`);
process.exitCode = total.failed > 0 ? 1 : 0;
