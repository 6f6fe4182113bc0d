import { parseEther } from 'ethers';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { BatchId } from '../../src-shared/domain/ids.ts';
import { BATCHES, VAULT } from '../chain/abi.ts';
import { SANDBOX_MARKET } from '../chain/sandbox/settings.ts';
import { TestChain } from '../chain/test-chain.ts';
import { TestMarket } from '../chain/test-market.ts';
import { Retries } from '../tasks/retries.ts';
import { TestBlobs } from '../tasks/test-world.ts';
import { fieldsOf } from './batch-calls.ts';
import { Bulker, together } from './test-world.ts';

let chain: TestChain;
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
  const { batches, vault } = chain.network.contracts;
  const client = chain.client();
  /** A batch that does not open to the solver within the next minute: of so wide a spread nearly every one. */
  const late = async (): Promise<BatchId> => {
    const key = await asker.ask(2);
    await together([asker], () => asker.idOf(key) !== null, 'the batch');
    const id = asker.idOf(key)!;
    await market.later(1);
    const me = solver.address as string as `0x${string}`;
    const [free, total] = await Promise.all([
      client.read(VAULT, vault, 'freeStakeOf', [me]),
      client.read(VAULT, vault, 'totalStake', []),
    ]);
    const batch = asker.batch(id)!;
    const opensAt = await client.read(BATCHES, batches, 'turnOf', [fieldsOf(batch), me, free, total]);
    return Number(opensAt) > batch.fields.submittedAt + 60 ? id : late();
  };
  const id = await late();
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
