import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Pool } from '../../src-main/compute/pool.ts';
import { modelRef } from '../../src-main/compute/ticket.ts';
import { childEnvironment } from '../../src-main/process/spawner.ts';
import type { BenchModel } from './model.ts';
import type { Rate } from './rate.ts';

/** Jobs that wait at any time: enough that lanes never wait for work. */
const AHEAD = 600;
const TICKS_PER_SECOND = 100;

export interface RawSession {
  rate(seconds: number): Promise<Rate>;
  end(): void;
}

/** One session as a program without a pool would use it: a tensor in, bytes out, again and again. */
export async function rawSession({ bytes, input, manifest, modelPath }: BenchModel): Promise<RawSession> {
  const child = fork(join(import.meta.dirname, 'raw-process.ts'), [], {
    serialization: 'advanced',
    env: childEnvironment(),
  });
  const ask = async (message: object): Promise<Rate> => {
    child.send(message);
    const [answer] = (await once(child, 'message')) as [Rate];
    return answer;
  };
  const { optimise } = modelRef(manifest, modelPath, undefined, undefined);
  await ask({ load: { bytes, input, from: manifest.inputs[0], to: manifest.outputs[0], optimise } });
  return { rate: (seconds) => ask({ rate: seconds }), end: () => void child.kill('SIGKILL') };
}

export async function poolRate(pool: Pool, { manifest, modelPath, input }: BenchModel, seconds: number): Promise<Rate> {
  const before = cpuUs(pool);
  let done = 0;
  let next = 0;
  const start = performance.now();
  const end = start + seconds * 1_000;
  const worker = async (): Promise<void> => {
    while (performance.now() < end) {
      await pool.run({ key: `bench-${next++}`, manifest, modelPath, input, timeoutMs: 60_000 });
      done++;
    }
  };
  await Promise.all(Array.from({ length: AHEAD }, worker));
  return { perSecond: (done * 1_000) / (performance.now() - start), cpuUs: (cpuUs(pool) - before) / done };
}

/** Of all lanes, since they were started. */
function cpuUs(pool: Pool): number {
  const pids = pool.status().flatMap(({ pid }) => (pid === null ? [] : [pid]));
  return pids.reduce((sum, pid) => sum + ticks(pid) * (1_000_000 / TICKS_PER_SECOND), 0);
}

function ticks(pid: number): number {
  try {
    // Fields 14 and 15 (utime, stime) of proc(5), counted behind the name in parentheses.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return Number(fields[11]) + Number(fields[12]);
  } catch {
    return Number.NaN;
  }
}
