import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Digest } from '../../src-shared/domain/ids.ts';
import type { IndexRows } from '../chain/index-rows.ts';
import { mlp } from '../compute/graphs/mlp.ts';
import { cogTestServer } from '../compute/servers/test-servers.ts';
import { classifierFiles } from '../compute/test-text-model.ts';
import type { BundledFile } from '../models/bundle.ts';
import { Catalogue } from '../models/catalogue.ts';
import { ModelLibrary, type LibraryModel } from '../models/library.ts';
import { Servers } from '../models/servers.ts';
import { openStore, type Store } from '../store/open.ts';
import { Settings } from '../store/settings.ts';
import { Readiness } from '../tasks/readiness.ts';
import { modelCalls } from './model-calls.ts';
import type { NetworkParts } from './network-parts.ts';
import type { Runtime } from './runtime.ts';
import { Uploads } from './uploads.ts';

const BUILT_IN = join(import.meta.dirname, '../../resources/models');
const code = (value: string): object => expect.objectContaining({ code: value });
const graph = mlp().bytes;
const words = { name: 'Mine', description: '' };
let folder: string;
let store: Store;
let uploads: Uploads;
let library: ModelLibrary;
let catalogue: Catalogue;
let servers: Servers;
let readiness: Readiness;
let models: LibraryModel[];
let busy: boolean;
let calls: ReturnType<typeof modelCalls>;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'folkmoot-model-calls-'));
  store = openStore(':memory:');
  uploads = new Uploads();
  library = new ModelLibrary({ builtIn: BUILT_IN, folder, log: () => undefined });
  const nothing = { modelByDigest: () => undefined, model: () => undefined } as unknown as IndexRows;
  catalogue = new Catalogue(store, () => models, nothing, false);
  servers = new Servers(new Settings(store));
  readiness = new Readiness({ lacks: () => null, look: () => undefined, changed: () => undefined });
  models = await library.list();
  busy = false;
  // Everything that these calls touch is real but the lanes, the market and the wallet.
  const runtime = {
    wallet: { view: () => ({ address: '0x00000000000000000000000000000000000000aa' }) },
    pool: { uses: () => busy },
    library,
    uploads,
    modelsChanged: vi.fn(),
    reloadModels: async () => void (models = await library.list()),
  } as unknown as Runtime;
  const parts = { catalogue, servers, readiness, tasks: { works: { uses: () => false } } } as unknown as NetworkParts;
  calls = modelCalls(runtime, () => parts);
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

const hand = (bytes: Uint8Array): string => {
  const id = uploads.begin(bytes.length);
  uploads.append(id, Buffer.from(bytes).toString('base64'));
  return id;
};
const handAll = (files: readonly BundledFile[]): Array<{ path: string; upload: string }> =>
  files.map(({ path, bytes }) => ({ path, upload: hand(bytes) }));
const named = (name: string): Digest => models.find(({ manifest }) => manifest.name === name)!.digest;

test('a file is looked into before it is added, and stays to be added', async () => {
  const upload = hand(graph);
  const seen = await calls['models.inspect']({ upload });
  expect(seen).toMatchObject({ problems: [], inputs: [expect.stringContaining('float32[')] });
  expect(seen.parameters).toBeGreaterThan(100);
  const { digest } = await calls['models.addFolder']({ files: [{ path: 'model.onnx', upload }], ...words });
  expect(models.map((model) => model.digest)).toContain(digest);
  await expect(calls['models.inspect']({ upload })).rejects.toEqual(code('UPLOAD_UNKNOWN'));
});

test('a folder shows the same as its graph alone; one that lacks something is refused with what it lacks', async () => {
  const alone = await calls['models.inspect']({ upload: hand(graph) });
  const files = handAll([{ path: 'export/model.onnx', bytes: graph }]);
  expect(await calls['models.inspect']({ files })).toEqual(alone);
  const two = handAll([
    { path: 'a.onnx', bytes: graph },
    { path: 'b.onnx', bytes: graph },
  ]);
  await expect(calls['models.inspect']({ files: two })).rejects.toEqual(code('MODEL_FOLDER'));
  const outside = [{ path: '../model.onnx', upload: hand(graph) }];
  await expect(calls['models.inspect']({ files: outside })).rejects.toThrow();
  await expect(calls['models.addFolder']({ files: outside, ...words })).rejects.toThrow();
});

test('a text model may have open shapes; what its folder lacks is a problem that is told before it is added', async () => {
  const files = classifierFiles();
  expect(await calls['models.inspect']({ files: handAll(files) })).toMatchObject({ problems: [] });
  const without = files.filter(({ path }) => path !== 'config.json');
  expect(await calls['models.inspect']({ files: handAll(without) })).toMatchObject({
    problems: [expect.stringContaining('config.json')],
  });
  const bare = files.filter(({ path }) => !path.endsWith('.onnx'));
  await expect(calls['models.inspect']({ files: handAll(bare) })).rejects.toEqual(code('MODEL_FOLDER'));
  const { digest } = await calls['models.addFolder']({ files: handAll(files), ...words });
  expect((await calls['models.inspect']({ digest })).ops.length).toBeGreaterThan(0);
});

test('models of this machine show what is in them, unless there is nothing to look into', async () => {
  const digest = named('Digit reader');
  const shipped = readFileSync(join(BUILT_IN, 'digit-reader/model.onnx'));
  expect(await calls['models.inspect']({ digest })).toEqual(await calls['models.inspect']({ upload: hand(shipped) }));
  const unknown = `0x${'1'.repeat(64)}` as Digest;
  await expect(calls['models.inspect']({ digest: unknown })).rejects.toEqual(code('MODEL_UNKNOWN'));
  const cog = await cogTestServer();
  try {
    await calls['models.addServer']({ url: cog.url, kind: 'cog' });
    const served = await calls['models.addFromServer']({ url: cog.url, model: '', name: 'Prompted' });
    await expect(calls['models.inspect']({ digest: served.digest })).rejects.toEqual(code('MODEL_NO_GRAPH'));
  } finally {
    await cog.close();
  }
});

test('what ships stays, what is worked with stays, the rest goes with what was allowed', async () => {
  await expect(calls['models.remove']({ digest: named('Digit reader') })).rejects.toEqual(code('MODEL_BUILT_IN'));
  const { digest } = await calls['models.addFolder']({ files: handAll([{ path: 'm.onnx', bytes: graph }]), ...words });
  catalogue.setPreference(digest, { optedIn: true });
  busy = true;
  await expect(calls['models.remove']({ digest })).rejects.toEqual(code('MODEL_IN_USE'));
  expect(await library.get(digest)).toBeDefined();
  busy = false;
  await calls['models.remove']({ digest });
  expect(await library.get(digest)).toBeUndefined();
  await calls['models.addFolder']({ files: handAll([{ path: 'm.onnx', bytes: graph }]), ...words });
  expect(catalogue.views().find((view) => view.digest === digest)).toMatchObject({ optedIn: false });
});
