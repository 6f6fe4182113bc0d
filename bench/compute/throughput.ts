import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Pool } from '../../src-main/compute/pool.ts';
import type { BenchModel } from './model.ts';

/** Jobs that wait at any time: enough that lanes never wait for work. */
const AHEAD = 600;

export interface RawSession {
  /** Runs per second. */
  rate(seconds: number): Promise<number>;
  end(): void;
}

/** One session as a program without a pool would use it: a tensor in, bytes out, again and again. */
export async function rawSession({ bytes, input, manifest }: BenchModel): Promise<RawSession> {
  const child = fork(join(import.meta.dirname, 'raw-process.ts'), [], { serialization: 'advanced' });
  const ask = async (message: object): Promise<number> => {
    child.send(message);
    const [answer] = (await once(child, 'message')) as [number];
    return answer;
  };
  await ask({ load: { bytes, input, from: manifest.inputs[0], to: manifest.outputs[0] } });
  return { rate: (seconds) => ask({ rate: seconds }), end: () => void child.kill('SIGKILL') };
}

export async function poolRate(
  pool: Pool,
  { manifest, modelPath, input }: BenchModel,
  seconds: number,
): Promise<number> {
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
  return (done * 1_000) / (performance.now() - start);
}
