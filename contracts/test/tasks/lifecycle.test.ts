import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import {
  AbiCoder,
  type Contract,
  type JsonRpcSigner,
  type Signer,
  ZeroAddress,
  keccak256,
  randomBytes,
  sha256,
} from 'ethers';
import { START, type System, WINDOW, coin, missing, said, system } from './modules.ts';

const NOBODY = { solver: ZeroAddress, since: 0n, until: 0n };
const TASK = '(address requester,uint64 nonce,bytes32 model,bytes32 inputDigest,uint256 money,uint256 times)';
const SOLUTION = '(address solver,uint48 revealedAt,bytes32 resultDigest)';
/** Widths of the fields of the packed words, from the top. */
const MONEY = [80, 80, 16, 16, 16, 16, 16, 16];
const TIMES = [40, 40, 40, 40, 24, 24, 16, 16, 8, 8];
const TICKET = {
  Ticket: [
    { name: 'taskId', type: 'bytes32' },
    { name: 'solver', type: 'address' },
    { name: 'until', type: 'uint48' },
  ],
};

interface Known {
  readonly task: Record<string, unknown>;
  held: object;
  solution?: object;
  disputeId?: bigint;
  state: 'open' | 'reserved' | 'solved' | 'frozen' | 'over';
}

/** All tasks as a node sees them that knows nothing but the logs of the market. */
async function known(market: Contract): Promise<Map<string, Known>> {
  const tasks = new Map<string, Known>();
  for (const { name, args } of await said(market)) {
    const taskId = args.taskId as string;
    if (name === 'TaskSubmitted') {
      tasks.set(taskId, { task: args.task as Record<string, unknown>, held: NOBODY, state: 'open' });
    }
    const entry = tasks.get(taskId);
    if (entry === undefined) continue;
    const { solver, since, until, revealedAt, resultDigest, disputeId } = args;
    if (name === 'Reserved') Object.assign(entry, { held: { solver, since, until }, state: 'reserved' });
    if (name === 'Forfeited') Object.assign(entry, { held: NOBODY, state: 'open' });
    if (name === 'Revealed') Object.assign(entry, { solution: { solver, revealedAt, resultDigest }, state: 'solved' });
    if (name === 'Contested') Object.assign(entry, { disputeId, state: 'frozen' });
    if (['Claimed', 'Overturned', 'Retracted', 'Refunded'].includes(name)) entry.state = 'over';
  }
  return tasks;
}

/** The layout of the two packed words, read from the top. */
function unpack(word: bigint, widths: readonly number[]): bigint[] {
  let left = 256n;
  return widths.map((width) => {
    left -= BigInt(width);
    return (word >> left) & ((1n << BigInt(width)) - 1n);
  });
}

/** What the requester has paid, checks included. */
function paidFor({ money, times }: { money: bigint; times: bigint }): bigint {
  const [fee = 0n, modelFee = 0n, , , , checksBps = 0n, dutyBps = 0n] = unpack(money, MONEY);
  const checks = times & 2n ? (((fee * dutyBps) / 10_000n) * checksBps) / 10_000n : 0n;
  return fee + modelFee + checks;
}

function lockOf({ money }: { money: bigint }): bigint {
  const [fee = 0n, , factor = 0n] = unpack(money, MONEY);
  return fee * factor;
}

describe('life of tasks, through the application binary interface', () => {
  let all: System;
  let requester: Signer, solver: Signer, rival: Signer, stranger: Signer;

  before(async () => {
    all = await system(4);
    [requester, solver, rival, stranger] = all.signers as [Signer, Signer, Signer, Signer];
  });

  let nonce = 0;
  const order = () => ({
    model: all.model,
    nonce: ++nonce,
    fee: coin(10),
    maxExtra: coin(20),
    lifetime: 3_600,
    class: 0,
    assurance: nonce % 3,
    readable: nonce % 2 === 0,
  });

  async function post(input?: Uint8Array): Promise<string> {
    if (input) await all.call(all.market, requester, 'submit', order(), input);
    else await all.call(all.market, requester, 'submitBlob', order(), sha256('0x01'), 9_000_000_000n);
    return [...(await known(all.market)).keys()].at(-1) ?? '';
  }

  const look = async (taskId: string): Promise<Known> => {
    const entry = (await known(all.market)).get(taskId);
    assert.ok(entry);
    return entry;
  };

  async function reserve(who: Signer, taskId: string): Promise<void> {
    await all.wait(60);
    await all.call(all.market, who, 'reserve', (await look(taskId)).task, NOBODY);
  }

  /** Commits and reveals; the commitment is computed here, by the published rule. */
  async function reveal(who: Signer, taskId: string, slot = 0): Promise<void> {
    const [salt, digest] = [randomBytes(32), sha256(randomBytes(8))];
    const encoded = AbiCoder.defaultAbiCoder().encode(
      ['bytes32', 'address', 'bytes32', 'bytes32'],
      [taskId, await who.getAddress(), salt, digest],
    );
    const { task, held } = await look(taskId);
    await all.call(all.market, who, 'commit', taskId, slot, keccak256(encoded).slice(0, 54));
    await all.call(all.market, who, 'reveal', task, held, slot, salt, digest, 8);
  }

  it('the input can be read from the log and matches its digest', async () => {
    const input = randomBytes(200);
    const taskId = await post(input);
    const event = (await said(all.market)).find(({ args }) => args.taskId === taskId);
    assert.ok(event);
    assert.equal(event.args.input, `0x${Buffer.from(input).toString('hex')}`);
    assert.equal((event.args.task as Record<string, unknown>).inputDigest, sha256(input));
    assert.equal(event.args.inputSize, 200n);
  });

  it('the packed words say what was agreed', async () => {
    const { task } = await look(await post(randomBytes(5)));
    const [fee, modelFee, lockFactor, treasuryBps, issueRate, checksBps, dutyBps, bondBps] = unpack(
      task.money as bigint,
      MONEY,
    );
    // The second order buys critical assurance.
    assert.deepEqual([fee, modelFee, lockFactor, treasuryBps], [coin(10), all.modelFee, 100n, 1_000n]);
    assert.deepEqual([issueRate, checksBps, dutyBps, bondBps], [1_000n, 20_000n, 6_000n, 5_000n]);
    const times = unpack(task.times as bigint, TIMES);
    const [at, block] = [BigInt(await all.now()), BigInt(await all.connection.ethers.provider.getBlockNumber())];
    assert.deepEqual(times, [at, block, at + 600n, at + 3_600n, BigInt(WINDOW), 90n, 0n, 5n, 0n, 3n]);
  });

  it('the id is the hash that a node computes itself', async () => {
    const taskId = await post();
    const { task } = await look(taskId);
    const { chainId } = await all.connection.ethers.provider.getNetwork();
    const tag = keccak256(Buffer.from('folkmoot.task.v2'));
    const encoded = AbiCoder.defaultAbiCoder().encode(
      ['bytes32', 'uint256', 'address', TASK],
      [tag, chainId, all.market.target, Object.values(task)],
    );
    assert.equal(keccak256(encoded), taskId);
    assert.equal(((task.times as bigint) & 4n) !== 0n, true, 'a blob is marked');
  });

  it('a ticket signed by a wallet is taken from a stranger', async () => {
    const taskId = await post(randomBytes(30));
    await all.wait(60);
    const until = (await all.now()) + 60;
    const [, name, version, chainId, verifyingContract] = await all.market.getFunction('eip712Domain').staticCall();
    const signature = await (solver as JsonRpcSigner).signTypedData(
      { name, version, chainId, verifyingContract },
      TICKET,
      { taskId, solver: await solver.getAddress(), until },
    );
    const ticket = { solver: await solver.getAddress(), until, signature };
    await all.call(all.market, stranger, 'reserveWithTicket', (await look(taskId)).task, NOBODY, ticket);
    const { held, state } = await look(taskId);
    assert.equal(state, 'reserved');
    const word = await all.market.getFunction('reservedWordOf').staticCall(taskId, held);
    assert.equal(await all.market.getFunction('wordOf').staticCall(taskId), word);
    await reveal(solver, taskId);
  });

  it('everything that is open can be ended from the logs alone, by a stranger', async () => {
    const retracted = await post(randomBytes(30));
    const [upheld, rejected, stalled, again] = [await post(), await post(), await post(), await post()];
    for (const [slot, taskId] of [upheld, rejected].entries()) {
      await reserve(solver, taskId);
      await reveal(solver, taskId, slot + 1);
      const { task, solution } = await look(taskId);
      await all.call(all.market, rival, 'contest', task, solution, 'ipfs://evidence');
    }
    await reserve(solver, again);
    await all.wait(100);
    // The rival takes over from the logs: it forfeits what stands and has lapsed.
    const lapsed = await look(again);
    await all.call(all.market, rival, 'reserve', lapsed.task, lapsed.held);
    await reveal(rival, again);
    await reserve(solver, stalled);
    await all.wait(WINDOW);
    await all.call(all.market, requester, 'retract', (await look(retracted)).task);

    for (const [taskId, ruling] of [[upheld, 1] as const, [rejected, 0] as const]) {
      const { task, solution, disputeId } = await look(taskId);
      const fields = AbiCoder.defaultAbiCoder().encode([TASK, SOLUTION], [task, solution]);
      await all.call(all.court, stranger, 'decide', disputeId, ruling, fields);
    }
    await all.wait(4_000);
    for (const { task, held, solution, state } of (await known(all.market)).values()) {
      if (state === 'solved') await all.call(all.market, stranger, 'claim', task, solution);
      if (state === 'open') await all.call(all.market, stranger, 'refund', task, NOBODY);
      if (state === 'reserved') await all.call(all.market, stranger, 'refund', task, held);
    }
    const left = [...(await known(all.market)).values()].filter(({ state }) => state !== 'over');
    assert.deepEqual(left, []);
    for (const taskId of (await known(all.market)).keys()) {
      assert.equal(BigInt(await all.market.getFunction('wordOf').staticCall(taskId)), 0n);
    }
    const module = await all.vault.getFunction('moduleOf').staticCall(all.market.target);
    assert.deepEqual([module.escrowed, module.locked], [0n, 0n]);
  });

  it('the market’s logs are its whole book: balances follow from them', async () => {
    const net = new Map<string, bigint>();
    const book = (who: unknown, amount: bigint) => net.set(who as string, (net.get(who as string) ?? 0n) + amount);
    const tasks = new Map<string, { money: bigint; times: bigint; claimant?: unknown }>();
    const asker = await requester.getAddress();
    let [kept, authors] = [0n, 0n];
    for (const { name, args } of await said(all.market)) {
      const taskId = args.taskId as string;
      if (name === 'TaskSubmitted') {
        const task = args.task as { money: bigint; times: bigint };
        tasks.set(taskId, { ...task });
        book(asker, -paidFor(task));
      }
      const task = tasks.get(taskId);
      if (task === undefined) continue;
      if (['Refunded', 'Retracted', 'Overturned'].includes(name)) book(asker, args.amount as bigint);
      if (name === 'Forfeited') book(asker, args.bond as bigint);
      if (name === 'Contested') task.claimant = args.claimant;
      // What the winner of a dispute gets is half of what the loser has lost: the lock, or a bond of half of it.
      if (name === 'Overturned') book(task.claimant, lockOf(task) / 2n);
      if (name !== 'Claimed') continue;
      if (task.claimant !== undefined) book(args.solver, lockOf(task) / 4n);
      book(args.solver, (args.reward as bigint) + (args.issued as bigint));
      kept += args.retained as bigint;
      authors += args.modelFee as bigint;
    }
    for (const who of [requester, solver, rival]) {
      assert.equal((await all.balance(who)) - START, net.get(await who.getAddress()));
      assert.equal((await all.vault.getFunction('accountOf').staticCall(who)).locked, 0n);
    }
    const module = await all.vault.getFunction('moduleOf').staticCall(all.market.target);
    assert.equal(module.retained, kept);
    assert.equal(await all.vault.getFunction('accruedOf').staticCall(all.market.target, all.model), authors);
  });

  it('what is written in the artifacts is what the interfaces promise', async () => {
    for (const name of ['MootToken', 'StakeVault', 'ModelRegistry', 'TaskMarket']) {
      assert.deepEqual(await missing(name, `I${name}`), [], name);
    }
  });

  it('every contract fits a block chain’s limit on code', async () => {
    for (const contract of [all.vault, all.registry, all.market]) {
      const code = await all.connection.ethers.provider.getCode(contract.target as string);
      assert.ok(code.length / 2 - 1 <= 24_576, contract.interface.format().join('').slice(0, 40));
    }
  });
});
