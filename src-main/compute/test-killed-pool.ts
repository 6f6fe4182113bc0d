import { forkSpawner } from '../process/spawner.ts';
import { Pool } from './pool.ts';
import { jobOf, type TestModel } from './test-pool.ts';

/** For tests only, as a program of its own: begins a job in steps and kills itself, as the system would, after some of them. */
export interface KilledPool {
  readonly entries: string;
  readonly scratch: string;
  readonly checkpoints: string;
  readonly model: TestModel;
  readonly count: number;
  readonly dieAt: number;
}

const { entries, scratch, checkpoints, model, count, dieAt } = JSON.parse(process.argv[2] ?? '') as KilledPool;
const pool = new Pool({ spawner: forkSpawner(entries), log: () => undefined, scratch, checkpoints });
await pool.start();
const onCheckpoint = ({ step }: { readonly step: number }): void => {
  if (step === dieAt) process.kill(process.pid, 'SIGKILL');
};
await pool.run(
  jobOf(model, 'long', [100], { steps: { count, every: 10, feed: [{ output: 'y', input: 'x' }], onCheckpoint } }),
);
