import { AbiCoder, keccak256, parseEther, randomBytes, sha256, type Contract, type Result, type Signer } from 'ethers';
import type { World } from './world.ts';

/** Tasks in the measured batch. */
export const BULK = 50;
const INPUT_BYTES = 200;
const FEE = parseEther('1');

export const BULK_STEPS = ['submit', 'commit', 'reveal', 'claim'] as const;
/** Gas per task. */
export type BulkCycle = Record<(typeof BULK_STEPS)[number] | 'sum', number>;

/** What a measurement needs of the world. */
export type BulkWorld = Pick<World, 'model' | 'modelFee' | 'call' | 'wait' | 'connection'>;

let nonce = 0n;
const LEAF_TAG = keccak256(new TextEncoder().encode('folkmoot.batch.leaf.v1'));

/** The root of {ItemTree}: leaves name their items, pairs are hashed in ascending order. */
export function itemRoot(items: readonly (readonly [index: number, digest: string])[]): string {
  const coder = AbiCoder.defaultAbiCoder();
  let level = items.map(([index, digest]) =>
    keccak256(coder.encode(['bytes32', 'uint256', 'bytes32'], [LEAF_TAG, index, digest])),
  );
  while (level.length > 1) {
    const above: string[] = [];
    for (let i = 0; i < level.length; i += 2) {
      const pair = level.slice(i, i + 2).sort();
      above.push(pair.length === 2 ? keccak256(`${pair[0]}${pair[1]?.slice(2)}`) : (pair[0] ?? ''));
    }
    level = above;
  }
  return level[0] ?? '';
}

/**
 * The last of several whole cycles of a batch of {@link BULK}, in equal runs by different solvers. Each has to have been
 * accepted often enough not to be a newcomer, and needs free stake for its items.
 * @param batches the deployed batch market, a module with the right to issue
 */
export async function measureBulk50(
  world: BulkWorld,
  batches: Contract,
  requester: Signer,
  solvers: readonly Signer[],
  keeper: Signer,
  cycles = 3,
): Promise<BulkCycle> {
  let last: BulkCycle | undefined;
  for (let i = 0; i < cycles; i++) last = await cycle(world, batches, requester, solvers, keeper);
  if (last === undefined) throw new Error('no cycle was run');
  return last;
}

async function cycle(
  { model, modelFee, call, wait, connection }: BulkWorld,
  batches: Contract,
  requester: Signer,
  solvers: readonly Signer[],
  keeper: Signer,
): Promise<BulkCycle> {
  const order = {
    model,
    nonce: nonce++,
    fee: FEE,
    maxExtra: modelFee,
    lifetime: 3_600,
    class: 0,
    assurance: 0,
    readable: false,
  };
  const inputs = Array.from({ length: BULK }, () => randomBytes(INPUT_BYTES));
  const gas = { submit: 0, commit: 0, reveal: 0, claim: 0 };
  gas.submit += await call(batches, requester, 'submitBatch', order, inputs);
  const [log] = await batches.queryFilter('BatchSubmitted', 'latest');
  const args = batches.interface.parseLog(log ?? { topics: [], data: '' })?.args;
  if (args === undefined) throw new Error('the submission left no event');
  const batchId = args.batchId as string;
  const { task, items } = (args.batch as Result).toObject();
  const batch = { task: (task as Result).toObject(), items };
  // The turn of a solver with little stake comes late; everybody's has come by half of the lifetime.
  await wait(1_800);

  const runs: { solver: Signer; revealedAt: number; root: string }[] = [];
  const each = BULK / solvers.length;
  for (const [index, solver] of solvers.entries()) {
    const numbers = Array.from({ length: each }, (_, i) => index * each + i);
    const digests = numbers.map(() => sha256(randomBytes(8)));
    const mask = numbers.reduce((bits, number) => bits | (1n << BigInt(number)), 0n);
    const [salt, root] = [randomBytes(32), itemRoot(numbers.map((number, i) => [number, digests[i] ?? ''] as const))];
    const commitment: unknown = await batches.getFunction('commitmentFor')(batchId, solver, salt, root);
    gas.commit += await call(batches, solver, 'commitRoot', batchId, 0, commitment, mask);
    await wait(1);
    const results = { items: mask, slot: 0, largest: 8, salt, digests };
    gas.reveal += await call(batches, solver, 'revealRun', batch, results);
    const block = await connection.ethers.provider.getBlock('latest');
    runs.push({ solver, revealedAt: block?.timestamp ?? 0, root });
  }
  await wait(600);
  for (const run of runs) gas.claim += await call(batches, keeper, 'claimRun', batch, run);
  const sum = gas.submit + gas.commit + gas.reveal + gas.claim;
  const perTask = (total: number) => Math.round(total / BULK);
  return {
    submit: perTask(gas.submit),
    commit: perTask(gas.commit),
    reveal: perTask(gas.reveal),
    claim: perTask(gas.claim),
    sum: perTask(sum),
  };
}
