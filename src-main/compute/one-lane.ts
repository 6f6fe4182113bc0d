import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Provider } from '../../src-shared/domain/machine.ts';
import type { Log } from '../log.ts';
import { wireBytes } from '../models/tensors.ts';
import type { Spawner } from '../process/spawner.ts';
import { Lane } from './lane.ts';
import type { ModelRef } from './protocol.ts';

export interface OneLaneOptions {
  readonly spawner: Spawner;
  readonly log: Log;
  /** Folder for files and processes; a temporary one when absent. */
  readonly scratch?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface OneLane {
  /** For files of the caller's. */
  readonly folder: string;
  /** Inputs of one message; outputs one after the other. */
  run(
    model: ModelRef,
    inputs: readonly Uint8Array[],
    timeoutMs: number,
  ): Promise<{ readonly output: Uint8Array; readonly elapsedMs: Float64Array }>;
}

const MEBIBYTE = 1024 * 1024;

/** A process of its own beside the pool, for trials and tests; ended and cleared away afterwards, whatever happens. */
export async function withLane<T>(
  options: OneLaneOptions & {
    readonly provider: Provider;
    readonly index: number | null;
    readonly note?: (text: string) => void;
  },
  work: (lane: OneLane) => Promise<T>,
): Promise<T> {
  const { spawner, log, env, provider, index, note, scratch = tmpdir() } = options;
  const folder = join(scratch, `folkmoot-lane-${randomBytes(8).toString('hex')}`);
  const ignore = (): void => undefined;
  const lane = new Lane(
    {
      spawner,
      log,
      entry: 'worker',
      scratch: join(folder, 'lane'),
      providers: [provider],
      index,
      bounds: { memoryBytes: 4_096 * MEBIBYTE, sessionBytes: 512 * MEBIBYTE },
      idleMs: 60_000,
      backoffMs: [1],
      ...(env === undefined ? {} : { env }),
    },
    { changed: ignore, progress: ignore, checkpoint: ignore, note: note ?? ignore },
  );
  try {
    await mkdir(folder, { recursive: true });
    return await work({
      folder,
      run: async (model, inputs, timeoutMs) => {
        const call = { method: 'run', count: inputs.length, input: Buffer.concat(inputs) } as const;
        const { output, elapsedMs } = await lane.run(model, call, timeoutMs);
        return { output: lane.open(output, wireBytes(model.outputs) * inputs.length), elapsedMs };
      },
    });
  } finally {
    await lane.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
