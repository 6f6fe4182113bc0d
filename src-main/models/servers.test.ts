import { afterEach, beforeEach, expect, test } from 'vitest';
import { cogTestServer, openaiTestServer, type TestServer } from '../compute/servers/test-servers.ts';
import { openStore, type Store } from '../store/open.ts';
import { Settings } from '../store/settings.ts';
import { Servers } from './servers.ts';
import type { Digest } from '../../src-shared/domain/ids.ts';

const code = (value: string): object => expect.objectContaining({ code: value });
const MODEL = `0x${'a'.repeat(64)}` as Digest;
let store: Store;
let servers: Servers;
let openai: TestServer;
let cog: TestServer;
beforeEach(async () => {
  store = openStore(':memory:');
  servers = new Servers(new Settings(store));
  [openai, cog] = [await openaiTestServer(), await cogTestServer()];
});
afterEach(async () => {
  store.close();
  await Promise.all([openai.close(), cog.close()]);
});

test('servers are asked what they have when they are added and each time they are shown', async () => {
  expect(await servers.add(`${openai.url}/`, 'openai')).toMatchObject({
    url: openai.url,
    state: 'reachable',
    models: ['model-a', 'model-b'],
  });
  expect(await servers.add(cog.url, 'cog')).toMatchObject({ kind: 'cog', detail: 'ready; takes prompt, seed, steps' });
  await cog.close();
  expect(await servers.views()).toMatchObject([{ state: 'reachable' }, { url: cog.url, state: 'gone', models: [] }]);
  cog = await cogTestServer();
});

test('which server has a model is remembered, and forgotten with the server', async () => {
  await servers.add(openai.url, 'openai');
  servers.bind(MODEL, openai.url);
  expect(servers.of(MODEL)).toBe(openai.url);
  expect(servers.get(openai.url)).toEqual({ url: openai.url, kind: 'openai' });
  servers.remove(openai.url);
  expect(servers.of(MODEL)).toBeUndefined();
  expect(() => servers.get(openai.url)).toThrow(code('SERVER_UNKNOWN'));
});

test('nothing outside this computer and its network is asked', async () => {
  await expect(servers.add('http://8.8.8.8', 'openai')).rejects.toThrow(code('SERVER_ADDRESS'));
  await expect(servers.add('http://127.0.0.1:1', 'openai')).rejects.toThrow(code('SERVER_GONE'));
  expect(await servers.views()).toEqual([]);
});
