import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ModelLibrary } from './library.ts';
import { manifestDigest } from './manifest.ts';
import { readModel } from './onnx/read.ts';
import { writeModel } from './onnx/write.ts';
import { doublingModel, sampleManifest } from './samples.ts';

const builtIn = join(import.meta.dirname, '../../resources/models');
const code = (value: string): object => expect.objectContaining({ code: value });

describe('model library', () => {
  let profile = '';
  let folder = '';
  let lines: string[] = [];
  const library = (more: object = {}): ModelLibrary =>
    new ModelLibrary({ builtIn, folder, log: (line) => lines.push(line), ...more });

  beforeEach(async () => {
    profile = await mkdtemp(join(tmpdir(), 'folkmoot-models-'));
    folder = join(profile, 'models');
    lines = [];
  });
  afterEach(() => rm(profile, { recursive: true }));

  it('has the built-in models before anything was added', async () => {
    const models = await library().list();
    expect(models.map((model) => [model.manifest.name, model.builtIn])).toEqual([
      ['Digit reader', true],
      ['Language guesser', true],
      ['Number odds', true],
    ]);
    for (const model of models) expect(await library().pathOf(model.digest)).toBe(model.path);
    expect(lines).toEqual([]);
  });

  it('adds a model of the person, from bytes or from a file, and finds it again in a new library', async () => {
    const { bytes } = doublingModel(4);
    const added = await library().add(bytes, { name: 'Doubling' });
    expect(added.manifest).toMatchObject({
      name: 'Doubling',
      verification: { kind: 'tolerance' },
      inputs: [{ name: 'x', shape: [4] }],
    });
    const file = join(profile, 'own.onnx');
    await writeFile(file, bytes);
    expect((await library().add(file, { name: 'Doubling' })).digest).toBe(added.digest);
    expect(await library().get(added.digest)).toEqual(added);
    expect(await library().pathOf(added.digest)).toBe(added.path);
    expect(await readdir(folder)).toEqual([added.digest.slice(2)]);
  });

  it('adds the same model many times at once and keeps one', async () => {
    const own = library();
    await Promise.all(Array.from({ length: 8 }, () => own.add(doublingModel(4).bytes, { name: 'Doubling' })));
    expect((await readdir(folder)).length).toBe(1);
  });

  it('refuses what it cannot vouch for, with reasons, and leaves nothing behind', async () => {
    const model = readModel(doublingModel(4).bytes);
    const graph = model.graph!;
    const open = {
      ...graph,
      inputs: [{ name: 'x', type: { tensor: { elemType: 1, shape: { dims: [{ param: 'N' }] } } } }],
    };
    await expect(library().add(new Uint8Array([1, 2, 3]), { name: 'x' })).rejects.toThrow(code('ONNX_FORMAT'));
    await expect(library().add(writeModel({ ...model, graph: open }), { name: 'x' })).rejects.toThrow(
      /“x” is not fixed: \[N\]/,
    );
    await expect(library().add(writeModel({ ...model, ir: 11 }), { name: 'x' })).rejects.toThrow(code('MODEL_REFUSED'));
    await expect(library().add(doublingModel(4).bytes, { name: '' })).rejects.toThrow(code('MANIFEST'));
    expect(await readdir(folder).catch(() => [])).toEqual([]);
  });

  it('notices a file that was changed after it was added', async () => {
    const added = await library().add(doublingModel(4).bytes, { name: 'Doubling' });
    await writeFile(added.path, doublingModel(5).bytes);
    await expect(library().pathOf(added.digest)).rejects.toThrow(code('MODEL_CHANGED'));
    await rm(added.path);
    await expect(library().pathOf(added.digest)).rejects.toThrow(code('MODEL_CHANGED'));
  });

  it('leaves out folders that were tampered with, says so, and sweeps what a crash left', async () => {
    const added = await library().add(doublingModel(4).bytes, { name: 'Doubling' });
    await writeFile(
      join(folder, added.digest.slice(2), 'manifest.json'),
      JSON.stringify({ ...added.manifest, name: 'Tripling' }),
    );
    await mkdir(join(folder, 'stray'));
    await mkdir(join(folder, '.adding-123'));
    expect((await library().list()).length).toBe(3);
    expect(lines.length).toBe(2);
    await library().add(doublingModel(5).bytes, { name: 'Other' });
    expect(await readdir(folder)).not.toContain('.adding-123');
  });

  it('takes a published model only with its own bytes and its own ends', async () => {
    const { bytes, manifest } = doublingModel(4);
    await expect(library().addPublished(manifest, doublingModel(5).bytes)).rejects.toThrow(code('MODEL_CHANGED'));
    const lying = { ...manifest, outputs: [{ name: 'z', dtype: 'float32' as const, shape: [4] }] };
    await expect(library().addPublished(lying, bytes)).rejects.toThrow(/no “z”/);
    expect((await library().addPublished(manifest, bytes)).digest).toBe(manifestDigest(manifest));
  });

  it('takes a published model only with the shapes of its graph; what the graph leaves open the manifest may fix', async () => {
    const dims = [{ param: 'N' }, { value: 3 }];
    const ends = (shape?: { dims: typeof dims }): object[] =>
      ['x', 'y'].map((name) => ({ name, type: { tensor: { elemType: 1, ...(shape && { shape }) } } }));
    const tried = (shape: readonly number[], given?: { dims: typeof dims }): Promise<unknown> => {
      const [inputs, outputs] = ends(given).map((end) => [end]);
      const bytes = writeModel({
        ir: 10,
        opsets: [{ domain: '', version: 21 }],
        graph: { nodes: [{ op: 'Neg', inputs: ['x'], outputs: ['y'] }], ...({ inputs, outputs } as object) },
      });
      const spec = (name: string) => ({ name, dtype: 'float32' as const, shape });
      return library().addPublished(sampleManifest(bytes, [spec('x')], [spec('y')]), bytes);
    };
    await tried([7, 3], { dims });
    await tried([7, 3, 2]);
    for (const wrong of [[7, 4], [7, 3, 1], [3], [21]])
      await expect(tried(wrong, { dims })).rejects.toThrow(/“x” is \[N, 3\] in the graph, not \[/);
  });

  it('keeps its limits', async () => {
    await library({ maxModels: 1 }).add(doublingModel(4).bytes, { name: 'a' });
    await expect(library({ maxModels: 1 }).add(doublingModel(5).bytes, { name: 'b' })).rejects.toThrow(
      code('MODELS_FULL'),
    );
    await expect(library({ maxBytes: 10 }).add(doublingModel(5).bytes, { name: 'b' })).rejects.toThrow(
      code('MODELS_FULL'),
    );
  });

  it('removes own models only', async () => {
    const added = await library().add(doublingModel(4).bytes, { name: 'a' });
    const [first] = await library().list();
    expect(await library().remove(first!.digest)).toBe(false);
    expect(await library().remove(added.digest)).toBe(true);
    await expect(library().pathOf(added.digest)).rejects.toThrow(code('MODEL_UNKNOWN'));
  });
});
