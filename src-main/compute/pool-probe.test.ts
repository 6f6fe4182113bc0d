import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sampleManifest } from '../models/samples.ts';
import type { Manifest } from '../models/manifest.ts';
import { forkSpawner } from '../process/spawner.ts';
import { builtEntries } from '../process/test-build.ts';
import { mlp } from './graphs/mlp.ts';
import { Pool } from './pool.ts';

let pool: Pool;
let folder = '';
let manifest: Manifest;
const graph = mlp();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'folkmoot-probe-'));
  await writeFile(join(folder, 'mlp.onnx'), graph.bytes);
  manifest = sampleManifest(graph.bytes, graph.inputs, graph.outputs, {
    verification: { kind: 'tolerance', atol: 1e-4, rtol: 0 },
  });
  pool = new Pool({ spawner: forkSpawner(await builtEntries('worker')), log: () => undefined });
  await pool.start();
});
afterAll(async () => {
  await pool.stop();
  await rm(folder, { recursive: true });
});
const probe = (tensors: readonly string[] | 'all') =>
  pool.probe({
    key: 'p',
    manifest,
    modelPath: join(folder, 'mlp.onnx'),
    input: graph.input,
    tensors,
    timeoutMs: 60_000,
  });

it('gives the values inside a graph, in the order asked for, and its outputs as well', async () => {
  const { tensors } = await probe('all');
  expect(tensors.map(({ name, dtype, shape }) => [name, dtype, ...shape])).toEqual([
    [tensors[0]!.name, 'float32', 16, 256],
    [tensors[1]!.name, 'float32', 16, 256],
    ['y', 'float32', 16, 10],
  ]);
  const relu = new Float32Array(tensors[1]!.bytes.slice().buffer);
  const sum = new Float32Array(tensors[0]!.bytes.slice().buffer);
  expect(relu).toEqual(sum.map((value) => Math.max(0, value)));
  const { output } = await pool.run({
    key: 'r',
    manifest,
    modelPath: join(folder, 'mlp.onnx'),
    input: graph.input,
    timeoutMs: 60_000,
    optimise: 'disabled',
  });
  expect(tensors[2]!.bytes).toEqual(output);
  const some = await probe(['y', tensors[0]!.name]);
  expect(some.tensors.map(({ name }) => name)).toEqual(['y', tensors[0]!.name]);
});

it('refuses a name that no node makes', async () => {
  await expect(probe(['nowhere'])).rejects.toThrow(expect.objectContaining({ code: 'MODEL_REFUSED' }));
});
