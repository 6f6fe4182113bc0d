import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readText, writeText } from '../models/codec.ts';
import { descriptorDigest } from '../models/descriptor.ts';
import { cogModel, openaiModel } from '../models/text-models.ts';
import { byDevice, confirms } from '../machine/lanes.ts';
import type { LanePlace } from './control.ts';
import type { Job } from './job.ts';
import { cpuPlace } from './places.ts';
import {
  COG_INPUT,
  cogTestServer,
  json,
  openaiTestServer,
  testServer,
  type TestServer,
} from './servers/test-servers.ts';
import { testPools, until, type TestModel, type TestPools } from './test-pool.ts';

const code = (value: string): object => expect.objectContaining({ code: value });

let world: TestPools;
let server: TestServer;
let model: TestModel;
let cog: TestModel;
const words = { name: 'Chat', author: '', description: '' };
const CARD: LanePlace = { device: 'gpu:test', providers: ['cpu'], index: 0, lanes: 1 };
const stop = { duty: 0, finish: false, memoryBytes: null };
const run = { ...stop, duty: 1 };
beforeAll(async () => {
  world = await testPools('caller');
  server = await openaiTestServer();
  const openai = { model: 'model-a', kind: 'chat', system: '', maxTokens: 8 } as const;
  model = await world.model('chat', openaiModel(openai, words));
  const described = { image: null, schema: descriptorDigest(COG_INPUT), prompt: 'prompt', seed: null, constants: {} };
  cog = await world.model('cog', cogModel(described, words));
});
afterEach(() => world.close());
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

describe('what the policy says holds for servers as well', () => {
  it('one on this machine may use any device: it is asked only while all of them may work', async () => {
    const pool = await world.open();
    pool.place([CARD, cpuPlace(1)]);
    pool.direct('gpu:test', stop);
    const here = pool.run(ask('one two'));
    expect(readText((await pool.run(ask('three four', { serverAt: 'elsewhere' }))).output)).toBe('four three');
    expect(pool.waiting).toBe(1);
    pool.direct('gpu:test', run);
    expect(readText((await here).output)).toBe('two one');
  });

  it('a stop in the middle closes the connection, and is confirmed only then; the work waits', async () => {
    const closed = Promise.withResolvers<void>();
    const slow = await testServer((request, response) => {
      if (request.url === '/v1/models') return json(response, { data: [{ id: 'model-a' }] });
      response.on('close', closed.resolve);
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    });
    const lines: string[] = [];
    const pool = await world.open({ log: (line) => lines.push(line) });
    pool.place([CARD, cpuPlace(1)]);
    const end = new AbortController();
    const job = expect(pool.run(ask('a', { server: slow.url, signal: end.signal }))).rejects.toThrow(code('CANCELLED'));
    await slow.heard(/chat/);
    pool.direct('gpu:test', stop);
    const card = () => byDevice(pool.status()).find(({ device }) => device === 'gpu:test');
    expect(confirms(card(), 0)).toBe(false);
    await until(pool, () => confirms(card(), 0));
    await closed.promise;
    expect(pool.waiting).toBe(1);
    expect(lines.filter((line) => line.includes('did not say'))).toEqual([]);
    end.abort();
    await job;
    await slow.close();
  });

  it('one on another machine obeys the machine’s own pause, and no device', async () => {
    const pool = await world.open();
    pool.direct('cpu', stop);
    expect(readText((await pool.run(ask('a b', { serverAt: 'elsewhere' }))).output)).toBe('b a');
    expect(byDevice(pool.status())[0]).toMatchObject({ device: 'cpu', stopped: true, state: 'off', job: null });
    pool.directServers({ duty: 0, finish: false });
    const waits = pool.run(ask('c d', { serverAt: 'elsewhere' }));
    await until(pool, () => pool.status().find(({ asks }) => asks === 'elsewhere')!.stopped);
    expect(pool.waiting).toBe(1);
    pool.directServers({ duty: 1, finish: true });
    expect(readText((await waits).output)).toBe('d c');
  });

  it('a share below one spaces its requests, and is no word on the processor’s own', async () => {
    const pool = await world.open();
    pool.place([CARD, cpuPlace(1)]);
    await pool.run(ask('one'));
    pool.direct('gpu:test', { ...run, duty: 0.25 });
    await until(pool, () => pool.status().find(({ asks }) => asks === 'here')!.duty === 0.25);
    expect(
      confirms(
        byDevice(pool.status()).find(({ device }) => device === 'cpu'),
        1,
      ),
    ).toBe(true);
  });
});

describe('a prediction of Cog is cancelled, and its lane lives on or ends after that', () => {
  const predict = (at: TestServer, more: Partial<Job> = {}): Job => ({
    ...ask('endless', more),
    ...cog,
    server: at.url,
  });
  const CANCEL = /^POST \/predictions\/.*\/cancel$/;

  it('at its deadline', async () => {
    const at = await cogTestServer();
    const pool = await world.open();
    await expect(pool.run(predict(at, { timeoutMs: 1_000 }))).rejects.toThrow(code('DEADLINE'));
    expect(at.asked.at(-1)).toMatch(CANCEL);
    expect(world.children).toHaveLength(1);
    await at.close();
  });

  it('by a stop, before that is confirmed', async () => {
    const at = await cogTestServer();
    const pool = await world.open();
    const end = new AbortController();
    const job = expect(pool.run(predict(at, { signal: end.signal }))).rejects.toThrow(code('CANCELLED'));
    await at.heard(/PUT/);
    pool.direct('cpu', stop);
    await until(pool, () => byDevice(pool.status())[0]!.stopped);
    expect(at.asked.at(-1)).toMatch(CANCEL);
    end.abort();
    await job;
    await at.close();
  });

  it('also when the node stops', async () => {
    const at = await cogTestServer();
    const pool = await world.open();
    const job = expect(pool.run(predict(at))).rejects.toThrow(code('POOL_STOPPED'));
    await at.heard(/PUT/);
    await pool.stop();
    expect(at.asked.at(-1)).toMatch(CANCEL);
    await job;
    await at.close();
  });

  it('one that does not answer the cancel is left: its connection is closed', async () => {
    const closed = Promise.withResolvers<void>();
    const deaf = await testServer((request, response) => {
      if (request.url === '/health-check') return json(response, { status: 'READY' });
      if (request.url === '/openapi.json') return json(response, { components: { schemas: { Input: COG_INPUT } } });
      if (request.method === 'PUT') response.on('close', closed.resolve);
    });
    const pool = await world.open();
    const end = new AbortController();
    const job = expect(pool.run(predict(deaf, { signal: end.signal }))).rejects.toThrow(code('CANCELLED'));
    await deaf.heard(/PUT/);
    end.abort();
    await job;
    await closed.promise;
    expect(deaf.asked.at(-1)).toMatch(CANCEL);
    // Its lane had not to be killed for it.
    expect(readText((await pool.run(ask('a b'))).output)).toBe('b a');
    expect(world.children).toHaveLength(1);
    await deaf.close();
  });
});
