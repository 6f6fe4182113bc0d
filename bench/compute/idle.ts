import { readFileSync } from 'node:fs';
import type { Pool } from '../../src-main/compute/pool.ts';

const IDLE_MS = 20_000;

/** Share of a core in per cent that this process and the lanes take while there is nothing to do. NaN off Linux. */
export async function idleCpu(pool: Pool): Promise<number> {
  const lanes = pool.status().flatMap(({ pid }) => (pid === null ? [] : [pid]));
  if (lanes.length < 2) throw new Error('both lanes should have models loaded');
  const before = [process.pid, ...lanes].map(cpuMs);
  const start = performance.now();
  await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
  const spent = [process.pid, ...lanes].map((pid, at) => cpuMs(pid) - (before[at] ?? 0));
  return (spent.reduce((sum, ms) => sum + ms, 0) / (performance.now() - start)) * 100;
}

/** Nanoseconds on a core are exact here; /proc/pid/stat counts only hundredths of a second. */
function cpuMs(pid: number): number {
  try {
    const [spent] = readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ');
    return Number(spent) / 1e6;
  } catch {
    return Number.NaN;
  }
}
