import { parseEther } from 'ethers';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { SANDBOX_MARKET } from '../chain/sandbox/settings.ts';
import { TestChain } from '../chain/test-chain.ts';
import { TestMarket } from '../chain/test-market.ts';
import { Retries } from '../tasks/retries.ts';
import { TestBlobs } from '../tasks/test-world.ts';
import { Bulker, together } from './test-world.ts';

let chain: TestChain;
// So wide that no draw lets anybody in within seconds.
beforeAll(async () => void (chain = await TestChain.start({ ...SANDBOX_MARKET, spread: 600n })));
afterAll(() => chain.stop());

test('a run that was sealed before its turn is sealed once more when it has come, and opened', async () => {
  vi.spyOn(Retries.prototype, 'waits').mockReturnValue(false);
  const market = await TestMarket.open(chain);
  const blobs = new TestBlobs();
  const asker = await Bulker.join(chain, market.digest, blobs, { paused: true });
  const solver = await Bulker.join(chain, market.digest, blobs);
  // As it was before other work locked most of it.
  solver.free = parseEther('1000000');
  asker.class = 1;
  const key = await asker.ask(2);
  await together([asker, solver], () => asker.idOf(key) !== null, 'the batch');
  const id = asker.idOf(key)!;
  await together(
    [solver],
    () => solver.run(id)?.reason.includes('the turn comes later'),
    () => `${solver.run(id)?.reason}`,
  );
  const { deadline, submittedAt } = solver.batch(id)!.fields;
  await market.later((deadline - submittedAt) / 2 + 3);
  await together(
    [solver],
    () => solver.run(id)?.work === 'revealed',
    () => `${solver.run(id)?.reason}`,
  );
  expect(solver.batch(id)?.commitments).toHaveLength(2);
  vi.restoreAllMocks();
});
