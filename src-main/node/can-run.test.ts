import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ContainersView } from '../../src-shared/domain/containers.ts';
import type { DeviceId } from '../../src-shared/domain/machine.ts';
import { Pool } from '../compute/pool.ts';
import type { LocalModel } from '../models/catalogue.ts';
import type { Manifest } from '../models/manifest.ts';
import { busyModel } from '../models/samples.ts';
import { Servers } from '../models/servers.ts';
import { cogModel, openaiModel } from '../models/text-models.ts';
import { Settings } from '../store/settings.ts';
import { openStore, type Store } from '../store/open.ts';
import { Readiness } from '../tasks/readiness.ts';
import { hearContainers, lacks, lookFor, SERVER_CODES, type Outside } from './can-run.ts';

const IMAGE = `r8.im/some/model@sha256:${'a'.repeat(64)}`;
const URL = 'http://127.0.0.1:9';
const words = { name: 'Mine', author: 'a', description: '' };
const model = ({ manifest }: { manifest: Manifest }): LocalModel => ({
  digest: manifest.file.digest,
  manifest,
  builtIn: false,
});
const chat = model(openaiModel({ model: 'llama', kind: 'chat', system: '', maxTokens: 16 }, words));
const schema = `0x${'2'.repeat(64)}` as never;
const cog = model(cogModel({ image: IMAGE, schema, prompt: 'prompt', seed: null, constants: {} }, words));
const graph = model(busyModel(64, 2));

let store: Store;
let servers: Servers;
let pool: Pool;
let added: boolean;
let view: ContainersView;
let outside: Outside;
let readiness: Readiness;
beforeEach(() => {
  store = openStore(':memory:');
  servers = new Servers(new Settings(store), (digest, trouble) => {
    if (trouble === null) readiness.there(digest, SERVER_CODES);
    else readiness.gone(digest, trouble);
  });
  pool = new Pool({ spawner: { spawn: vi.fn() as never }, log: () => undefined });
  added = true;
  view = { engine: { state: 'ready', version: '29', trouble: null }, containers: [] };
  const containers = { has: () => added, view: () => view, look: async () => undefined };
  outside = { servers, pool, containers };
  readiness = new Readiness({ lacks: () => null, look: () => undefined, changed: () => undefined });
});
afterEach(() => store.close());

test('a model whose server was removed cannot run, although it is still allowed', () => {
  new Settings(store).set('servers', [{ url: URL, kind: 'openai' }]);
  servers.bind(chat.digest, URL);
  expect(lacks(outside, chat)).toBeNull();
  servers.remove(URL);
  expect(lacks(outside, chat)).toBe('its server was removed');
});

test('a server that is shown as gone is known to be gone, and asked again before work is risked', async () => {
  new Settings(store).set('servers', [{ url: URL, kind: 'openai' }]);
  servers.bind(chat.digest, URL);
  expect((await servers.views())[0]?.state).toBe('gone');
  expect(readiness.of(chat)).toMatchObject({ kind: 'unable', why: expect.stringContaining('cannot be reached') });
  await expect(lookFor(outside, chat)).rejects.toMatchObject({ code: 'SERVER_GONE' });
});

test('a graph needs more memory than work may take: said with the figures, until the limit is raised', () => {
  expect(lacks(outside, graph)).toBeNull();
  const cpu = 'cpu' as DeviceId;
  pool.direct(cpu, { duty: 1, finish: false, memoryBytes: 1024 * 1024 });
  expect(lacks(outside, graph)).toMatch(/needs about \d+ MiB; work may take 1 MiB here$/);
  pool.direct(cpu, { duty: 1, finish: false, memoryBytes: null });
  expect(lacks(outside, graph)).toBeNull();
});

test('a container that is not in the list, Docker that is away, a container that failed and came back', async () => {
  added = false;
  expect(lacks(outside, cog)).toBe('its container is not in the list');
  added = true;
  expect(lacks(outside, cog)).toBeNull();
  const absent = { code: 'DOCKER_ABSENT', message: 'Docker does not answer.' };
  view = { engine: { state: 'absent', version: null, trouble: absent }, containers: [] };
  hearContainers(readiness, outside, [chat, cog]);
  expect(readiness.of(cog)).toMatchObject({ kind: 'unable', why: expect.stringContaining('docker does not answer') });
  expect(readiness.of(chat).kind).toBe('ready');
  await expect(lookFor(outside, cog)).rejects.toMatchObject(absent);
  const container = { image: IMAGE, since: 0, byHand: true, againAt: null, trouble: null };
  const engine = { state: 'ready', version: '29', trouble: null } as const;
  view = { engine, containers: [{ ...container, state: 'ready' }] };
  await expect(lookFor(outside, cog)).resolves.toBeUndefined();
  hearContainers(readiness, outside, [cog]);
  expect(readiness.of(cog).kind).toBe('ready');
  const trouble = { code: 'CONTAINER', message: 'The container stopped working: out of memory.' };
  view = { engine, containers: [{ ...container, state: 'failed', trouble }] };
  hearContainers(readiness, outside, [cog]);
  expect(readiness.of(cog)).toMatchObject({ kind: 'unable', why: expect.stringContaining('out of memory') });
});

test('a graph depends on nothing outside: nothing is looked at', () => {
  expect(lookFor(outside, graph)).toBeUndefined();
});
