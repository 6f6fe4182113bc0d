import { join } from 'node:path';
import { hexlify, randomBytes } from 'ethers';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Amount, Digest } from '../../src-shared/domain/ids.ts';
import { temporaryFolder } from '../store/test-store.ts';
import { ChainError } from './errors.ts';
import { TestChain, until } from './test-chain.ts';
import { contents, fresh, reader, started } from './test-index.ts';
import { TestMarket } from './test-market.ts';

let chain: TestChain;
let market: TestMarket;
beforeAll(async () => {
  chain = await TestChain.start();
  market = await TestMarket.open(chain);
});
afterAll(() => chain.stop());

test('an endpoint that is behind, or does not know a block yet, undoes nothing and is not asked without a pause', async () => {
  const index = await started(chain, undefined, {}, 60_000);
  const task = await market.submit();
  await index.caughtUp();
  const ask = index.client.request.bind(index.client);
  let behind = true;
  const numbered: unknown[] = [];
  let polls = 0;
  index.client.request = async (method, params) => {
    if (!behind || method !== 'eth_getBlockByNumber') return ask(method, params);
    if (params[0] !== 'latest') return (numbered.push(params[0]), null as never);
    polls++;
    // Every look finds another head, so the index is woken each time.
    return ask(method, [`0x${(index.indexer.height - (polls % 2)).toString(16)}`, false]);
  };
  await until(() => polls > 12);
  expect(index.changes.filter(({ rolledBackTo }) => rolledBackTo !== null)).toEqual([]);
  expect(numbered.length).toBeLessThan(20);
  behind = false;
  const next = await market.submit();
  await index.caughtUp();
  expect([task, next].map(({ id }) => index.indexer.rows.task(id)?.state)).toEqual(['open', 'open']);
});

test('a chain that moves between the logs and the headers: no event is missed', async () => {
  const snapshot = await chain.request<string>('evm_snapshot');
  const file = join(temporaryFolder(), 'store.db');
  await (await started(chain, file)).close();
  await chain.request('anvil_mine', ['0x5']);
  const index = reader(chain, file);
  const ask = index.client.request.bind(index.client);
  let moved = false;
  index.client.request = async (method, params) => {
    const answer = await ask(method, params);
    if (method !== 'eth_getLogs' || moved) return answer as never;
    moved = true;
    await chain.request('evm_revert', [snapshot]);
    await chain.request('evm_mine');
    for (let block = 0; block < 4; block++) await market.submit();
    return answer as never;
  };
  await index.client.start();
  await index.indexer.start();
  await index.caughtUp();
  expect(moved).toBe(true);
  expect(contents(index)).toEqual(await fresh(chain));
});

test('an endpoint that takes only small ranges is asked for small ones', async () => {
  await chain.request('anvil_mine', ['0x40']);
  await market.submit();
  const index = reader(chain);
  const ask = index.client.request.bind(index.client);
  let refused = 0;
  index.client.request = async (method, params) => {
    const [{ fromBlock, toBlock } = {}] = params as [{ fromBlock?: string; toBlock?: string }?];
    if (method === 'eth_getLogs' && Number(toBlock) - Number(fromBlock) > 4 && ++refused > 0) {
      throw new ChainError('CHAIN_BUSY', 'query exceeds max block range 5');
    }
    return ask(method, params) as never;
  };
  await index.client.start();
  await index.indexer.start();
  expect(refused).toBeGreaterThan(2);
  expect(contents(index)).toEqual(await fresh(chain));
});

test('a start that fails can be tried again, and catches up then', async () => {
  const task = await market.submit();
  const index = reader(chain);
  await index.client.start();
  index.client.fault = (method) => (method === 'eth_getLogs' ? 'gone' : 'pass');
  await expect(index.indexer.start()).rejects.toMatchObject({ code: 'CHAIN_GONE' });
  index.client.fault = () => 'pass';
  await index.indexer.start();
  expect(index.indexer.rows.task(task.id)?.state).toBe('open');
});

type Act = 'submit' | 'solve' | 'model' | 'mine' | 'reorg' | 'snapshot' | 'revert' | 'restart' | 'gone' | 'back';
const ACTS: readonly Act[] = [
  'submit',
  'solve',
  'model',
  'mine',
  'reorg',
  'snapshot',
  'revert',
  'restart',
  'gone',
  'back',
];

test('whatever happens in whatever order: the index ends as a fresh one', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...ACTS), { minLength: 4, maxLength: 25 }), async (script) => {
      const file = join(temporaryFolder(), 'store.db');
      let index = await started(chain, file);
      let snapshot: string | undefined;
      const act: Record<Act, () => Promise<unknown> | void> = {
        submit: () => market.submit(),
        solve: async () => market.solve(await market.submit()),
        model: () => market.register(hexlify(randomBytes(32)) as Digest, '3' as Amount),
        mine: () => chain.request('evm_mine'),
        reorg: () => chain.request('anvil_reorg', [2, []]),
        snapshot: async () => void (snapshot ??= await chain.request<string>('evm_snapshot')),
        revert: async () => {
          // anvil forgets a snapshot whose block was replaced meanwhile.
          if (snapshot !== undefined) await chain.request('evm_revert', [snapshot]).catch(() => undefined);
          snapshot = undefined;
          await market.later(1);
        },
        restart: async () => (await index.close(), (index = await started(chain, file))),
        gone: () => void (index.client.fault = () => 'gone'),
        back: () => void (index.client.fault = () => 'pass'),
      };
      for (const name of script) await act[name]();
      index.client.fault = () => 'pass';
      await chain.request('evm_mine');
      await index.caughtUp();
      expect(contents(index)).toEqual(await fresh(chain));
      expect(index.failures).toEqual([]);
      await index.close();
    }),
    { numRuns: 10, endOnFailure: true },
  );
});
