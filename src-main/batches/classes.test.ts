import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { MARKET } from '../chain/abi.ts';
import { SANDBOX_MARKET } from '../chain/sandbox/settings.ts';
import { TestChain } from '../chain/test-chain.ts';
import { TestMarket } from '../chain/test-market.ts';
import { Retries } from '../tasks/retries.ts';
import { TestBlobs } from '../tasks/test-world.ts';
import { Bulker, together } from './test-world.ts';

let chain: TestChain;
beforeAll(async () => void (chain = await TestChain.start({ ...SANDBOX_MARKET, claimWindow: 10n, spread: 3n })));
afterAll(() => chain.stop());
afterEach(() => void vi.restoreAllMocks());

async function people(): Promise<[asker: Bulker, solver: Bulker, market: TestMarket]> {
  vi.spyOn(Retries.prototype, 'waits').mockReturnValue(false);
  const market = await TestMarket.open(chain);
  const blobs = new TestBlobs();
  const asker = await Bulker.join(chain, market.digest, blobs, { paused: true });
  return [asker, await Bulker.join(chain, market.digest, blobs), market];
}

test('in the class for bulk a newcomer solves and is paid, when it is its turn', async () => {
  const [asker, solver, market] = await people();
  const settings = await asker.node.client.read(MARKET, chain.network.contracts.market, 'settingsOf', [1n]);
  expect([settings.checksBps, settings.spread]).toEqual([0n, 3n]);
  asker.class = 1;
  const key = await asker.ask(3);
  await together([asker, solver], () => asker.idOf(key) !== null, 'the batch');
  // The chain's time stands still between blocks, and the turn comes with it.
  await market.later(30);
  await together([asker, solver], () => asker.view(key)?.batch?.answered === 3, 'the answers');
  await market.later(21);
  const id = asker.idOf(key)!;
  await together(
    [asker, solver],
    () => asker.view(key)?.state === 'final' && solver.run(id)?.work === 'paid',
    'the end',
  );
  expect(solver.ledger.view().tasksPaid).toBe(3);
});

test('where results are checked newcomers wait and say so', async () => {
  const [asker, solver] = await people();
  const key = await asker.ask(3);
  await together([asker, solver], () => asker.idOf(key) !== null && solver.batch(asker.idOf(key)!) !== undefined);
  const id = asker.idOf(key)!;
  await together([solver], () => solver.run(id)?.work === 'waiting', 'the look');
  expect(solver.run(id)?.reason).toContain('once its first results are accepted');
});
