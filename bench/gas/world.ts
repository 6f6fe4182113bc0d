/// <reference types="@nomicfoundation/hardhat-ethers" />
import {
  encodeBytes32String,
  id as keccakText,
  parseEther,
  type Contract,
  type ContractFactory,
  type ContractTransactionResponse,
  type Signer,
} from 'ethers';
import type { NetworkConnection } from 'hardhat/types/network';

process.env.HARDHAT_DISABLE_TELEMETRY = '1';

/** Parameters that the economic model recommends; times as on a second-layer chain. */
export const SETTINGS = {
  treasuryBps: 1_000,
  lockFactor: 20,
  bondBps: 5_000,
  checksBps: 1_000,
  dutyBps: 6_000,
  spread: 5,
  notice: 5,
  reserveSeconds: 90,
  retractDelay: 600,
  minLifetime: 600,
  maxLifetime: 604_800,
  claimWindow: 600,
  minFee: 1,
};

/** A court of machines; one panel of seven, as in the dispute that is measured. */
const BENCH = {
  commitSeconds: 600,
  revealSeconds: 300,
  appealSeconds: 600,
  firstSeats: 7,
  secondSeats: 11,
  thirdSeats: 23,
  redraws: 2,
  seedDelay: 2,
  quorumBps: 5_000,
  absenceBps: 50,
  repeatDays: 30,
  appealBps: 5_000,
  jurorBps: 5_000,
  strikeDays: 90,
  suspensionDays: 30,
};

export interface World {
  readonly connection: NetworkConnection;
  readonly signers: readonly Signer[];
  readonly owner: Signer;
  readonly token: Contract;
  readonly vault: Contract;
  readonly registry: Contract;
  readonly court: Contract;
  readonly market: Contract;
  readonly model: string;
  readonly modelFee: bigint;
  deploy(name: string, ...args: unknown[]): Promise<Contract>;
  /** @returns gas used, refunds included */
  call(contract: Contract, who: Signer, name: string, ...args: unknown[]): Promise<number>;
  wait(seconds: number): Promise<void>;
}

/** Everything deployed, and `holders` with tokens (delegated), balance and stake. The model is rated and supported. */
export async function world(holders: number): Promise<World> {
  const { network, tasks } = await import('hardhat');
  await tasks.getTask('build').run({ noTests: true, quiet: true });
  const connection = await network.create({ override: { hardfork: 'cancun' } });
  const { ethers } = connection;
  const signers = await ethers.getSigners();
  const [owner, author] = [signers.at(-1), signers.at(-2)];
  if (!owner || !author) throw new Error('too few accounts');
  const users = signers.slice(0, holders);

  const deploy = async (name: string, ...args: unknown[]): Promise<Contract> => {
    const factory = (await ethers.getContractFactory(name, owner)) as unknown as ContractFactory;
    return (await (await factory.deploy(...args)).waitForDeployment()) as Contract;
  };
  const call = async (contract: Contract, who: Signer, name: string, ...args: unknown[]): Promise<number> => {
    const method = (contract.connect(who) as Contract).getFunction(name);
    const receipt = await ((await method.send(...args)) as ContractTransactionResponse).wait();
    return Number(receipt?.gasUsed);
  };
  const wait = async (seconds: number): Promise<void> => {
    await ethers.provider.send('evm_increaseTime', [seconds]);
    await ethers.provider.send('evm_mine', []);
  };

  const token = await deploy(
    'MootToken',
    users,
    users.map(() => parseEther('5000')),
  );
  const now = (await ethers.provider.getBlock('latest'))?.timestamp ?? 0;
  // A year of emission behind: the curve is past the genesis supply, so that claims are rewarded.
  const start = now - 31_536_000;
  const vault = await deploy('StakeVault', token.target, 3 * 86_400, start, 1_000, owner, owner);
  await call(token, owner, 'setMinter', vault.target);
  const registry = await deploy('ModelRegistry', 60, vault.target, owner);
  const randomness = await deploy('BlockhashRandomness');
  const clerk = await deploy('CourtClerk', vault.target, randomness.target);
  const court = await deploy('Court', clerk.target, BENCH, BENCH, parseEther('1'), owner);
  const market = await deploy('TaskMarket', vault.target, registry.target, court.target, owner, SETTINGS, owner);
  await call(vault, owner, 'addModule', court.target, 2);
  await call(vault, owner, 'addModule', market.target, 1);

  for (const user of users) {
    await call(token, user, 'delegate', user);
    await call(token, user, 'approve', vault.target, ethers.MaxUint256);
    await call(vault, user, 'depositTo', user, parseEther('1000'), parseEther('1000'));
  }
  const manifest = keccakText('manifest');
  const modelFee = parseEther('0.5');
  await call(registry, author, 'register', {
    manifestDigest: manifest,
    fee: modelFee,
    payee: author,
    claimWindow: 600,
    runtime: encodeBytes32String('onnx'),
    verification: 0,
    verificationParams: ethers.ZeroHash,
    hardwareClass: ethers.ZeroHash,
    version: 1,
    previous: ethers.ZeroHash,
  });
  const model = (await registry.getFunction('modelId')(author, manifest)) as string;
  await call(registry, owner, 'setEmission', model, 1_000, parseEther('1'));
  for (const user of users) await call(registry, user, 'signalSupport', model, parseEther('1000'));
  return { connection, signers, owner, token, vault, registry, court, market, model, modelFee, deploy, call, wait };
}
