import { randomBytes } from 'node:crypto';
import { hexlify } from 'ethers';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Address, Amount, Digest, TaskId } from '../../src-shared/domain/ids.ts';
import { MARKET } from '../chain/abi.ts';
import { claimableAt, foldTask, solverShare, type ChainTask } from '../chain/tasks-projection.ts';
import { TestChain } from '../chain/test-chain.ts';
import { TestMarket } from '../chain/test-market.ts';
import {
  claimCall,
  commitCall,
  commitmentFor,
  MAX_INPUT_ON_CHAIN,
  refundCall,
  retractCall,
  revealCall,
  submitCall,
} from './market-calls.ts';
import { sha256 } from './test-world.ts';

let chain: TestChain;
let market: TestMarket;
let at: string;
beforeAll(async () => {
  chain = await TestChain.start();
  market = await TestMarket.open(chain);
  at = chain.network.contracts.market;
});
afterAll(() => chain.stop());

/** The task as the events of these transactions tell it. */
async function told(task: ChainTask | null, hash: string): Promise<ChainTask> {
  const after = (await market.events(hash)).reduce<ChainTask | null>(foldTask, task);
  if (after === null) throw new Error('no task');
  return after;
}

async function submit(bytes = 2, lifetime = 60): Promise<ChainTask> {
  const input = randomBytes(bytes);
  const data = submitCall({
    model: market.model,
    fee: ('1001' + '0'.repeat(12)) as Amount,
    maxExtra: '1000' as Amount,
    lifetime,
    class: 0,
    assurance: 0,
    nonce: randomBytes(8).readBigUInt64BE(),
    input,
    inputDigest: sha256(input),
  });
  return told(null, await chain.sendData(market.asker, at, data));
}

test('submit, commit, reveal, claim: the contract takes what the events gave back', async () => {
  let task = await submit();
  const result = sha256(Buffer.from('result'));
  const [me, salt] = [market.solver.address as Address, hexlify(randomBytes(32)) as `0x${string}`];
  task = await told(
    task,
    await chain.sendData(market.solver, at, commitCall(task.id, 3, commitmentFor(task.id, me, salt, result))),
  );
  task = await told(task, await chain.sendData(market.solver, at, revealCall(task, me, 3, salt, result, 2)));
  expect(task).toMatchObject({ state: 'solved', solution: { solver: me, resultDigest: result, resultSize: 2 } });
  const claim = claimCall(task) ?? '';
  await expect(chain.sendData(market.stranger, at, claim)).rejects.toThrow();
  await market.later((claimableAt(task) ?? 0) - Number(task.solution?.revealedAt));
  task = await told(task, await chain.sendData(market.stranger, at, claim));
  expect(task.state).toBe('paid');
  const { solver, treasury } = solverShare(task.fields, true);
  expect(task.claimed).toMatchObject({ reward: String(solver), retained: String(treasury) });
});

test.each([
  [1, true],
  [MAX_INPUT_ON_CHAIN, true],
  [MAX_INPUT_ON_CHAIN + 1, false],
])('an input of %i bytes: on chain %s', async (bytes, onChain) => {
  const task = await submit(bytes);
  expect(task.inputSize).toBe(bytes);
  expect(task.input.length).toBe(onChain ? 2 + 2 * bytes : 2);
  if (onChain) expect(task.fields.inputDigest).toBe(sha256(Buffer.from(task.input.slice(2), 'hex')));
});

test('retract and refund give everything back, each at its time and not before', async () => {
  let taken = await submit();
  await expect(chain.sendData(market.asker, at, retractCall(taken))).rejects.toThrow();
  await market.later(21);
  taken = await told(taken, await chain.sendData(market.asker, at, retractCall(taken)));
  let expired = await submit();
  await expect(chain.sendData(market.stranger, at, refundCall(expired))).rejects.toThrow();
  await market.later(61);
  expired = await told(expired, await chain.sendData(market.stranger, at, refundCall(expired)));
  for (const task of [taken, expired]) {
    expect(task).toMatchObject({
      state: 'refunded',
      refunded: { amount: String(BigInt(task.fields.fee) + BigInt(task.fields.modelFee)) },
    });
  }
});

test('a task that nobody solved cannot be claimed', async () => {
  expect(claimCall(await submit())).toBeNull();
});

test('commitments are those of the contract', async () => {
  const client = chain.client();
  const word = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => hexlify(bytes) as `0x${string}`);
  const account = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => hexlify(bytes) as `0x${string}`);
  await fc.assert(
    fc.asyncProperty(word, account, word, word, async (task, solver, salt, result) => {
      const ours = commitmentFor(
        task as string as TaskId,
        solver as string as Address,
        salt,
        result as string as Digest,
      );
      expect(ours).toBe(await client.read(MARKET, at, 'commitmentFor', [task, solver, salt, result]));
    }),
    { numRuns: 25 },
  );
  await client.stop();
});
