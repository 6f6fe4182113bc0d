import * as fc from 'fast-check';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { TestChain, until } from './test-chain.ts';
import { TestNode } from './test-node.ts';

let chain: TestChain;
beforeAll(async () => void (chain = await TestChain.start()));
afterAll(() => chain.stop());
afterEach(() => chain.hold(false));

test('a locked wallet holds everything back; unlocked, it goes on', async () => {
  const node = await TestNode.start(chain);
  node.signer.locked = true;
  const first = node.commit('a');
  node.commit('b');
  const rounds = (): number => node.client.asked.filter((method) => method === 'eth_getBlockByNumber').length;
  const before = rounds();
  await until(() => (node.outbox.kick(), rounds() > before + 5));
  expect([node.outbox.get('a')!.state, node.signer.signed]).toEqual(['intent', 0]);
  node.signer.locked = false;
  await node.mined('a', 'b');
  expect(await node.times(first)).toBe(1);
});

test('locked while under way: what was mined is noted, what was not sent waits for the key', async () => {
  const node = await TestNode.start(chain);
  node.client.fault = (method) => (method === 'eth_getTransactionReceipt' ? 'gone' : 'pass');
  node.commit('a');
  await until(() => (node.outbox.kick(), node.outbox.get('a')?.state === 'sent'));
  node.signer.locked = true;
  node.client.fault = () => 'pass';
  await node.mined('a');
});

test('a chain that goes away in the middle and comes back: one transaction each', async () => {
  const node = await TestNode.start(chain);
  const tasks: string[] = [];
  for (const [index, method] of [
    'eth_estimateGas',
    'eth_getTransactionCount',
    'eth_sendRawTransaction',
    'eth_getTransactionReceipt',
  ].entries()) {
    for (const fault of ['gone', 'lost'] as const) {
      const key = `${index}-${fault}`;
      let failed = false;
      node.client.fault = (asked) => (asked === method ? ((failed = true), fault) : 'pass');
      tasks.push(node.commit(key));
      await until(() => (node.outbox.kick(), failed));
      node.client.fault = () => 'pass';
      await node.mined(key);
    }
  }
  for (const task of tasks) expect(await node.times(task)).toBe(1);
  expect(await chain.nonce(node.wallet.address)).toBe(tasks.length);
});

test.each([1, 2, 3])('a reorg of %i blocks un-mines, and each comes back once', async (depth) => {
  const node = await TestNode.start(chain);
  const tasks: string[] = [];
  const keys = ['a', 'b', 'c'];
  for (const key of keys) {
    tasks.push(node.commit(key));
    await node.mined(key);
  }
  await chain.request('anvil_reorg', [depth, []]);
  await until(() => (node.outbox.kick(), node.log.some((line) => line.includes('changed its mind'))), 'the reorg');
  await node.mined(...keys);
  await until(
    async () => (await Promise.all(tasks.map((task) => node.times(task)))).every((times) => times === 1),
    'all on chain',
  );
  await node.mined(...keys);
  expect(await chain.nonce(node.wallet.address)).toBe(3);
});

test('a receipt of a block that the index has not read is not believed: a reorg of it cannot go unnoticed', async () => {
  let height = 0;
  const node = await TestNode.start(chain, { indexed: () => height });
  const task = node.commit('a');
  await until(async () => (node.outbox.kick(), (await node.times(task)) === 1));
  const asked = (): number => node.client.asked.filter((method) => method === 'eth_getTransactionReceipt').length;
  const before = asked();
  await until(() => (node.outbox.kick(), asked() > before + 3));
  expect(node.outbox.get('a')!.state).not.toBe('mined');
  await chain.request('anvil_reorg', [1, []]);
  await until(async () => (node.outbox.kick(), (await node.times(task)) === 1), 'its second block');
  height = Infinity;
  await node.mined('a');
  expect(await chain.nonce(node.wallet.address)).toBe(1);
});

type Event = 'intent' | 'crash' | 'lock' | 'unlock' | 'gone' | 'lost' | 'back' | 'hold' | 'mine' | 'reorg' | 'rounds';
const EVENTS: readonly Event[] = [
  'intent',
  'crash',
  'lock',
  'unlock',
  'gone',
  'lost',
  'back',
  'hold',
  'mine',
  'reorg',
  'rounds',
];

test('whatever happens in whatever order: every intent is mined exactly once, nonces without a gap', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...EVENTS), { minLength: 5, maxLength: 25 }), async (script) => {
      const node = await TestNode.start(chain, { stuckMs: 30 });
      const tasks = new Map<string, string>();
      const intent = (): void => void tasks.set(`k${tasks.size}`, node.commit(`k${tasks.size}`));
      intent();
      const step: Record<Event, () => Promise<unknown> | void> = {
        intent,
        crash: async () => (await node.crash(), await node.open()),
        lock: () => void (node.signer.locked = true),
        unlock: () => void (node.signer.locked = false),
        gone: () => void (node.client.fault = () => 'gone'),
        lost: () => void (node.client.fault = (method) => (method === 'eth_sendRawTransaction' ? 'lost' : 'pass')),
        back: () => void (node.client.fault = () => 'pass'),
        hold: () => chain.hold(true),
        mine: () => chain.request('evm_mine'),
        reorg: () => chain.request('anvil_reorg', [1 + (tasks.size % 3), []]),
        rounds: async () => {
          for (let round = 0; round < 3; round++) {
            node.outbox.kick();
            await chain.request('eth_chainId');
          }
        },
      };
      for (const event of script) await step[event]();
      node.signer.locked = false;
      node.client.fault = () => 'pass';
      await chain.hold(false);
      await chain.request('evm_mine');
      const settled = async (): Promise<boolean> => {
        node.outbox.kick();
        if ([...tasks.keys()].some((key) => node.outbox.get(key)?.state !== 'mined')) return false;
        if (node.indexer.height !== Number(await chain.request<string>('eth_blockNumber'))) return false;
        return (await Promise.all([...tasks.values()].map((task) => node.times(task)))).every((times) => times >= 1);
      };
      await until(
        settled,
        () =>
          `all mined after ${script.join(' ')}: ${[...tasks.keys()].map((key) => JSON.stringify(node.outbox.get(key))).join('\n')}`,
      );
      for (const task of tasks.values()) expect(await node.times(task)).toBe(1);
      expect(await chain.nonce(node.wallet.address)).toBe(tasks.size);
      expect(node.failures).toEqual([]);
      await node.stop();
    }),
    { numRuns: 15, endOnFailure: true },
  );
});
