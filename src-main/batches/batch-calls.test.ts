import { concat, keccak256 } from 'ethers';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BatchId, Digest, TaskId } from '../../src-shared/domain/ids.ts';
import { BATCHES } from '../chain/abi.ts';
import { itemsOf, maskOf } from '../chain/masks.ts';
import { TestChain, type FaultyClient } from '../chain/test-chain.ts';
import { commitmentFor } from '../tasks/market-calls.ts';
import { firstItem, saltName } from './batch-calls.ts';
import { proofOf, rootOf } from './item-tree.ts';
import { planOf } from './run-plan.ts';

let chain: TestChain;
let client: FaultyClient;
beforeAll(async () => {
  chain = await TestChain.start();
  client = chain.client();
});
afterAll(() => chain.stop());

type Hex = `0x${string}`;
const digest = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => `0x${Buffer.from(bytes).toString('hex')}`);
const mask = fc.bigInt({ min: 1n, max: 2n ** 64n - 1n });

test('the root is the one that the contract reckons, for any items', async () => {
  const { batches } = chain.network.contracts;
  await fc.assert(
    fc.asyncProperty(mask, fc.infiniteStream(digest), async (items, digests) => {
      const leaves = itemsOf(items).map((item) => [item, digests.next().value as Digest] as const);
      const theirs = await client.read(BATCHES, batches, 'rootOf', [
        items,
        leaves.map(([, each]) => each as string as Hex),
      ]);
      expect(rootOf(leaves)).toBe(theirs);
    }),
    { numRuns: 25 },
  );
});

test('every item can be proved to who knows the root alone', () => {
  fc.assert(
    fc.property(mask, fc.infiniteStream(digest), (items, digests) => {
      const leaves = itemsOf(items).map((item) => [item, digests.next().value as Digest] as const);
      const root = rootOf(leaves);
      for (const [item, value] of leaves) {
        const up = proofOf(leaves, item).reduce(
          (node, other) => keccak256(concat(node < other ? [node, other] : [other, node])),
          rootOf([[item, value]]),
        );
        expect(up).toBe(root);
      }
      expect(() => proofOf(leaves, 64)).toThrow(RangeError);
    }),
    { numRuns: 10 },
  );
});

test('so is the commitment', async () => {
  const id = `0x${'11'.repeat(32)}` as const;
  const [salt, root] = [`0x${'22'.repeat(32)}`, `0x${'33'.repeat(32)}`] as const;
  const me = chain.operator.address;
  const args = [id, me as string as Hex, salt, root] as const;
  const theirs = await client.read(BATCHES, chain.network.contracts.batches, 'commitmentFor', args);
  expect(commitmentFor(id as string as TaskId, me, salt, root as string as Digest)).toBe(theirs);
});

test('every run has a salt of its own', () => {
  const ids = ['11', '12'].map((byte) => `0x${byte.repeat(32)}` as BatchId);
  const names = ids.flatMap((id) => [0, 1, 2].map((run) => saltName(id, run)));
  expect(new Set(names).size).toBe(6);
  for (const name of names) expect(name).toMatch(/^0x[0-9a-f]{64}$/);
});

test('a plan holds open items only, none twice, from the own place on, and no more than the stake answers for', () => {
  fc.assert(
    fc.property(mask, fc.nat(63), fc.nat(64), (open, first, most) => {
      const plan = planOf(open, 64, first, most);
      expect(plan.length).toBe(Math.min(most, itemsOf(open).length));
      expect(new Set(plan).size).toBe(plan.length);
      expect(maskOf(plan) & ~open).toBe(0n);
      const places = plan.map((item) => (item - first + 64) % 64);
      expect(places).toEqual([...places].sort((a, b) => a - b));
    }),
  );
  expect(firstItem(`0x${'11'.repeat(32)}` as BatchId, chain.operator.address, 7)).toBeLessThan(7);
});
