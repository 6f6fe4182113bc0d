import { afterAll, beforeAll, expect, it } from 'vitest';
import { readText, writeText } from '../models/codec.ts';
import { openaiModel } from '../models/text-models.ts';
import type { Job } from './job.ts';
import { openaiTestServer, type TestServer } from './servers/test-servers.ts';
import { testPools, until, type TestModel, type TestPools } from './test-pool.ts';

const code = (value: string): object => expect.objectContaining({ code: value });

let world: TestPools;
let server: TestServer;
let model: TestModel;
beforeAll(async () => {
  world = await testPools('caller');
  server = await openaiTestServer();
  const openai = { model: 'model-a', kind: 'chat', system: '', maxTokens: 8 } as const;
  model = await world.model('chat', openaiModel(openai, { name: 'Chat', author: '', description: '' }));
});
afterAll(async () => {
  await world.clean();
  await server.close();
});
const ask = (text: string, more: Partial<Job> = {}): Job => ({
  key: text,
  ...model,
  server: server.url,
  input: writeText(text, 8_192),
  timeoutMs: 60_000,
  ...more,
});

it('asks a server in a process that has the network and nothing else; told how far it is, and cancelled in the middle', async () => {
  const pool = await world.open();
  expect(pool.status().map(({ id }) => id)).toEqual(['cpu-0']);
  const shares: number[] = [];
  const { output, provider } = await pool.run(ask('one two', { onProgress: (share) => shares.push(share) }));
  expect([readText(output), provider, shares.at(-1)]).toEqual(['two one', null, 1]);
  const cancel = new AbortController();
  const run = expect(pool.run(ask('endless', { signal: cancel.signal }))).rejects.toThrow(code('CANCELLED'));
  await server.heard(/chat/);
  cancel.abort();
  await run;
  expect(readText((await pool.run(ask('a b'))).output)).toBe('b a');
  // Nobody had to be killed for it.
  expect(world.children).toHaveLength(1);
  expect(pool.status()).toMatchObject([
    { id: 'cpu-0', done: 0 },
    { id: 'servers', done: 2, failed: 1, provider: null },
  ]);
});

it('a silent server ends at the deadline; no server at all is said', async () => {
  const pool = await world.open();
  await expect(pool.run(ask('endless', { timeoutMs: 1_000 }))).rejects.toThrow(code('DEADLINE'));
  const { server: _, ...nowhere } = ask('hello');
  await expect(pool.run(nowhere)).rejects.toThrow(code('NO_SERVER'));
  await expect(pool.run(ask('hello', { server: 'http://8.8.8.8' }))).rejects.toThrow(code('SERVER_ADDRESS'));
  await until(pool, () => pool.waiting === 0);
});
