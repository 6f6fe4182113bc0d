import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { childEnvironment } from '../../src-main/process/spawner.ts';
import type { Pool } from '../../src-main/compute/pool.ts';
import { median } from './median.ts';
import type { BenchModel } from './model.ts';

/** Microseconds that one job alone takes beyond the time in the runtime. @param pauseMs before each, ms */
export async function smallJob(pool: Pool, model: BenchModel, times: number, pauseMs = 0): Promise<number> {
  const { manifest, modelPath, input } = model;
  const spent: number[] = [];
  for (let index = -times / 10; index < times; index++) {
    if (pauseMs > 0) await setTimeout(pauseMs);
    const start = performance.now();
    const { elapsedMs } = await pool.run({ key: 'small', manifest, modelPath, input, timeoutMs: 60_000 });
    if (index >= 0) spent.push((performance.now() - start - elapsedMs) * 1_000);
  }
  return median(spent);
}

/** Microseconds for a message of that size to a process and back, with nothing in between: what no pool can save. */
export async function bareChannel({ input }: BenchModel, times: number): Promise<number> {
  const child = fork(join(import.meta.dirname, 'echo-process.ts'), [], {
    serialization: 'advanced',
    env: childEnvironment(),
  });
  const spent: number[] = [];
  for (let index = -times / 10; index < times; index++) {
    const start = performance.now();
    child.send({ kind: 'call', id: index, name: 'run', input });
    await once(child, 'message');
    if (index >= 0) spent.push((performance.now() - start) * 1_000);
  }
  child.kill('SIGKILL');
  return median(spent);
}

/** Milliseconds from the kill of a lane until a fresh process has loaded the model and done a job. */
export async function killRestart(pool: Pool, { manifest, modelPath, input }: BenchModel): Promise<number> {
  const took: number[] = [];
  for (let index = 0; index < 7; index++) {
    await pool.run({ key: 'before', manifest, modelPath, input, timeoutMs: 60_000 });
    const start = performance.now();
    pool.killLane();
    // The one that is sent while the process dies fails with it.
    for (let done = false; !done;) {
      done = await pool.run({ key: `after-${index}`, manifest, modelPath, input, timeoutMs: 60_000 }).then(
        () => true,
        () => false,
      );
    }
    took.push(performance.now() - start);
  }
  return median(took);
}
