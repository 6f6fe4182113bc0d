import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Manifest } from '../models/manifest.ts';
import { GraphBuilder } from '../models/onnx/graph.ts';
import { writeModel } from '../models/onnx/write.ts';
import { sampleManifest } from '../models/samples.ts';
import type { TensorSpec } from '../models/tensors.ts';
import { forkSpawner, type Child, type ProcessEntry, type Spawner } from '../process/spawner.ts';
import { builtEntries } from '../process/test-build.ts';
import type { Job } from './job.ts';
import { Pool, type PoolOptions } from './pool.ts';

/** For tests only: a model in a file. */
export interface TestModel {
  readonly manifest: Manifest;
  readonly modelPath: string;
}

/** For tests only: pools with real processes, and a folder of models; all gone with `clean`. */
export interface TestPools {
  readonly folder: string;
  readonly spawner: Spawner;
  /** Every process that was started. */
  readonly children: Child[];
  open(more?: Partial<PoolOptions>): Promise<Pool>;
  model(name: string, made: { bytes: Uint8Array; manifest: Manifest }): Promise<TestModel>;
  close(): Promise<void>;
  clean(): Promise<void>;
}

export async function testPools(...entries: readonly ProcessEntry[]): Promise<TestPools> {
  const built = forkSpawner(await builtEntries('worker', ...entries));
  const folder = await mkdtemp(join(tmpdir(), 'folkmoot-pool-'));
  const pools: Pool[] = [];
  const children: Child[] = [];
  const spawner: Spawner = {
    spawn: (entry, options) => {
      const child = built.spawn(entry, options);
      children.push(child);
      return child;
    },
  };
  const close = async (): Promise<void> => {
    await Promise.all(pools.splice(0).map((pool) => pool.stop()));
    children.length = 0;
  };
  return {
    folder,
    spawner,
    children,
    open: async (more = {}) => {
      const pool = new Pool({ spawner, log: () => undefined, backoffMs: [1], ...more });
      pools.push(pool);
      await pool.start();
      return pool;
    },
    model: async (name, { bytes, manifest }) => {
      const modelPath = join(folder, `${name}.onnx`);
      await writeFile(modelPath, bytes);
      return { manifest, modelPath };
    },
    close,
    clean: async () => {
      await close();
      await rm(folder, { recursive: true });
    },
  };
}

/** Resolves as soon as it holds; asked at every change of the pool's state. */
export async function until(pool: Pool, holds: () => boolean): Promise<void> {
  await new Promise<void>((resolve) => {
    const check = (): void => void (holds() && (end(), resolve()));
    const end = pool.onStatus(check);
    check();
  });
}

export function jobOf(model: TestModel, key: string, values: readonly number[], more: Partial<Job> = {}): Job {
  const input = new Uint8Array(Float32Array.from(values).buffer);
  return { key, ...model, input, timeoutMs: 600_000, ...more };
}

export function floats(bytes: Uint8Array): number[] {
  return [...new Float32Array(bytes.slice().buffer)];
}

/** y = x + 1, after `work` products of a 256 x 256 matrix that change nothing. */
export function countingModel(work = 0): { bytes: Uint8Array; manifest: Manifest } {
  const graph = new GraphBuilder('counting');
  const x: TensorSpec = { name: 'x', dtype: 'float32', shape: [1] };
  const y: TensorSpec = { name: 'y', dtype: 'float32', shape: [1] };
  let idle = graph.op('Mul', ['x', graph.op('ConstantOfShape', [graph.constant('int64', [2], [256, 256])])]);
  for (let index = 0; index < work; index++) idle = graph.op('MatMul', [idle, idle]);
  const zero = graph.op('ReduceSum', [idle, graph.constant('int64', [2], [0, 1])], { keepdims: 0 });
  graph.op('Add', [graph.op('Add', ['x', graph.constant('float32', [], [1])]), zero], {}, 'y');
  const bytes = writeModel(graph.build([x], [y]));
  return { bytes, manifest: sampleManifest(bytes, [x], [y]) };
}
