import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readText, writeText } from '../../models/codec.ts';
import { makeBundle, splitBundle } from '../../models/bundle.ts';
import { cidOf, sha256 } from '../../models/hash.ts';
import { textFolder } from '../../models/text-folder.ts';
import type { MadeModel } from '../../models/text-models.ts';
import type { ModelRef } from '../protocol.ts';
import { testPools, type TestPools } from '../test-pool.ts';
import { classifierFiles, counterFiles, embedderFiles } from '../test-text-model.ts';
import { runtimeCompliance, type Specimen } from './compliance.ts';
import { transformersRuntime } from './transformers.ts';

const words = { name: 'sample', author: '', description: '' };
const classifier = textFolder(classifierFiles(), words);
const embedder = textFolder(embedderFiles(), words);
const counter = textFolder(counterFiles(), words);
const prompt = (text: string): Uint8Array => writeText(text, 4_096);
const floats = (bytes: Uint8Array): number[] => [...new Float32Array(bytes.slice().buffer)];
let folder = '';
let world: TestPools;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'folkmoot-text-'));
  world = await testPools('text');
}, 120_000);
afterAll(async () => {
  await world.clean();
  await rm(folder, { recursive: true });
});

async function refOf({ manifest, bytes }: MadeModel, file = 'model'): Promise<ModelRef> {
  const { name, inputs, outputs, runtime } = manifest;
  const path = join(folder, file);
  await writeFile(path, bytes);
  return {
    name,
    path,
    digest: sha256(bytes),
    bytes: bytes.length,
    inputs,
    outputs,
    optimise: 'basic',
    runtime,
    memoryBytes: 1,
  };
}

/** The counter with as many tokens as there may be: long enough to be cancelled in the middle on any machine. */
function endless(): MadeModel {
  const { header, files } = splitBundle(counter.bytes);
  const transformers = { ...header, maxTokens: 4_096 };
  const bytes = makeBundle(transformers, files);
  const digest = sha256(bytes);
  const file = { ...counter.manifest.file, digest, cid: cidOf(digest), bytes: bytes.length };
  return { bytes, manifest: { ...counter.manifest, transformers, file } as MadeModel['manifest'] };
}

runtimeCompliance('transformers', async (): Promise<Specimen> => {
  const model = await refOf(counter, 'counter');
  const other = join(folder, 'changed');
  await writeFile(other, counter.bytes.with(counter.bytes.length - 1, 255));
  return {
    runtime: transformersRuntime(folder),
    model,
    changed: { ...model, path: other },
    input: prompt('one'),
    right: (output) => readText(output).trim() === 'two three four',
    // Between two tokens nothing is heard in the same process without a pause: the pool kills.
    endless: null,
    progress: true,
  };
});

describe('text models in a lane', () => {
  it('classify, embed and write, from their bundle alone, and leave nothing behind', async () => {
    const scratch = join(folder, 'scratch');
    const pool = await world.open({ scratch });
    const run = async (name: string, made: MadeModel, text: string): Promise<Uint8Array> => {
      const model = await world.model(name, made);
      return (await pool.run({ key: text, ...model, input: prompt(text), timeoutMs: 120_000 })).output;
    };
    const [bad, good] = floats(await run('classifier', classifier, 'good day'));
    expect(good).toBeGreaterThan(0.8);
    expect(bad! + good!).toBeCloseTo(1, 5);
    const vector = floats(await run('embedder', embedder, 'one two'));
    expect(vector).toHaveLength(4);
    expect(vector.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 5);
    expect(readText(await run('counter', counter, 'two')).trim()).toBe('three four');
    expect(pool.status()).toMatchObject([{ id: 'cpu-0', provider: 'cpu', done: 3, failed: 0 }]);
    await pool.stop();
    expect(await readdir(folder)).not.toContain('scratch');
  }, 120_000);

  it('endless writing ends when it is cancelled', async () => {
    const pool = await world.open();
    const model = await world.model('endless', endless());
    const cancel = new AbortController();
    const run = pool.run({
      key: 'endless',
      ...model,
      input: prompt('day'),
      timeoutMs: 120_000,
      signal: cancel.signal,
      onProgress: () => cancel.abort(),
    });
    await expect(run).rejects.toThrow(expect.objectContaining({ code: 'CANCELLED' }));
  }, 120_000);

  it('a bundle with a changed file, a program or a foreign operator is refused', async () => {
    const files = classifierFiles();
    expect(() => textFolder([...files, { path: 'x.onnx', bytes: new Uint8Array(3) }], words)).not.toThrow();
    expect(() =>
      textFolder(
        files.map((file) => (file.path.endsWith('.onnx') ? { ...file, bytes: new Uint8Array(3) } : file)),
        words,
      ),
    ).toThrow(expect.objectContaining({ code: 'ONNX_FORMAT' }));
    expect(() =>
      textFolder(
        files.filter(({ path }) => path !== 'config.json'),
        words,
      ),
    ).toThrow(expect.objectContaining({ code: 'MODEL_FOLDER' }));
  });
});
