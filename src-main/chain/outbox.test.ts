import { hexlify, randomBytes } from 'ethers';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { FolkmootError } from '../../src-shared/domain/errors.ts';
import type { ModelId } from '../../src-shared/domain/ids.ts';
import { encodeCall, MARKET } from './abi.ts';
import { brokenEndpoint, TestChain, until } from './test-chain.ts';
import { orderOf } from './test-market.ts';
import { SLOT_COMMITMENT, TestNode } from './test-node.ts';

let chain: TestChain;
beforeAll(async () => void (chain = await TestChain.start()));
afterAll(() => chain.stop());
afterEach(() => chain.hold(false));

test('an intent becomes one mined transaction, with its block, its cost and its hash; the same key twice is the same', async () => {
  const node = await TestNode.start(chain);
  const task = node.commit('a');
  node.commit('a', task);
  node.commit('b');
  await node.mined('a', 'b');
  node.commit('a', task);
  node.commit('c');
  await node.mined('a', 'c');
  expect(await chain.nonce(node.wallet.address)).toBe(3);
  const row = node.outbox.get('a')!;
  const receipt = await chain.request<{ blockNumber: string; gasUsed: string; effectiveGasPrice: string }>(
    'eth_getTransactionReceipt',
    [row.hash],
  );
  expect(row.block).toBe(Number(receipt.blockNumber));
  expect(row.gas_cost).toBe(String(BigInt(receipt.gasUsed) * BigInt(receipt.effectiveGasPrice)));
  expect(node.outbox.keyOf(row.hash!)).toBe('a');
  expect([row.nonce, node.outbox.get('b')!.nonce]).toEqual([0, 1]);
  expect(await node.times(task)).toBe(1);
  expect(node.failures).toEqual([]);
});

test('an intent whose database transaction fails is never signed', async () => {
  const node = await TestNode.start(chain);
  expect(() =>
    node.db.transaction(() => {
      node.commit('a');
      throw new Error('no');
    })(),
  ).toThrow('no');
  node.commit('b');
  await node.mined('b');
  expect(node.signer.signed).toBe(1);
  expect(node.failures).toEqual([]);
});

/** Where a process can die between the intent and the note that it was mined. */
const DEATHS: ReadonlyArray<readonly [string, (node: TestNode) => void, (node: TestNode) => unknown]> = [
  [
    'with the intent',
    (node) => void (node.signer.hang = true),
    (node) => node.client.asked.includes('eth_estimateGas'),
  ],
  [
    'signed and not sent',
    (node) => void (node.client.fault = (method) => (method === 'eth_sendRawTransaction' ? 'hang' : 'pass')),
    (node) => node.outbox.get('a')?.state === 'signed',
  ],
  [
    'sent and not answered',
    (node) => void (node.client.fault = (method) => (method === 'eth_sendRawTransaction' ? 'hang-after' : 'pass')),
    async (node) => (await chain.nonce(node.wallet.address)) === 1,
  ],
  [
    'mined and not noted',
    (node) => void (node.client.fault = (method) => (method === 'eth_getTransactionReceipt' ? 'hang' : 'pass')),
    (node) => node.client.asked.includes('eth_getTransactionReceipt'),
  ],
];
test.each(DEATHS)('a process that dies %s: one transaction, nonces in order', async (_, sabotage, dead) => {
  const node = await TestNode.start(chain);
  sabotage(node);
  const task = node.commit('a');
  await until(() => {
    node.outbox.kick();
    return dead(node);
  });
  await node.crash();
  node.signer.hang = false;
  await node.open();
  const next = node.commit('b');
  await node.mined('a', 'b');
  expect(await node.times(task)).toBe(1);
  expect(await node.times(next)).toBe(1);
  expect(await chain.nonce(node.wallet.address)).toBe(2);
  expect(node.failures).toEqual([]);
});

test('a transaction that nobody mines is sent again with a higher fee; one of them is mined', async () => {
  const node = await TestNode.start(chain, { stuckMs: 0 });
  await chain.hold(true);
  const task = node.commit('a');
  await until(() => (node.outbox.kick(), node.signer.signed >= 3), 'a replacement');
  const fees = node.db.prepare('SELECT max_fee FROM outbox_attempts ORDER BY rowid').all() as Array<{
    max_fee: string;
  }>;
  for (const [index, { max_fee }] of fees.entries()) {
    if (index > 0) expect(BigInt(max_fee)).toBeGreaterThan((BigInt(fees[index - 1]!.max_fee) * 11n) / 10n);
  }
  await chain.hold(false);
  await chain.request('evm_mine');
  await node.mined('a');
  expect(await node.times(task)).toBe(1);
  expect(await chain.nonce(node.wallet.address)).toBe(1);
});

test('a clock that was set back does not keep a stuck transaction waiting for as long', async () => {
  const node = await TestNode.start(chain, { stuckMs: 3_600_000 });
  await chain.hold(true);
  node.commit('a');
  await until(() => (node.outbox.kick(), node.outbox.get('a')?.state === 'sent'));
  // As if it had been sent in what is the future now.
  node.db.prepare('UPDATE outbox_attempts SET at = at + 36000000').run();
  await until(() => (node.outbox.kick(), node.signer.signed >= 2), 'a replacement');
  await chain.hold(false);
  await chain.request('evm_mine');
  await node.mined('a');
  expect(await chain.nonce(node.wallet.address)).toBe(1);
});

test('a transaction that the pool forgot is replaced too, not sent again unchanged for ever', async () => {
  const node = await TestNode.start(chain, { stuckMs: 200 });
  await chain.hold(true);
  const task = node.commit('a');
  await until(() => (node.outbox.kick(), node.outbox.get('a')?.state === 'sent'));
  const send = node.client.request.bind(node.client);
  // A pool that takes it and forgets it at once, as one does with what pays too little.
  node.client.request = async (method, params) =>
    method === 'eth_sendRawTransaction' ? ('0x' as never) : send(method, params);
  await chain.request('anvil_dropAllTransactions');
  await until(() => (node.outbox.kick(), node.signer.signed >= 2), 'a replacement');
  node.client.request = send;
  await chain.hold(false);
  await node.mined('a');
  expect(await node.times(task)).toBe(1);
});

test('a replacement that the wallet refuses leaves what was sent under way', async () => {
  const node = await TestNode.start(chain, { stuckMs: 0 });
  await chain.hold(true);
  const task = node.commit('a');
  await until(() => (node.outbox.kick(), node.outbox.get('a')?.state === 'sent'));
  const sign = node.signer.sign;
  (node.signer as { sign: unknown }).sign = async () => {
    throw new FolkmootError('POLICY', 'The fee is above the limit.');
  };
  await until(() => (node.outbox.kick(), node.log.some((line) => line.includes('stays as it is'))), 'a refusal');
  expect(node.outbox.get('a')).toMatchObject({ state: 'sent', error: null });
  (node.signer as { sign: unknown }).sign = sign;
  await chain.request('evm_mine');
  await node.mined('a');
  expect(await node.times(task)).toBe(1);
});

test('a nonce that another program used: the intent is signed anew, once', async () => {
  const node = await TestNode.start(chain);
  await chain.hold(true);
  const task = node.commit('a');
  await until(() => (node.outbox.kick(), node.outbox.get('a')?.state === 'sent'));
  node.client.fault = () => 'gone';
  await chain.request('anvil_dropAllTransactions');
  await chain.hold(false);
  const foreign = await chain.send(node.wallet, chain.network.contracts.market, MARKET, 'commit', [
    hexlify(randomBytes(32)) as `0x${string}`,
    1n,
    SLOT_COMMITMENT,
  ]);
  node.client.fault = () => 'pass';
  expect(node.outbox.keyOf(foreign)).toBeUndefined();
  await node.mined('a');
  expect(node.outbox.get('a')!.nonce).toBe(1);
  expect(await node.times(task)).toBe(1);
  expect(await chain.nonce(node.wallet.address)).toBe(2);
});

test('a nonce taken for used in error: what was sent first is found when it is mined, and nothing else is signed', async () => {
  const node = await TestNode.start(chain);
  await chain.hold(true);
  const task = node.commit('a');
  await until(() => (node.outbox.kick(), node.outbox.get('a')?.state === 'sent'));
  const ask = node.client.request.bind(node.client);
  node.client.request = async (method, params) =>
    method === 'eth_getTransactionCount' ? ('0x1' as never) : ask(method, params);
  node.client.fault = (method) => (method === 'eth_estimateGas' ? 'gone' : 'pass');
  await until(() => (node.outbox.kick(), node.outbox.get('a')?.state === 'intent'), 'the doubt');
  await chain.hold(false);
  await chain.request('evm_mine');
  node.client.request = ask;
  await node.mined('a');
  expect(node.outbox.get('a')).toMatchObject({ nonce: 0, error: null });
  expect([await node.times(task), node.signer.signed]).toEqual([1, 1]);
});

test('what the contract refuses fails with its own words, and what comes after goes on', async () => {
  const node = await TestNode.start(chain);
  const model = hexlify(randomBytes(32)) as `0x${string}`;
  const data = encodeCall(MARKET, 'submit', [orderOf(model as string as ModelId, 10n ** 18n, 600n), '0x00']);
  node.outbox.enqueue({ key: 'bad', label: 'bad', to: chain.network.contracts.market, data });
  node.commit('good');
  await node.mined('good');
  expect(node.outbox.get('bad')).toMatchObject({
    state: 'failed',
    error: `ModelNotActive(${model})`,
    nonce: null,
    hash: null,
  });
});

test('what is refused only when it is mined fails with the words of the contract as well', async () => {
  const node = await TestNode.start(chain);
  const zero = `0x${'00'.repeat(32)}` as const;
  const requester = node.wallet.address as `0x${string}`;
  const unknown = { requester, nonce: 0n, model: zero, inputDigest: zero, money: 1n, times: 1n };
  const data = encodeCall(MARKET, 'retract', [unknown]);
  const ask = node.client.request.bind(node.client);
  // The estimate is right at its time, and wrong by the time that it is mined.
  node.client.request = async (method, params) =>
    method === 'eth_estimateGas' ? ('0x30000' as never) : ask(method, params);
  node.outbox.enqueue({ key: 'late', label: 'late', to: chain.network.contracts.market, data });
  await until(() => (node.outbox.kick(), node.outbox.get('late')?.state === 'failed'));
  const row = node.outbox.get('late')!;
  expect(row.error).toMatch(/^TaskNotOpen\(0x[0-9a-f]{64}\)$/);
  expect(BigInt(row.gas_cost!)).toBeGreaterThan(0n);
  node.client.request = ask;
  node.commit('next');
  await node.mined('next');
  node.outbox.retry('late');
  await until(() => (node.outbox.kick(), node.outbox.get('late')?.state === 'failed'), 'a second refusal');
  expect(node.outbox.get('late')!.nonce).toBeNull();
});

test('an endpoint that is busy is no refusal: the intent waits', async () => {
  const node = await TestNode.start(chain);
  const ask = brokenEndpoint(chain.rpc, 'eth_estimateGas', {
    code: -32_005,
    message: 'daily request count exceeded, request rate limited',
  });
  const task = node.commit('a');
  await until(() => (node.outbox.kick(), node.log.some((line) => line.includes('rate limited'))));
  expect(node.outbox.get('a')!.state).toBe('intent');
  ask.heal();
  await node.mined('a');
  expect(await node.times(task)).toBe(1);
});
