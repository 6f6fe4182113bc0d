import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { type Contract, type Signer, ZeroAddress, ZeroHash, randomBytes, sha256, toUtf8Bytes } from 'ethers';
import { type System, START, WINDOW, coin, missing, said, system } from './modules.ts';

const NOBODY = { solver: ZeroAddress, since: 0, until: 0 };
const digestOf = (text: string): string => sha256(toUtf8Bytes(text));

describe('life of chains, through the application binary interface', () => {
  let all: System;
  let chains: Contract;
  let owner: Signer, solver: Signer, stranger: Signer;

  before(async () => {
    all = await system(3);
    [owner, solver, stranger] = all.signers as [Signer, Signer, Signer];
    chains = await all.deploy('TaskChain', all.market.target);
    await all.call(all.vault, all.owner, 'addModule', chains.target, 0);
  });

  const step = () => ({
    model: all.model,
    fee: coin(1),
    maxExtra: all.modelFee,
    lifetime: 3_600,
    class: 0,
    assurance: 0,
  });

  async function open(nonce: number, steps: number, rounds: number, budget: bigint, goal: string): Promise<void> {
    await all.call(chains, owner, 'open', {
      owner,
      nonce,
      budget,
      rounds,
      inputSize: 5,
      largest: 1_000,
      input: digestOf('first'),
      goal,
      steps: Array.from({ length: steps }, step),
    });
  }

  /** The chain opened last and the task of its current step, from the logs alone. */
  async function current(): Promise<{
    chain: unknown;
    chainId: string;
    task: Record<string, unknown>;
    taskId: string;
  }> {
    const log = await said(chains);
    const opened = log.findLast(({ name }) => name === 'ChainOpened');
    const started = log.findLast(({ name }) => name === 'StepStarted');
    const submitted = (await said(all.market)).find(({ args }) => args.taskId === started?.args.taskId);
    return {
      chain: opened?.args.chain,
      chainId: opened?.args.chainId as string,
      task: submitted?.args.task as Record<string, unknown>,
      taskId: started?.args.taskId as string,
    };
  }

  async function solve(digest: string): Promise<void> {
    const { chain, task, taskId } = await current();
    await all.wait(1_801);
    const salt = randomBytes(32);
    const commitment = await all.view(all.market, 'commitmentFor', taskId, solver, salt, digest);
    await all.call(all.market, solver, 'commit', taskId, 0, commitment);
    await all.wait(1);
    await all.call(all.market, solver, 'reveal', task, NOBODY, 0, salt, digest, 8);
    const revealedAt = await all.now();
    await all.wait(WINDOW);
    await all.call(all.market, stranger, 'claim', task, { solver, revealedAt, resultDigest: digest });
    await all.call(chains, stranger, 'advance', chain);
  }

  async function ending(): Promise<Record<string, unknown>> {
    const last = (await said(chains)).at(-1);
    assert.equal(last?.name, 'ChainEnded');
    return last.args;
  }

  it('a stranger pokes a chain of three steps on, from the logs alone', async () => {
    await open(1, 3, 1, coin(10), ZeroHash);
    await solve(digestOf('one'));
    assert.equal((await current()).task.inputDigest, digestOf('one'));
    await solve(digestOf('two'));
    await solve(digestOf('three'));
    const { ending: reason, done, latest, left } = await ending();
    assert.deepEqual([reason, done, latest, left], [0n, 3n, digestOf('three'), coin(10 - 4.5)]);
    assert.equal(await all.balance(owner), START - coin(4.5));
  });

  it('a step repeats on its own result until that no longer changes', async () => {
    await open(2, 1, 100, coin(100), ZeroHash);
    for (const text of ['a', 'b', 'c', 'c']) await solve(digestOf(text));
    const { ending: reason, done, left } = await ending();
    assert.deepEqual([reason, done, left], [2n, 4n, coin(94)]);
  });

  it('the owner takes an unsolved step back, and the rest with it', async () => {
    const before = await all.balance(owner);
    await open(3, 2, 1, coin(5), ZeroHash);
    await all.wait(600);
    const { chain, task } = await current();
    await all.call(chains, owner, 'retract', chain, task);
    assert.equal((await ending()).left, coin(5));
    assert.equal(await all.balance(owner), before);
  });

  it('what is written in the artifact is what the interface promises', async () => {
    assert.deepEqual(await missing('TaskChain', 'ITaskChain'), []);
  });

  it('costs what the documentation says', async (t) => {
    const opening = await gasOf(() => open(4, 2, 1, coin(5), ZeroHash));
    await solve(digestOf('x'));
    const advance = Number((await lastReceipt()).gasUsed);
    t.diagnostic(`open ${opening}, advance to the next step ${advance}`);
    assert.ok(opening < 240_000, `${opening}`);
    assert.ok(advance < 165_000, `${advance}`);
  });

  async function lastReceipt(): Promise<{ gasUsed: bigint }> {
    const block = await all.connection.ethers.provider.getBlock('latest');
    const receipt = await all.connection.ethers.provider.getTransactionReceipt(block?.transactions[0] ?? '');
    if (receipt === null) throw new Error('the last block is empty');
    return receipt;
  }

  async function gasOf(act: () => Promise<void>): Promise<number> {
    await act();
    return Number((await lastReceipt()).gasUsed);
  }
});
