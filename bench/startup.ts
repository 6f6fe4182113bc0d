import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchBrowser, openPage } from '../e2e/support/browser.ts';
import { childrenOf } from '../e2e/support/children.ts';
import { NodeProcess } from '../e2e/support/node-process.ts';
import { RigProcess } from '../e2e/support/rig-process.ts';

/**
 * What a person waits for and what the node costs while nothing happens. A fresh sandbox each time, on Linux (memory
 * and CPU are read from /proc). Times depend on the machine; last line on stdout: one JSON object.
 *
 * - `interactiveMs`: from the start of the process until the bridge answers with a snapshot.
 * - `pageMs`: from the start of the process until the welcome screen stands in a browser.
 * - `firstPaidSeconds`: from the start of a fresh node with its three neighbours until its first fee is paid out.
 * - `own`, `all`: the node alone (host, peer, signer, lane), and everything the sandbox starts; paused, nothing to do.
 *   `pssMiB` counts pages that processes share only once.
 */
const IDLE_MS = 30_000;
const TICKS_PER_SECOND = 100;

const root = mkdtempSync(join(tmpdir(), 'folkmoot-bench-'));
try {
  const pageMs = await page();
  const { interactiveMs, firstPaidSeconds, own, all } = await node();
  const rows: Array<[string, string]> = [
    ['bridge answers', `${interactiveMs} ms`],
    ['welcome screen in the browser', `${pageMs} ms`],
    ['first fee paid out', `${firstPaidSeconds} s`],
    ['node alone, idle', usage(own)],
    ['whole sandbox, idle', usage(all)],
  ];
  for (const [what, figure] of rows) console.log(`${what.padEnd(32)} ${figure}`);
  console.log(JSON.stringify({ bench: 'startup', interactiveMs, pageMs, firstPaidSeconds, own, all }));
} finally {
  rmSync(root, { recursive: true, force: true });
}

interface Usage {
  readonly processes: number;
  readonly pssMiB: number;
  readonly cpuPct: number;
}

function usage({ processes, pssMiB, cpuPct }: Usage): string {
  return `${processes} processes, ${pssMiB} MiB, ${cpuPct} % of a core`;
}

async function page(): Promise<number> {
  const browser = await launchBrowser();
  const started = performance.now();
  const rig = new RigProcess(join(root, 'page'), ['--no-peers']);
  const { page } = await openPage(browser);
  await page.goto(await rig.url);
  await page.getByRole('button', { name: 'Create my wallet' }).waitFor();
  const elapsed = Math.round(performance.now() - started);
  await browser.close();
  await rig.end();
  return elapsed;
}

async function node(): Promise<{ interactiveMs: number; firstPaidSeconds: number; own: Usage; all: Usage }> {
  await using node = new NodeProcess(join(root, 'node'), []);
  const started = performance.now();
  await node.start();
  const interactiveMs = Math.round(performance.now() - started);
  await node.until('a first fee', ({ earnings }) => earnings.tasksPaid > 0, 180_000);
  const firstPaidSeconds = Math.round((performance.now() - started) / 100) / 10;
  await node.call('policy.pause', { forMs: null });
  await node.until('work under way to end', ({ tasks }) =>
    tasks.every(({ work }) => work === null || !['fetching', 'computing', 'revealed', 'claiming'].includes(work)),
  );
  const everything = tree(node.pid);
  const own = everything.filter(({ command }) => !/anvil|sandbox\/peers/.test(command)).map(({ pid }) => pid);
  const peers = everything.filter(({ command }) => command.includes('sandbox/peers')).map(({ pid }) => pid);
  const neighbours = new Set(peers.flatMap((pid) => [pid, ...tree(pid).map((child) => child.pid)]));
  const ownPids = own.filter((pid) => !neighbours.has(pid));
  const allPids = everything.map(({ pid }) => pid);
  const before = new Map(allPids.map((pid) => [pid, cpuTicks(pid)]));
  await new Promise((done) => setTimeout(done, IDLE_MS));
  const measure = (pids: readonly number[]): Usage => {
    const ticks = pids.reduce((sum, pid) => sum + Math.max(0, cpuTicks(pid) - (before.get(pid) ?? 0)), 0);
    const pss = pids.reduce((sum, pid) => sum + pssKiB(pid), 0);
    return {
      processes: pids.length,
      pssMiB: Math.round(pss / 1_024),
      cpuPct: Math.round((ticks / TICKS_PER_SECOND / (IDLE_MS / 1_000)) * 10_000) / 100,
    };
  };
  return { interactiveMs, firstPaidSeconds, own: measure(ownPids), all: measure(allPids) };
}

/** The process and all below it. */
function tree(pid: number): Array<{ pid: number; command: string }> {
  const children = childrenOf(pid);
  const self = { pid, command: read(pid, 'cmdline').replaceAll('\0', ' ') };
  return [self, ...children.flatMap((child) => tree(child.pid))];
}

function cpuTicks(pid: number): number {
  // Fields 14 and 15 (utime, stime) of proc(5), counted behind the name in parentheses.
  const fields = read(pid, 'stat').split(') ')[1]?.split(' ') ?? [];
  return Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
}

function pssKiB(pid: number): number {
  return Number(/^Pss:\s+(\d+) kB/m.exec(read(pid, 'smaps_rollup'))?.[1] ?? 0);
}

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
