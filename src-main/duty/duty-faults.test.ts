import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { TestChain } from '../chain/test-chain.ts';
import { TestMarket } from '../chain/test-market.ts';
import { Retries } from '../tasks/retries.ts';
import { TestBlobs } from '../tasks/test-world.ts';
import { CHECKED, Guard, nextBlock, reserved, revealed, RIGHT } from './test-duty.ts';

let chain: TestChain;
let market: TestMarket;
let blobs: TestBlobs;
beforeEach(async () => {
  chain = await TestChain.start(CHECKED);
  market = await TestMarket.open(chain);
  blobs = new TestBlobs();
  vi.spyOn(Retries.prototype, 'waits').mockReturnValue(false);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await chain.stop();
});

/** Every moment between two steps, by what the database says of it. */
const MOMENTS = ['signing on', 'announcing', 'computing', 'sealing', 'sealed', 'opening', 'paid'] as const;

function moment(checker: Guard): (typeof MOMENTS)[number] | null {
  const { db } = checker.node;
  const intent = (like: string) =>
    db.prepare(`SELECT state FROM outbox WHERE key LIKE ? ORDER BY id DESC`).get(like) as { state: string } | undefined;
  const row = db.prepare('SELECT state, reason, commitment FROM duties').get() as
    | { state: string; reason: string; commitment: string | null }
    | undefined;
  if (row?.state === 'paid') return 'paid';
  if (intent('duty-open:%') !== undefined) return 'opening';
  const seal = intent('duty-seal:%');
  if (seal !== undefined) return seal.state === 'mined' ? 'sealed' : 'sealing';
  if (row?.reason.startsWith('Checking')) return 'computing';
  if (intent('duty-announce:%') !== undefined) return 'announcing';
  return intent('duty-sign-on:%') === undefined ? null : 'signing on';
}

test.each(MOMENTS)('a checker that dies at “%s” comes back, seals one result, and is paid once', async (fatal) => {
  const checker = await Guard.join(chain, market.digest, blobs);
  let dead = false;
  const deadly = (): void => {
    if (dead || moment(checker) !== fatal) return;
    // In this very moment: not one answer more reaches it.
    checker.node.client.fault = () => 'hang';
    dead = true;
  };
  checker.heard = deadly;
  checker.node.outbox.onChange(deadly);
  const reborn = async (): Promise<void> => {
    if (!dead || checker.heard !== deadly) return;
    await checker.crash();
    await checker.reopen();
  };
  const go = async (holds: () => unknown, what: string): Promise<void> => {
    await checker.until(() => {
      if (checker.heard === deadly) deadly();
      return dead || holds();
    }, what);
    await reborn();
    await checker.until(holds, what);
  };
  await go(() => checker.duty.serviceView().state === 'on', 'duty');
  await nextBlock(chain);
  const task = await market.submit({ fee: 10n ** 18n, lifetime: 7_200n });
  await nextBlock(chain);
  await go(() => checker.told(task).sealed !== null, 'the seal');
  const held = await reserved(market, task, RIGHT);
  await nextBlock(chain, 600);
  await revealed(market, held, RIGHT);
  await go(() => checker.row(task)?.state === 'paid', 'the pay');
  expect(dead).toBe(true);
  await checker.onDuty();
  expect(checker.duty.serviceView()).toMatchObject({ served: 1, missed: 0 });
  const sent = checker.node.db.prepare(`SELECT count(*) AS n FROM outbox WHERE key LIKE 'duty-%'`).get() as {
    n: number;
  };
  // Sign-on, announcement, seal, opening: nothing twice.
  expect(sent.n).toBe(4);
  expect(checker.node.failures).toEqual([]);
});

test('a reorg takes the opening back: it is opened again, and paid', async () => {
  const checker = await Guard.join(chain, market.digest, blobs);
  await checker.onDuty();
  await nextBlock(chain);
  const task = await market.submit({ fee: 10n ** 18n, lifetime: 7_200n });
  await nextBlock(chain);
  await checker.until(() => checker.told(task).sealed !== null, 'the seal');
  const held = await reserved(market, task, RIGHT);
  await nextBlock(chain, 600);
  await revealed(market, held, RIGHT);
  const before = await chain.request<string>('evm_snapshot');
  await checker.until(() => checker.row(task)?.state === 'paid', 'the pay');
  await chain.request('evm_revert', [before]);
  await nextBlock(chain);
  await nextBlock(chain);
  await checker.until(() => checker.row(task)?.state !== 'paid', 'the way back');
  await checker.until(() => checker.row(task)?.state === 'paid', 'the pay again');
  expect(checker.duty.serviceView().served).toBe(1);
});
