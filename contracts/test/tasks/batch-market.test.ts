import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { AbiCoder, type Contract, type Signer, randomBytes, sha256, toUtf8Bytes } from 'ethers';
import { itemRoot, measureBulk50 } from '../../../bench/gas/bulk.ts';
import { type System, WINDOW, coin, missing, said, system } from './modules.ts';

interface Run {
  readonly fields: { solver: string; revealedAt: bigint; root: string };
  readonly committed: bigint;
  readonly digests: string[];
  readonly batchId: string;
}

const numbersOf = (mask: bigint): number[] =>
  Array.from({ length: 64 }, (_, i) => i).filter((i) => (mask >> BigInt(i)) & 1n);

/** What a node that knows nothing but the logs can finish, and with which arguments. */
async function openEnds(batches: Contract): Promise<{ batches: Map<string, object>; runs: Map<string, Run> }> {
  const open = new Map<string, object>();
  const runs = new Map<string, Run>();
  for (const { name, args } of await said(batches)) {
    if (name === 'BatchSubmitted') open.set(args.batchId as string, args.batch as object);
    if (name === 'RunRevealed') {
      runs.set(args.runId as string, {
        fields: args.run as Run['fields'],
        committed: args.committed as bigint,
        digests: args.digests as string[],
        batchId: args.batchId as string,
      });
    }
  }
  return { batches: open, runs };
}

describe('life of batches, through the application binary interface', () => {
  let all: System;
  let batches: Contract;
  let requester: Signer, solver: Signer, rival: Signer, stranger: Signer;

  before(async () => {
    all = await system(6);
    [requester, solver, rival, stranger] = all.signers as [Signer, Signer, Signer, Signer];
    batches = await all.deploy('BatchMarket', all.market.target);
    await all.call(all.vault, all.owner, 'addModule', batches.target, 1);
  });

  const order = (nonce: number) => ({
    model: all.model,
    nonce,
    fee: coin(1),
    maxExtra: all.modelFee,
    lifetime: 3_600,
    class: 0,
    assurance: 0,
    readable: false,
  });

  async function solve(who: Signer, batchId: string, batch: object, mask: bigint): Promise<void> {
    const numbers = numbersOf(mask);
    const digests = numbers.map((number) => sha256(toUtf8Bytes(`result ${number}`)));
    const salt = randomBytes(32);
    const root = itemRoot(numbers.map((number, i) => [number, digests[i] ?? ''] as const));
    const commitment = await all.view(batches, 'commitmentFor', batchId, who, salt, root);
    await all.call(batches, who, 'commitRoot', batchId, 3, commitment, mask);
    await all.wait(1);
    await all.call(batches, who, 'revealRun', batch, { items: mask, slot: 3, largest: 8, salt, digests });
  }

  it('a stranger finishes everything from the logs alone', async () => {
    const inputs = Array.from({ length: 20 }, (_, i) => toUtf8Bytes(`input ${i}`));
    await all.call(batches, requester, 'submitBatch', order(1), inputs);
    const [submitted] = (await said(batches)).filter(({ name }) => name === 'BatchSubmitted');
    const batchId = submitted?.args.batchId as string;
    const batch = submitted?.args.batch as { task: { inputDigest: string } };
    assert.equal(batch.task.inputDigest, itemRoot(inputs.map((input, i) => [i, sha256(input)] as const)));
    await all.wait(1_800);
    await solve(solver, batchId, batch, 0x0_3ffn);
    await solve(rival, batchId, batch, 0x1_ff00n);
    const known = await openEnds(batches);
    const first = [...known.runs.values()][0] as Run;
    await all.call(batches, stranger, 'contestItem', batch, first.fields, proofOf(first, 6), 'ipfs://evidence');
    await all.call(batches, stranger, 'contestItem', batch, first.fields, proofOf(first, 9), '');
    await all.wait(WINDOW);
    for (const run of known.runs.values()) {
      await all.call(batches, stranger, 'claimRun', known.batches.get(run.batchId), run.fields);
    }
    for (const [disputeId, ruling, index] of [
      [1, 1, 6],
      [2, 0, 9],
    ] as const) {
      const fields = AbiCoder.defaultAbiCoder().encode(
        [batches.interface.getFunction('batchIdOf')?.inputs[0] ?? '', 'uint8', 'address'],
        [batch, index, await solver.getAddress()],
      );
      await all.call(all.court, stranger, 'decide', disputeId, ruling, fields);
    }
    await all.wait(3_600);
    await all.call(batches, stranger, 'refundBatch', batch);
    const module = await all.view<{ escrowed: bigint; locked: bigint }>(all.vault, 'moduleOf', batches.target);
    assert.equal(module.escrowed, 0n);
    assert.equal(module.locked, 0n);
    const paid = (await said(batches)).filter(({ name }) => name === 'ItemsPaid');
    assert.deepEqual(
      paid.map(({ args }) => args.items),
      [0x1bfn, 0x1_fc00n, 0x200n],
    );
    // 20 items: 16 paid, one overturned, three never solved.
    assert.equal(await all.balance(requester), coin(20_000) - 16n * coin(1.5));
  });

  function proofOf(run: Run, index: number): object {
    const numbers = numbersOf(run.committed);
    const leaves = numbers.map((number, i) => itemRoot([[number, run.digests[i] ?? '']]));
    const proof: string[] = [];
    let place = numbers.indexOf(index);
    const digest = run.digests[place];
    for (let level = leaves; level.length > 1; place >>= 1) {
      const partner = level[place ^ 1];
      if (partner !== undefined) proof.push(partner);
      const above: string[] = [];
      for (let i = 0; i < level.length; i += 2) {
        const pair = level.slice(i, i + 2).sort();
        above.push(
          pair.length === 2 ? all.connection.ethers.keccak256(`${pair[0]}${pair[1]?.slice(2)}`) : (pair[0] ?? ''),
        );
      }
      level = above;
    }
    return { index, digest, proof };
  }

  it('a task in a bulk of 50 costs less than 27,000 gas, and 40,000 in five runs', async (t) => {
    const one = await measureBulk50(all, batches, requester, [solver], stranger);
    t.diagnostic(`one run: ${JSON.stringify(one)}`);
    assert.ok(one.sum <= 27_000, `${one.sum}`);
    const five = await measureBulk50(all, batches, requester, all.signers.slice(0, 5), stranger);
    t.diagnostic(`five runs: ${JSON.stringify(five)}`);
    assert.ok(five.sum <= 40_000, `${five.sum}`);
  });

  it('what is written in the artifact is what the interface promises', async () => {
    assert.deepEqual(await missing('BatchMarket', 'IBatchMarket'), []);
  });
});
