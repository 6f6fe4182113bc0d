import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { parseEther } from 'ethers';
import { DUTY } from '../chain/abi.ts';
import { TestChain } from '../chain/test-chain.ts';
import { TestMarket } from '../chain/test-market.ts';
import { contestCall } from '../tasks/market-calls.ts';
import { Retries } from '../tasks/retries.ts';
import { TestBlobs } from '../tasks/test-world.ts';
import { announceCall, reportMissCall } from './calls.ts';
import { CHECKED, Guard, nextBlock, reserved, revealed, RIGHT, rosterCall, submitted, WRONG } from './test-duty.ts';

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

const guard = (): Promise<Guard> => Guard.join(chain, market.digest, blobs);
const submit = () => market.submit({ fee: 10n ** 18n, lifetime: 7_200n });

test('on duty without being asked; off by hand, and the deposit comes back', async () => {
  const checker = await guard();
  await checker.onDuty();
  expect(checker.duty.serviceView()).toMatchObject({
    wanted: true,
    present: true,
    deposit: parseEther('5').toString(),
  });
  checker.duty.want(false);
  await checker.until(() => checker.duty.serviceView().state === 'leaving', 'leaving');
  await nextBlock(chain, 7_300);
  await checker.until(() => checker.duty.serviceView().state === 'off', 'off');
  expect(checker.duty.serviceView()).toMatchObject({ wanted: false, deposit: '0', present: false });
  checker.duty.want(true);
  await checker.onDuty();
  expect(checker.node.failures).toEqual([]);
});

test('the sign of life is renewed before it runs out', async () => {
  const checker = await guard();
  await checker.onDuty();
  await nextBlock(chain, 50_000);
  await checker.until(() =>
    checker.node.db.prepare(`SELECT 1 FROM outbox WHERE key LIKE 'duty-heartbeat:%' AND state = 'mined'`).get(),
  );
  await nextBlock(chain, 80_000);
  await checker.until(() => checker.duty.serviceView().present, 'presence');
});

test('drawn: announces, seals before the reveal, opens after it, and is paid', async () => {
  const checker = await guard();
  await checker.onDuty();
  await nextBlock(chain);
  const task = await submit();
  await nextBlock(chain);
  await checker.until(
    () => checker.told(task).sealed !== null,
    () => `the seal: ${JSON.stringify(checker.row(task))}`,
  );
  expect(checker.row(task)).toMatchObject({ digest: RIGHT, state: 'active' });
  const held = await reserved(market, task, RIGHT);
  await nextBlock(chain, 600);
  const solved = await revealed(market, held, RIGHT);
  await checker.until(
    () => checker.row(task)?.state === 'paid',
    () => `the pay: ${JSON.stringify(checker.row(task))}`,
  );
  expect(checker.told(solved).opened?.agrees).toBe(true);
  const { served, missed, earned } = checker.duty.serviceView();
  expect([served, missed]).toEqual([1, 0]);
  expect(BigInt(earned)).toBeGreaterThan(0n);
  expect(checker.contested).toEqual([]);
  expect(checker.node.failures).toEqual([]);
});

test('a newcomer takes the task: the second draw is called, and the check takes place', async () => {
  await chain.stop();
  chain = await TestChain.start({ ...CHECKED, checksBps: 1n });
  market = await TestMarket.open(chain);
  // Half of the newcomers' tasks are checked, so out of a few one certainly is.
  const checker = await guard();
  await checker.onDuty();
  await nextBlock(chain);
  let drawn = false;
  for (let n = 0; n < 12 && !drawn; n++) {
    const task = await submit();
    await nextBlock(chain);
    const held = await reserved(market, task, RIGHT);
    await nextBlock(chain, 200);
    const key = `duty-callup:${task.id}:${held.reservation?.since}`;
    await checker.until(() => checker.node.outbox.get(key)?.state === 'mined', 'the call');
    await nextBlock(chain);
    await nextBlock(chain);
    await checker.until(() => checker.node.indexer.rows.task(task.id)?.reservation !== null);
    for (let turns = 0; turns < 20 && !drawn; turns++) {
      checker.duty.wake();
      await new Promise((resolve) => setImmediate(resolve));
      drawn = checker.row(task) !== undefined;
    }
    if (drawn) await checker.until(() => checker.told(task).sealed !== null, 'the seal');
  }
  expect(drawn).toBe(true);
});

test('another result than the solver: contested, then opened and paid', async () => {
  const checker = await guard();
  await checker.onDuty();
  await nextBlock(chain);
  const task = await submit();
  await nextBlock(chain);
  await checker.until(() => checker.told(task).sealed !== null, 'the seal');
  const held = await reserved(market, task, WRONG);
  await nextBlock(chain, 600);
  checker.free = 10n ** 18n;
  const solved = await revealed(market, held, WRONG);
  await checker.until(() => checker.row(task)?.reason.startsWith('Your result differs'), 'the difference');
  // The bond is half of twenty times the fee.
  await checker.until(
    () => checker.row(task)?.reason.includes('it takes 10 of free stake, and you have 1'),
    'the obstacle',
  );
  expect(checker.contested).toEqual([]);
  checker.free = parseEther('10');
  await checker.until(() => checker.contested.length > 0, 'the contestation');
  expect(new Set(checker.contested)).toEqual(new Set([task.id]));
  await chain.sendData(checker.node.wallet, chain.network.contracts.market, contestCall(solved, '') ?? '');
  await checker.until(
    () => checker.row(task)?.state === 'paid',
    () => `the pay: ${JSON.stringify(checker.row(task))}`,
  );
  expect(checker.told(task).opened?.agrees).toBe(false);
});

test('sealed too late: the contract refuses it, somebody reports it, and it costs a fine', async () => {
  const checker = await guard();
  await checker.onDuty();
  await nextBlock(chain);
  let go: () => void = () => undefined;
  const slow = new Promise<void>((resolve) => (go = resolve));
  checker.compute = async ({ input }) => {
    await slow;
    return { output: Uint8Array.from(input, (byte) => byte + 1), elapsedMs: 1, provider: 'cpu', device: 'cpu' };
  };
  const task = await submit();
  await nextBlock(chain);
  await checker.until(() => checker.told(task).announced !== null, 'the announcement');
  await nextBlock(chain, 60);
  go();
  await checker.until(() => checker.node.outbox.get(`duty-seal:${task.id}`)?.state === 'failed', 'the refusal');
  expect(checker.node.outbox.get(`duty-seal:${task.id}`)?.error).toMatch(/^TooLate/);
  await checker.until(() => checker.row(task)?.reason.startsWith('Missed'), 'the miss');
  await chain.sendData(market.stranger, chain.network.contracts.duty, reportMissCall(task, checker.address));
  await checker.until(() => checker.row(task)?.state === 'fined', 'the fine');
  expect(checker.duty.serviceView()).toMatchObject({ missed: 1, served: 0 });
});

test('another checker that does not seal is reported', async () => {
  const [checker, other] = [await guard(), await chain.account(true)];
  await rosterCall(market, other, 'signOn', parseEther('5'));
  await checker.onDuty();
  await nextBlock(chain);
  const task = await submitted(market);
  await nextBlock(chain);
  await chain.sendData(other, chain.network.contracts.duty, announceCall(task));
  await checker.until(() => checker.told(task).sealed !== null, 'the own seal');
  await nextBlock(chain, 60);
  const key = `duty-report:${task.id}:${other.address.toLowerCase()}`;
  await checker.until(() => checker.node.outbox.get(key)?.state === 'mined', 'the report');
});

test('the task is taken back: no pay, no fine, and the deposit is free for other duties', async () => {
  const checker = await guard();
  await checker.onDuty();
  await nextBlock(chain);
  const task = await submit();
  await nextBlock(chain);
  await checker.until(() => checker.told(task).sealed !== null, 'the seal');
  await nextBlock(chain, 30);
  await market.retract(task);
  await checker.until(() => checker.row(task)?.state === 'void', 'the end');
  const { duty } = chain.network.contracts;
  const { atRisk, deposit } = await checker.node.client.read(DUTY, duty, 'rosterOf', [checker.address as never]);
  expect([atRisk, deposit]).toEqual([0n, parseEther('5')]);
});

const REASONS: ReadonlyArray<readonly [string, (checker: Guard) => void]> = [
  ['off duty', (checker) => checker.duty.want(false)],
  ['solving it itself', (checker) => void (checker.solving = true)],
  ['without the model', (checker) => void (checker.has = false)],
  ['with a model that cannot run here now', (checker) => void (checker.unable = 'its server was removed')],
];
test.each(REASONS)('never announced: %s', async (_name, change) => {
  const checker = await guard();
  await checker.onDuty();
  await nextBlock(chain);
  change(checker);
  const task = await submit();
  await nextBlock(chain);
  await checker.until(() => checker.node.indexer.rows.task(task.id) !== undefined);
  await checker.until(() => checker.node.indexer.height >= task.posted.block + 1);
  for (let turns = 0; turns < 50; turns++) {
    checker.duty.wake();
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(checker.row(task)).toBeUndefined();
});

test('not drawn: nothing is announced, and nothing is asked of the chain for it', async () => {
  await chain.stop();
  chain = await TestChain.start({ ...CHECKED, checksBps: 1n });
  market = await TestMarket.open(chain);
  const checker = await guard();
  await checker.onDuty();
  await nextBlock(chain);
  const task = await submit();
  await nextBlock(chain);
  await checker.until(() => checker.node.indexer.height >= task.posted.block + 1);
  for (let turns = 0; turns < 50; turns++) {
    checker.duty.wake();
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(checker.row(task)).toBeUndefined();
});
