import { fork } from 'node:child_process';
import { join } from 'node:path';

/**
 * Does something while a core is kept from falling asleep: a virtual one takes longer to wake up than a small job takes,
 * and that says nothing about the pool.
 */
export async function awake<T>(work: () => Promise<T>): Promise<T> {
  const child = fork(join(import.meta.dirname, 'awake-process.ts'));
  try {
    return await work();
  } finally {
    child.kill('SIGKILL');
  }
}
