import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from '../src-main/compute/pool.ts';
import { forkSpawner } from '../src-main/process/spawner.ts';
import { idleCpu } from './compute/idle.ts';
import { bareChannel, killRestart, smallJob } from './compute/latency.ts';
import { median } from './compute/median.ts';
import { benchModel } from './compute/model.ts';
import type { Rate } from './compute/rate.ts';
import { poolRate, rawSession } from './compute/throughput.ts';
import { verify } from './compute/verify.ts';

/**
 * The pool against one raw onnxruntime session in the same run, taking turns; medians. A ratio is what counts.
 *
 * - `oneLane`, `twoLanes`: jobs per second of a pool with so many lanes, over those of the raw session; small jobs that
 *   travel together (the digit reader), and `…Heavy` jobs of a millisecond or two (16 transformer blocks).
 * - `…Cpu`: the same per time on a core instead of time on the clock: what a lane adds, whatever else the machine does.
 * - `smallJobUs`: what one small job alone costs beyond the run itself, median; `…RestedUs`: when nothing was done for
 *   5 ms before; `channelUs`: a message of its size there and back between two processes that sleep in between.
 * - `idleCpuPct`: of one core, node side and two lanes with models loaded, nothing to do.
 * - `killRestartMs`: from the kill of a lane until a fresh one has done a job.
 * - `verify`: cost of checking a result relative to running the model.
 */
/** Many short rounds: what others do on the machine meets all three alike. */
const ROUNDS = 15;
const SECONDS = 0.5;

const folder = mkdtempSync(join(tmpdir(), 'folkmoot-bench-'));
const out = join(import.meta.dirname, '../out/main');
const pools: Pool[] = [];
const open = async (lanes: number): Promise<Pool> => {
  const pool = new Pool({ spawner: forkSpawner(out), log: console.error, lanes, backoffMs: [1], queue: 100_000 });
  pools.push(pool);
  await pool.start();
  return pool;
};

try {
  const [one, two] = [await open(1), await open(2)];
  const rows: Array<[string, string]> = [];
  const ratios: Record<string, number> = {};
  for (const [suffix, kind] of [
    ['', 'small'],
    ['Heavy', 'heavy'],
  ] as const) {
    const model = await benchModel(kind, folder);
    const raw = await rawSession(model);
    const rates: Record<'raw' | 'oneLane' | 'twoLanes', Rate[]> = { raw: [], oneLane: [], twoLanes: [] };
    for (let round = -1; round < ROUNDS; round++) {
      const seen = {
        raw: await raw.rate(SECONDS),
        oneLane: await poolRate(one, model, SECONDS),
        twoLanes: await poolRate(two, model, SECONDS),
      };
      // The first round warms up.
      if (round >= 0) for (const key of ['raw', 'oneLane', 'twoLanes'] as const) rates[key].push(seen[key]);
    }
    raw.end();
    rows.push([`${kind}: raw session`, `${Math.round(median(rates.raw.map(({ perSecond }) => perSecond)))} runs/s`]);
    for (const key of ['oneLane', 'twoLanes'] as const) {
      const over = (of: (rate: Rate) => number): number =>
        round(median(rates[key].map((rate, at) => of(rate) / of(rates.raw[at] ?? { perSecond: NaN, cpuUs: NaN }))), 3);
      const lanes = key === 'oneLane' ? '1 lane' : '2 lanes';
      ratios[`${key}${suffix}`] = over(({ perSecond }) => perSecond);
      ratios[`${key}${suffix}Cpu`] = over(({ cpuUs }) => 1 / cpuUs);
      rows.push([`${kind}: ${lanes} / raw`, `${ratios[`${key}${suffix}`]}`]);
      rows.push([`${kind}: runs per CPU time / raw`, `${ratios[`${key}${suffix}Cpu`]}`]);
    }
  }
  const small = await benchModel('small', folder);
  const smallJobUs = round(await smallJob(one, small, 3_000), 1);
  const smallJobRestedUs = round(await smallJob(one, small, 1_000, 5), 1);
  const channelUs = round(await bareChannel(small, 3_000), 1);
  const killRestartMs = round(await killRestart(one, small), 1);
  const idleCpuPct = round(await idleCpu(two), 3);
  const verified = await verify();
  rows.push(
    ['overhead of one small job', `${smallJobUs} us`],
    ['the same after 5 ms of rest', `${smallJobRestedUs} us`],
    ['a bare message there and back', `${channelUs} us`],
    ['kill and restart', `${killRestartMs} ms`],
    ['idle, two lanes loaded', `${idleCpuPct} % of a core`],
    ...Object.entries(verified).map(([name, cost]): [string, string] => [`verify: ${name}`, String(cost)]),
  );
  for (const [what, figure] of rows) console.log(`${what.padEnd(32)} ${figure}`);
  console.log(
    JSON.stringify({
      bench: 'compute',
      ...ratios,
      smallJobUs,
      smallJobRestedUs,
      channelUs,
      idleCpuPct,
      killRestartMs,
      verify: verified,
    }),
  );
} finally {
  await Promise.all(pools.map((pool) => pool.stop()));
  rmSync(folder, { recursive: true, force: true });
}

function round(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}
