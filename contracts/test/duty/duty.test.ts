import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { type Contract, type Result, type Signer, ZeroAddress, ZeroHash, id, keccak256, toUtf8Bytes } from 'ethers';
import { SETTINGS, START, type System, coin, system } from '../tasks/modules.ts';

const NOTICE = 30;
const SEAL = 120;
const NOBODY = { solver: ZeroAddress, since: 0, until: 0 };
const salt = id('salt');
const digest = keccak256(toUtf8Bytes('result'));

interface Task {
  readonly fields: object;
  readonly taskId: string;
}

/** Fields and id of every task, and every solution, from the logs of the market alone. */
async function chronicle(market: Contract): Promise<{ tasks: Task[]; solutions: Map<string, object> }> {
  const tasks: Task[] = [];
  const solutions = new Map<string, object>();
  for (const log of await market.queryFilter('*', 0)) {
    const event = market.interface.parseLog(log);
    if (event?.name === 'TaskSubmitted') {
      tasks.push({ fields: (event.args.task as Result).toObject(), taskId: event.args.taskId as string });
    }
    if (event?.name === 'Revealed') {
      const { taskId, solver, revealedAt, resultDigest } = event.args;
      solutions.set(taskId as string, { solver, revealedAt, resultDigest });
    }
  }
  return { tasks, solutions };
}

describe('A duty on the real market', () => {
  let s: System;
  let roster: Contract;
  let requester: Signer;
  let solver: Signer;
  let first: Signer;
  let second: Signer;
  let stranger: Signer;
  const gas = new Map<string, number>();

  before(async () => {
    s = await system(5);
    [requester, solver, first, second, stranger] = s.signers as [Signer, Signer, Signer, Signer, Signer];
    const settings = { minDeposit: coin(10), reserve: coin(50), sealSeconds: SEAL, classes: 1 };
    roster = await s.deploy('DutyRoster', s.market.target, s.owner, settings, s.owner);
    await s.call(s.vault, s.owner, 'addModule', roster.target, 0);
    await s.call(s.market, s.owner, 'setDuty', roster.target);
    await s.call(s.market, s.owner, 'setTreasury', roster.target);
    await s.call(s.vault, stranger, 'transfer', roster.target, coin(100));
    gas.set('signOn', await s.call(roster, first, 'signOn', coin(50)));
    gas.set('signOn, another', await s.call(roster, second, 'signOn', coin(50)));
    await checks(20_000);
  });

  /** With 20,000 both of two equal checkers are drawn for certain. */
  const checks = async (checksBps: number): Promise<void> => {
    await s.call(s.market, s.owner, 'setSettings', 0, { ...SETTINGS, spread: 0, checksBps, notice: NOTICE });
  };

  const submit = async (nonce: number): Promise<Task> => {
    const order = {
      model: s.model,
      nonce,
      fee: coin(10),
      maxExtra: coin(10),
      lifetime: 3_600,
      class: 0,
      assurance: 0,
      readable: false,
    };
    await s.call(s.market, requester, 'submit', order, toUtf8Bytes('input'));
    const task = (await chronicle(s.market)).tasks.at(-1) as Task;
    await s.wait(1);
    await s.wait(1);
    return task;
  };

  const reserve = async (task: Task): Promise<object> => {
    await s.call(s.market, solver, 'reserve', task.fields, NOBODY);
    const [log] = (await s.market.queryFilter('Reserved')).slice(-1);
    const { since, until } = (s.market.interface.parseLog(log!) as { args: Result }).args;
    return { solver, since, until };
  };

  const commitment = async (task: Task, who: Signer): Promise<string> =>
    s.view<string>(s.market, 'commitmentFor', task.taskId, who, salt, digest);

  const solve = async (task: Task, reservation: object): Promise<object> => {
    await s.call(s.market, solver, 'commit', task.taskId, 0, await commitment(task, solver));
    const held = Number(await s.view<bigint>(s.market, 'heldUntil', task.taskId));
    await s.wait(Math.max(held - (await s.now()), 0) + NOTICE);
    await s.call(s.market, solver, 'reveal', task.fields, reservation, 0, salt, digest, 1);
    return (await chronicle(s.market)).solutions.get(task.taskId) as object;
  };

  it('is announced, sealed before the reveal, opened after it and paid', async () => {
    const task = await submit(1);
    const reservation = await reserve(task);
    gas.set('announce, first of the task', await s.call(roster, first, 'announce', task.fields, reservation));
    gas.set('announce, another', await s.call(roster, second, 'announce', task.fields, reservation));
    gas.set('seal', await s.call(roster, first, 'seal', task.taskId, await commitment(task, first)));
    gas.set(
      'seal, last of the task',
      await s.call(roster, second, 'seal', task.taskId, await commitment(task, second)),
    );
    assert.ok((await s.view<bigint>(s.market, 'heldUntil', task.taskId)) <= BigInt(await s.now()));

    const solution = await solve(task, reservation);
    const earlier = await s.balance(first);
    gas.set('open', await s.call(roster, first, 'open', task.fields, solution, 0, salt, digest));
    assert.equal((await s.balance(first)) - earlier, coin(6));
    gas.set('open, another', await s.call(roster, second, 'open', task.fields, solution, 0, salt, digest));
    await s.wait(SETTINGS.claimWindow);
    await s.call(s.market, stranger, 'claim', task.fields, solution);
    await s.call(s.market, stranger, 'payTreasury');
    // Ten percent of the fee, and what is held back from a newcomer: 0.4 of a check.
    const [balance, promised] = await s.view<[bigint, bigint]>(roster, 'fund');
    assert.equal(balance, coin(100) - 2n * coin(6) + coin(1) + (coin(6) * 4n) / 10n);
    assert.equal(promised, 0n);
  });

  it('is called up again for a newcomer, and fined when nobody comes', async () => {
    gas.set('heartbeat', await s.call(roster, second, 'heartbeat'));
    await checks(1_000);
    const called = await submit(2);
    const reservation = await reserve(called);
    gas.set('callUp', await s.call(roster, stranger, 'callUp', called.fields, reservation));
    await checks(20_000);
    const missed = await submit(3);
    const held = await reserve(missed);
    gas.set('announce, a checker known', await s.call(roster, first, 'announce', missed.fields, held));
    await s.wait(SEAL);
    const nothing = { solver: ZeroAddress, revealedAt: 0, resultDigest: ZeroHash };
    gas.set('reportMiss', await s.call(roster, stranger, 'reportMiss', missed.fields, first, nothing, 0));
    const solution = await solve(missed, held);
    gas.set('reportAbsence', await s.call(roster, stranger, 'reportAbsence', missed.fields, second, solution, 0));
    for (const checker of [first, second]) {
      const { deposit, pending } = await s.view<Result>(roster, 'rosterOf', checker);
      assert.equal(deposit, coin(50) - coin(6));
      assert.equal(pending, 0n);
    }
  });

  it('leaves nothing behind', async () => {
    const task = await submit(4);
    await s.call(roster, first, 'announce', task.fields, NOBODY);
    await s.wait(SETTINGS.retractDelay);
    await s.call(s.market, requester, 'retract', task.fields);
    gas.set('dismiss', await s.call(roster, stranger, 'dismiss', task.fields, first));
    gas.set('sweep', await s.call(roster, stranger, 'sweep'));
    const [balance, promised] = await s.view<[bigint, bigint]>(roster, 'fund');
    assert.deepEqual([balance, promised], [coin(50), 0n]);
    for (const checker of [first, second]) gas.set('signOff', await s.call(roster, checker, 'signOff'));
    await s.wait(7_200);
    for (const checker of [first, second]) gas.set('release', await s.call(roster, stranger, 'release', checker));
    for (const checker of [first, second]) {
      const account = await s.view<Result>(s.vault, 'accountOf', checker);
      assert.equal(account.locked, 0n);
      assert.equal(account.stake, START - coin(6));
    }
  });

  it('costs what the documentation says', (t) => {
    const limits: Record<string, number> = {
      signOn: 115_000,
      'signOn, another': 98_000,
      heartbeat: 38_000,
      callUp: 75_000,
      'announce, first of the task': 152_000,
      'announce, another': 118_000,
      'announce, a checker known': 152_000,
      seal: 36_000,
      'seal, last of the task': 48_000,
      open: 73_000,
      'open, another': 73_000,
      reportMiss: 109_000,
      reportAbsence: 149_000,
      dismiss: 51_000,
      sweep: 64_000,
      signOff: 31_000,
      release: 50_000,
    };
    assert.deepEqual([...gas.keys()].sort(), Object.keys(limits).sort());
    for (const [name, used] of gas) {
      t.diagnostic(`${name}: ${used} gas`);
      assert.ok(used <= (limits[name] ?? 0), `${name}: ${used}`);
    }
  });
});
