import { createServer } from 'node:http';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { temporaryFolder } from '../store/test-store.ts';
import type { ModelId } from '../../src-shared/domain/ids.ts';
import { orderOf } from './test-market.ts';
import { MARKET, TOKEN, VAULT } from './abi.ts';
import { ChainClient } from './client.ts';
import { networkFile, readNetworkFile, type NetworkFile } from './network-file.ts';
import { brokenEndpoint, TestChain, until } from './test-chain.ts';

let chain: TestChain;
beforeAll(async () => void (chain = await TestChain.start()));
afterAll(() => chain.stop());

const clients: ChainClient[] = [];
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(clients.splice(0).map((client) => client.stop()));
});

function make(network: Partial<NetworkFile> = {}, log: string[] = []): ChainClient {
  const client = new ChainClient({ ...chain.network, ...network }, (line) => log.push(line), 20);
  clients.push(client);
  return client;
}

test('another chain, or another first block, is not the network that was asked for', async () => {
  await expect(make({ anchor: { number: 0, hash: `0x${'12'.repeat(32)}` } }).start()).rejects.toMatchObject({
    code: 'CHAIN_WRONG',
  });
  await expect(make({ chainId: 1 }).start()).rejects.toMatchObject({ code: 'CHAIN_WRONG' });
  await make().start();
});

test('nobody answers, or somebody who is no chain: gone, with the endpoint and without its key', async () => {
  const server = createServer((_, response) => response.writeHead(502).end('no')).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  const start = make({ rpc: `http://127.0.0.1:${port}/v1/secret-key` }).start();
  await expect(start).rejects.toMatchObject({
    code: 'CHAIN_GONE',
    message: `The chain at http://127.0.0.1:${port} does not answer.`,
  });
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  const closed = make({ rpc: `http://127.0.0.1:${port}/v1/secret-key` });
  await expect(closed.start()).rejects.toMatchObject({ code: 'CHAIN_GONE' });
  expect(closed.view().endpoint).not.toContain('secret');
});

test('typed reads: one value as it is, a struct by its names', async () => {
  const client = make();
  const { token, market, vault } = chain.network.contracts;
  expect(await client.read(TOKEN, token, 'decimals', [])).toBe(18n);
  expect((await client.read(MARKET, market, 'settingsOf', [0n])).treasuryBps).toBe(1_000n);
  expect(await client.read(VAULT, vault, 'exitDelay', [])).toBe(900n);
});

test('what the contract refuses has its own words, what the endpoint cannot do has not', async () => {
  const client = make();
  const data = MARKET.codec.encodeFunctionData('submit', [
    orderOf(`0x${'01'.repeat(32)}` as unknown as ModelId, 1n, 600n),
    '0x00',
  ]);
  const call = [{ to: chain.network.contracts.market, data }, 'latest'];
  await expect(client.request('eth_call', call)).rejects.toMatchObject({
    code: 'CHAIN_REFUSED',
    message: 'FeeTooLow(1, 1000000000000)',
  });
  await expect(client.request('eth_estimateGas', call)).rejects.toMatchObject({ code: 'CHAIN_REFUSED' });
  await expect(client.request('eth_nonsense', [])).rejects.toMatchObject({ code: 'CHAIN_BUSY' });
  await expect(client.request('eth_sendRawTransaction', ['0x02'])).rejects.toMatchObject({ code: 'CHAIN_REFUSED' });
  for (const message of ['header not found', 'rate limited', 'internal error']) {
    const broken = brokenEndpoint(chain.rpc, 'eth_estimateGas', { code: -32_000, message });
    await expect(client.request('eth_estimateGas', call)).rejects.toMatchObject({ code: 'CHAIN_BUSY' });
    broken.heal();
  }
  const broke = brokenEndpoint(chain.rpc, 'eth_estimateGas', {
    code: -32_000,
    message: 'insufficient funds for gas * price + value',
  });
  await expect(client.request('eth_estimateGas', call)).rejects.toMatchObject({ code: 'CHAIN_REFUSED' });
  broke.heal();
});

test('a clock that is off is noticed by new blocks; an old block, or a sleep, does not make one', async () => {
  const client = make();
  await client.start();
  expect(client.view().clockSkew).toBeNull();
  const next = async (): Promise<void> => {
    const before = client.head?.number;
    await chain.request('evm_mine');
    await until(() => client.head?.number !== before, 'a head');
  };
  await next();
  expect(client.view().clockSkew).toBe(0);
  expect(Math.abs(client.now() - Date.now() / 1_000)).toBeLessThan(6);
  await chain.later(3_600);
  await next();
  expect(client.view().clockSkew).toBeGreaterThan(3_590);
  expect(client.now()).toBeGreaterThan(Date.now() / 1_000 + 3_590);
});

test('gone and back: said once each, and the heads go on', async () => {
  const log: string[] = [];
  const client = make({}, log);
  const states: string[] = [];
  client.onView(() => states.push(client.view().state));
  await client.start();
  const real = client.request.bind(client);
  client.request = () => Promise.reject(new Error('the line is dead'));
  await until(() => client.view().state === 'gone');
  client.request = real;
  await until(() => client.view().state === 'ok');
  await chain.request('evm_mine');
  const number = Number(await chain.request<string>('eth_blockNumber'));
  await until(() => client.head?.number === number);
  expect(log).toEqual(['chain: the line is dead']);
});

test('a network file says which of its fields is wrong', () => {
  const folder = temporaryFolder();
  const read = (value: unknown): NetworkFile => {
    const file = join(folder, 'network.json');
    writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value));
    return readNetworkFile(file);
  };
  const good = { ...chain.network, pollMs: 100 };
  expect(read(good)).toEqual(networkFile.parse(good));
  expect(() => readNetworkFile(join(folder, 'missing.json'))).toThrow(/cannot be read/);
  expect(() => read('{')).toThrow(/not JSON/);
  const wrong: ReadonlyArray<readonly [Partial<Record<keyof NetworkFile, unknown>>, RegExp]> = [
    [{ rpc: 'file:///etc/passwd' }, /rpc/],
    [{ rpc: 'javascript:alert(1)' }, /rpc/],
    [{ name: '../../x' }, /name/],
    [{ contracts: { ...good.contracts, market: '0x12' } }, /contracts\.market/],
    [{ pollMs: 0 }, /pollMs/],
    [{ anchor: { number: 0, hash: '0x1' } }, /anchor/],
    [{ bootstrap: Array.from({ length: 51 }, () => 'x') }, /bootstrap/],
  ];
  for (const [change, why] of wrong) expect(() => read({ ...good, ...change })).toThrow(why);
});
