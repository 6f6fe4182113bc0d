import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import {
  type Contract,
  type ContractFactory,
  type Log,
  type Result,
  type Signer,
  encodeBytes32String,
  id as keccakText,
  randomBytes,
  sha256,
} from 'ethers';
import { artifacts, network } from 'hardhat';

const connection = await network.create();
const { ethers } = connection;
const coin = (amount: number) => ethers.parseEther(String(amount));
const window = 600;
const settings = {
  treasuryBps: 1000,
  lockFactor: 20,
  retractDelay: 600,
  minLifetime: 600,
  maxLifetime: 604_800,
  minFee: 1n,
};

interface System {
  token: Contract;
  vault: Contract;
  registry: Contract;
  market: Contract;
  model: string;
}

const later = async (seconds: number) => {
  await ethers.provider.send('evm_increaseTime', [seconds]);
  await ethers.provider.send('evm_mine', []);
};

async function deploy(name: string, ...args: unknown[]): Promise<Contract> {
  const factory = (await ethers.getContractFactory(name)) as unknown as ContractFactory;
  const contract = await factory.deploy(...args);
  await contract.waitForDeployment();
  return contract as Contract;
}

async function system(owner: Signer, users: Signer[]): Promise<System> {
  const addresses = await Promise.all(users.map((user) => user.getAddress()));
  const token = await deploy(
    'MootToken',
    addresses,
    addresses.map(() => coin(10_000)),
  );
  const vault = await deploy('StakeVault', token.target, 3 * 86_400, owner);
  const registry = await deploy('ModelRegistry', 60);
  const market = await deploy('TaskMarket', vault.target, registry.target, await owner.getAddress(), settings, owner);
  await (vault.connect(owner) as Contract).addModule!(market.target);
  await (vault.connect(owner) as Contract).sealModules!();
  for (const user of users) {
    await (token.connect(user) as Contract).approve!(vault.target, ethers.MaxUint256);
    await (vault.connect(user) as Contract).depositTo!(user, coin(1000), coin(1000));
  }
  await (registry.connect(owner) as Contract).register!(
    keccakText('manifest'),
    coin(1),
    owner,
    window,
    encodeBytes32String('onnx'),
    0,
  );
  const model = (await registry.modelId!(owner, keccakText('manifest'))) as string;
  return { token, vault, registry, market, model };
}

/** What a node that knows nothing but the logs of the market can finish, and with which arguments. */
async function openEnds(market: Contract): Promise<{ claims: [object, object][]; refunds: object[] }> {
  const tasks = new Map<string, object>();
  const solutions = new Map<string, object>();
  const logs = await ethers.provider.getLogs({ address: market.target as string, fromBlock: 0 });
  for (const log of logs as Log[]) {
    const event = market.interface.parseLog(log);
    const taskId = event?.args.taskId as string;
    if (event?.name === 'TaskSubmitted') tasks.set(taskId, (event.args.task as Result).toObject());
    if (event?.name === 'Revealed') {
      const { solver, revealedAt, resultDigest } = event.args;
      solutions.set(taskId, { solver, revealedAt, resultDigest });
    }
    if (['Claimed', 'Retracted', 'Refunded'].includes(event?.name ?? '')) tasks.delete(taskId);
  }
  const claims: [object, object][] = [];
  const refunds: object[] = [];
  for (const [taskId, task] of tasks) {
    const solution = solutions.get(taskId);
    if (solution === undefined) refunds.push(task);
    else claims.push([task, solution]);
  }
  return { claims, refunds };
}

describe('life of tasks, through the application binary interface', () => {
  let owner: Signer, requester: Signer, solver: Signer, stranger: Signer;
  let parts: System;

  before(async () => {
    [owner, requester, solver, stranger] = (await ethers.getSigners()) as unknown as [Signer, Signer, Signer, Signer];
    parts = await system(owner, [requester, solver]);
  });

  async function post(input: Uint8Array): Promise<{ taskId: string; task: Record<string, unknown> }> {
    const market = parts.market.connect(requester) as Contract;
    const sent = await market.submit!(parts.model, coin(10), coin(1), 3600, input);
    const receipt = await sent.wait();
    const event = parts.market.interface.parseLog(receipt.logs.at(-1));
    // As a plain object: ethers cannot encode the frozen result of a decoded tuple again.
    return { taskId: event?.args.taskId, task: event?.args.task.toObject() };
  }

  async function solve(taskId: string, task: Record<string, unknown>, slot: number): Promise<void> {
    const market = parts.market.connect(solver) as Contract;
    const [salt, digest] = [randomBytes(32), sha256(randomBytes(8))];
    const encoded = ethers.AbiCoder.defaultAbiCoder().encode(
      ['bytes32', 'address', 'bytes32', 'bytes32'],
      [taskId, await solver.getAddress(), salt, digest],
    );
    await market.commit!(taskId, slot, ethers.keccak256(encoded).slice(0, 54));
    await market.reveal!(task, slot, salt, digest, 8);
  }

  it('the input can be read from the log and matches its digest', async () => {
    const input = randomBytes(200);
    const { task } = await post(input);
    assert.equal(task.inputDigest, sha256(input));
    assert.equal(task.requester, await requester.getAddress());
  });

  it('a commitment computed outside opens inside', async () => {
    const { taskId, task } = await post(randomBytes(20));
    await solve(taskId, task, 0);
    assert.equal((await parts.vault.accountOf!(solver)).locked, coin(200));
  });

  it('every claim and refund can be rebuilt from the logs alone, by a stranger', async () => {
    for (let slot = 1; slot <= 3; slot++) {
      const { taskId, task } = await post(randomBytes(30));
      await solve(taskId, task, slot);
      await post(randomBytes(30));
    }
    const held = await parts.token.balanceOf!(parts.vault.target);
    await later(8000);
    const market = parts.market.connect(stranger) as Contract;
    const { claims, refunds } = await openEnds(parts.market);
    assert.deepEqual([claims.length, refunds.length], [4, 4]);
    for (const [task, solution] of claims) await market.claim!(task, solution);
    for (const task of refunds) await market.refund!(task);
    await market.payTreasury!();
    assert.deepEqual(await openEnds(parts.market), { claims: [], refunds: [] });
    const module = await parts.vault.moduleOf!(parts.market.target);
    assert.equal(module.escrowed, 0n);
    assert.equal(module.locked, 0n);
    assert.equal(module.retained, 0n);
    assert.equal((await parts.vault.accountOf!(requester)).balance, coin(1000 - 4 * 11));
    assert.equal((await parts.vault.accountOf!(solver)).balance, coin(1000 + 4 * 9));
    assert.equal((await parts.vault.accountOf!(owner)).balance, coin(4 + 4));
    assert.equal(await parts.token.balanceOf!(parts.vault.target), held);
  });

  it('what is written in the artifacts is what the interfaces promise', async () => {
    for (const [name, promise] of [
      ['MootToken', 'IMootToken'],
      ['StakeVault', 'IStakeVault'],
      ['ModelRegistry', 'IModelRegistry'],
      ['TaskMarket', 'ITaskMarket'],
    ] as const) {
      const parts = async (artifact: string) =>
        (await artifacts.readArtifact(artifact)).abi
          .filter((entry) => entry.type !== 'constructor')
          .map((entry) => ethers.Fragment.from(entry).format('sighash'));
      const built = new Set(await parts(name));
      for (const promised of await parts(promise)) assert.ok(built.has(promised), `${name} lacks ${promised}`);
    }
  });
});
