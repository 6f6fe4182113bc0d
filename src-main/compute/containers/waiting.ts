import { ComputeError } from '../job.ts';

/** A pause that can be cut short, and ends with a signal. Never rejects. */
export class Pause {
  readonly over: Promise<void>;
  cut: () => void = () => undefined;

  constructor(ms: number, signal: AbortSignal) {
    this.over = new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      // A pause keeps no process alive that wants to end.
      timer.unref();
      signal.addEventListener('abort', end, { once: true });
      this.cut = end;
      if (signal.aborted) end();
    });
  }
}

/** @throws what `late` makes after `ms`; ComputeError `CANCELLED` with the signal */
export async function waitFor<T>(
  promise: Promise<T>,
  ms: number,
  late: () => Error,
  signal: AbortSignal | undefined,
): Promise<T> {
  const cancelled = (): ComputeError => new ComputeError('CANCELLED', 'The job was cancelled.');
  if (signal?.aborted) {
    promise.catch(() => undefined);
    throw cancelled();
  }
  let end = (): void => undefined;
  const other = new Promise<never>((_, reject) => {
    const timer = setTimeout(() => reject(late()), ms);
    const abort = (): void => reject(cancelled());
    signal?.addEventListener('abort', abort, { once: true });
    end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    };
  });
  try {
    return await Promise.race([promise, other]);
  } finally {
    end();
  }
}
