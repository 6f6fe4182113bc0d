import { parseEther } from 'ethers';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Address, Amount } from '../../src-shared/domain/ids.ts';

import { foldTask, type ChainTask } from '../chain/tasks-projection.ts';
import { TestChain } from '../chain/test-chain.ts';
import { TestMarket } from '../chain/test-market.ts';
import { Disputes } from '../disputes/index.ts';
import { reportMissCall } from '../duty/calls.ts';
import { CHECKED, Guard, nextBlock, reserved, revealed, RIGHT, submitted, WRONG } from '../duty/test-duty.ts';
import { claimCall, commitCall, commitmentFor, forfeitCall, reserveCall, revealCall } from '../tasks/market-calls.ts';
import { Retries } from '../tasks/retries.ts';
import { TestBlobs } from '../tasks/test-world.ts';
import { Holder } from './test-stake.ts';

const SALT = `0x${'5a'.repeat(32)}` as const;
const moot = (text: string): Amount => parseEther(text).toString() as Amount;

let chain: TestChain;
let market: TestMarket;
let holder: Holder;
beforeEach(async () => {
  chain = await TestChain.start(CHECKED);
  market = await TestMarket.open(chain);
  vi.spyOn(Retries.prototype, 'waits').mockReturnValue(false);
  holder = new Holder(await Guard.join(chain, market.digest, new TestBlobs()));
  await holder.guard.onDuty();
  await holder.until(() => holder.locked('duty') === parseEther('5'), 'the deposit');
});
afterEach(async () => {
  vi.restoreAllMocks();
  expect(holder.looks).toBeGreaterThan(0);
  expect(holder.wrong).toEqual([]);
  await chain.stop();
});

/** One move of the holder's account, outside of the node: as if made on another machine. */
async function move(task: ChainTask, data: string): Promise<ChainTask> {
  const hash = await chain.sendData(holder.guard.node.wallet, chain.network.contracts.market, data);
  return (await market.events(hash)).reduce<ChainTask | null>(foldTask, task) as ChainTask;
}

test('from reservation to payout: each lock with its cause, and the income at the end', async () => {
  holder.stakes.service('duty', false);
  await holder.until(() => holder.view.duty.state === 'leaving', 'leaving');
  const me = holder.guard.address as Address;
  const task = await submitted(market);
  await nextBlock(chain);
  const held = await move(task, reserveCall(task));
  // Half of the fee; the deposit of the duty answers on until it is released.
  await holder.until(() => holder.locked('reservation') === parseEther('0.5'), 'the bond');
  await move(held, commitCall(task.id, 0, commitmentFor(task.id, me, SALT, RIGHT)));
  await nextBlock(chain, 700);
  const solved = await move(held, revealCall(held, me, 0, SALT, RIGHT, 2));
  await holder.until(() => holder.locked('solution') === parseEther('100'), 'the lock');
  expect(holder.locked('reservation')).toBe(0n);
  expect(holder.view.locks.find(({ cause }) => cause === 'solution')).toMatchObject({ task: task.id });
  await nextBlock(chain, 60);
  await move(solved, claimCall(solved) ?? '');
  const paid = (): boolean => holder.locked('solution') === 0n && BigInt(holder.view.income.solving) > 0n;
  // Vault and index are read at different blocks.
  await holder.until(() => paid() && holder.locked('unknown') === 0n, 'the payout');
  // A tenth for the treasury, and what is held back from a newcomer for its checks: 40 % of 60 %.
  expect(holder.view.income).toMatchObject({ solving: moot('0.66'), checking: '0' });
  expect(holder.view.slashes).toEqual([]);
  expect(holder.locked('unknown')).toBe(0n);
});

test('a reservation that comes to nothing: the bond is gone, and the screen says why', async () => {
  const task = await submitted(market);
  await nextBlock(chain);
  const held = await move(task, reserveCall(task));
  await nextBlock(chain, 3_000);
  await chain.sendData(market.stranger, chain.network.contracts.market, forfeitCall(held));
  await holder.until(() => holder.view.slashes.length === 1, 'the loss');
  expect(holder.view.slashes[0]).toMatchObject({
    amount: moot('0.5'),
    why: 'You reserved a task and did not deliver: the bond went to the asker.',
  });
});

test('a missed check: the fine, and why', async () => {
  let go: () => void = () => undefined;
  const slow = new Promise<void>((resolve) => (go = resolve));
  holder.guard.compute = async ({ input }) => (
    await slow,
    { output: input, elapsedMs: 1, provider: 'cpu', device: 'cpu' }
  );
  await nextBlock(chain);
  const task = await submitted(market);
  await nextBlock(chain);
  await holder.until(() => holder.guard.told(task).announced !== null, 'the announcement');
  await nextBlock(chain, 60);
  const data = reportMissCall(task, holder.guard.address);
  await chain.sendData(market.stranger, chain.network.contracts.duty, data);
  await holder.until(() => holder.view.slashes.length === 1, 'the fine');
  expect(holder.view.slashes[0]).toMatchObject({
    amount: moot('0.6'),
    why: 'You missed a check that you were drawn for.',
  });
  expect(holder.view.duty.missed).toBe(1);
  go();
});

test('a cheat: the checker contests it with its own stake, is paid for the check, and the bond says what it is for', async () => {
  const { guard } = holder;
  const { settings, context, node } = guard;
  const modelFile = async (): Promise<Uint8Array> => new Uint8Array();
  const needs = {
    settings,
    compute: guard.compute,
    modelFile,
    probe: async () => [],
    prepaid: () => 0n,
    sandbox: false,
    nudge: () => undefined,
  };
  const court = new Disputes({ ...context, ...needs }, node.indexer);
  await court.start();
  guard.court = court;
  await nextBlock(chain);
  const task = await submitted(market);
  await nextBlock(chain);
  await holder.until(() => guard.told(task).sealed !== null, 'the seal');
  const held = await reserved(market, task, WRONG);
  await nextBlock(chain, 600);
  await revealed(market, held, WRONG);
  await holder.until(() => guard.row(task)?.state === 'paid', 'the pay of the check');
  // Half of a hundred fees.
  await holder.until(() => holder.locked('contestation') === parseEther('50'), 'the bond');
  // A case may be over a task, a seat or an item: the case says so, the lock names the case.
  expect(holder.view.locks.find(({ cause }) => cause === 'contestation')).toMatchObject({ task: null, dispute: '1' });
  expect(holder.view.income.checking).toBe(moot('0.6'));
  expect(node.indexer.rows.task(task.id)).toMatchObject({ state: 'contested', dispute: { claimant: guard.address } });
  await court.stop();
});

test('in, to the stake, and out again, with the delay in between', async () => {
  const before = await holder.tokens();
  await holder.stakes.deposit(moot('7'), 'stake');
  await holder.until(() => holder.view.stake === moot('507'), 'the deposit');
  expect(await holder.tokens()).toBe(before - parseEther('7'));
  await holder.stakes.deposit(moot('3'), 'prepaid');
  await holder.until(() => holder.view.prepaid === moot('103'), 'the second deposit');
  holder.stakes.add(moot('3'));
  await holder.until(() => holder.view.stake === moot('510'), 'the stake');
  holder.stakes.requestExit(moot('10'));
  await holder.until(() => holder.view.exit?.amount === moot('10'), 'the exit');
  await holder.until(() => holder.locked('exit') === parseEther('10'), 'the lock of the exit');
  expect(() => holder.stakes.requestExit(moot('1'))).toThrow('An exit is on its way already.');
  expect(() => holder.stakes.finishExit()).toThrow('It is not ready yet.');
  holder.stakes.cancelExit();
  await holder.until(() => holder.view.exit === null && holder.locked('exit') === 0n, 'the way back');
  holder.stakes.requestExit(moot('10'));
  await holder.until(() => holder.view.exit !== null, 'the second exit');
  await nextBlock(chain, 1_000);
  await holder.until(
    () => holder.guard.node.client.now() * 1_000 >= (holder.view.exit?.readyAt ?? Infinity),
    'the delay',
  );
  holder.stakes.finishExit();
  await holder.until(() => holder.view.exit === null && holder.view.prepaid === moot('110'), 'the end');
  holder.stakes.withdraw(moot('110'));
  await holder.until(() => holder.view.prepaid === '0', 'the withdrawal');
  expect(await holder.tokens()).toBe(before + parseEther('100'));
});

test('what cannot be is refused at once, in words', async () => {
  await expect(holder.stakes.deposit(moot('51'), 'stake')).rejects.toThrow('You have 50 MOOT in your wallet.');
  expect(() => holder.stakes.add(moot('101'))).toThrow('You have 100 MOOT ready to pay.');
  expect(() => holder.stakes.requestExit(moot('496'))).toThrow('You have 495 MOOT of free stake.');
  expect(() => holder.stakes.cancelExit()).toThrow('No exit is on its way.');
  holder.guard.node.signer.locked = true;
  expect(() => holder.stakes.withdraw(moot('1'))).toThrow('The wallet is locked.');
});

test('what is locked for reasons that were never read is shown as unknown', async () => {
  const { db } = holder.guard.node;
  const task = await submitted(market);
  await nextBlock(chain);
  await move(task, reserveCall(task));
  await holder.until(() => holder.locked('reservation') === parseEther('0.5'), 'the bond');
  db.prepare('DELETE FROM chain_tasks').run();
  expect(holder.locked('unknown')).toBe(parseEther('0.5'));
});
