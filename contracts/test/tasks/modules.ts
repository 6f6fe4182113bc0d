/// <reference types="@nomicfoundation/hardhat-ethers" />
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Contract,
  ContractFactory,
  type ContractTransactionResponse,
  type InterfaceAbi,
  type ParamType,
  type Result,
  type Signer,
  ZeroHash,
  encodeBytes32String,
  id as keccakText,
  parseEther,
} from 'ethers';
import { artifacts, network, solidity } from 'hardhat';
import type { NetworkConnection } from 'hardhat/types/network';

export const coin = (amount: number): bigint => parseEther(String(amount));
export const WINDOW = 600;
export const SETTINGS = {
  treasuryBps: 1_000,
  lockFactor: 20,
  bondBps: 5_000,
  checksBps: 0,
  dutyBps: 6_000,
  spread: 5,
  notice: 0,
  reserveSeconds: 90,
  retractDelay: 600,
  minLifetime: 600,
  maxLifetime: 604_800,
  claimWindow: WINDOW,
  minFee: 1,
};

/** What each account starts with: so much balance, and as much stake. */
export const START = coin(20_000);

export interface System {
  readonly connection: NetworkConnection;
  readonly signers: readonly Signer[];
  readonly owner: Signer;
  readonly vault: Contract;
  readonly registry: Contract;
  readonly court: Contract;
  readonly market: Contract;
  readonly model: string;
  readonly modelFee: bigint;
  deploy(name: string, ...args: unknown[]): Promise<Contract>;
  /** @returns gas used */
  call(contract: Contract, who: Signer, name: string, ...args: unknown[]): Promise<number>;
  view<T>(contract: Contract, name: string, ...args: unknown[]): Promise<T>;
  wait(seconds: number): Promise<void>;
  balance(who: Signer): Promise<bigint>;
  now(): Promise<number>;
}

/** Vault, register, market and a court that rules as it is told; `users` funded accounts; one rated model. */
export async function system(users: number): Promise<System> {
  const connection = await network.create();
  const { ethers } = connection;
  const signers = (await ethers.getSigners()) as unknown as Signer[];
  const owner = signers.at(-1) as Signer;
  const deploy = async (name: string, ...args: unknown[]): Promise<Contract> => {
    const factory = (await ethers.getContractFactory(name, owner as never)) as unknown as ContractFactory;
    return (await (await factory.deploy(...args)).waitForDeployment()) as Contract;
  };
  const call = async (contract: Contract, who: Signer, name: string, ...args: unknown[]): Promise<number> => {
    const method = (contract.connect(who) as Contract).getFunction(name);
    const receipt = await ((await method.send(...args)) as ContractTransactionResponse).wait();
    return Number(receipt?.gasUsed);
  };
  const view = async <T>(contract: Contract, name: string, ...args: unknown[]): Promise<T> =>
    (await contract.getFunction(name).staticCall(...args)) as T;
  const now = async (): Promise<number> => (await ethers.provider.getBlock('latest'))?.timestamp ?? 0;
  const wait = async (seconds: number): Promise<void> => {
    await ethers.provider.send('evm_increaseTime', [seconds]);
    await ethers.provider.send('evm_mine', []);
  };

  const funded = signers.slice(0, users);
  const token = await deploy(
    'MootToken',
    funded,
    funded.map(() => 2n * START),
  );
  const vault = await deploy('StakeVault', token.target, 3 * 86_400, (await now()) - 31_536_000, 1_000, owner, owner);
  await call(token, owner, 'setMinter', vault.target);
  const registry = await deploy('ModelRegistry', 60, vault.target, owner);
  const court = await mockCourt(owner, vault);
  const market = await deploy('TaskMarket', vault.target, registry.target, court.target, owner, SETTINGS, owner);
  await call(vault, owner, 'addModule', market.target, 1);
  await call(vault, owner, 'addModule', court.target, 2);
  for (const user of funded) {
    await call(token, user, 'approve', vault.target, ethers.MaxUint256);
    await call(vault, user, 'depositTo', user, START, START);
  }
  const modelFee = coin(0.5);
  await call(registry, owner, 'register', {
    manifestDigest: keccakText('manifest'),
    fee: modelFee,
    payee: owner,
    claimWindow: WINDOW,
    runtime: encodeBytes32String('onnx'),
    verification: 0,
    verificationParams: ZeroHash,
    hardwareClass: ZeroHash,
    version: 1,
    previous: ZeroHash,
  });
  const model = await view<string>(registry, 'modelId', owner, keccakText('manifest'));
  await call(registry, owner, 'setEmission', model, 1_000, coin(0.1));
  for (const user of funded) await call(registry, user, 'signalSupport', model, START);
  const balance = async (who: Signer): Promise<bigint> =>
    (await view<Result>(vault, 'accountOf', who)).balance as bigint;
  return {
    connection,
    signers,
    owner,
    vault,
    registry,
    court,
    market,
    model,
    modelFee,
    deploy,
    call,
    view,
    wait,
    balance,
    now,
  };
}

/** It lives among the tests, so its artifact is made and found there and is never shipped. */
async function mockCourt(signer: Signer, vault: Contract): Promise<Contract> {
  const source = join(import.meta.dirname, '../mocks/MockCourt.sol');
  await solidity.build([source], { scope: 'tests', quiet: true });
  const folder = await solidity.getArtifactsDirectory('tests');
  const path = join(folder, 'contracts/test/mocks/MockCourt.sol/MockCourt.json');
  const { abi, bytecode } = JSON.parse(await readFile(path, 'utf8')) as { abi: InterfaceAbi; bytecode: string };
  return (await (
    await new ContractFactory(abi, bytecode, signer).deploy(vault.target)
  ).waitForDeployment()) as Contract;
}

/** Everything a contract has ever said, with its arguments by name, in order. */
export async function said(contract: Contract): Promise<{ name: string; args: Record<string, unknown> }[]> {
  const logs = await contract.queryFilter('*', 0);
  return logs.flatMap((log) => {
    const event = contract.interface.parseLog(log);
    return event ? [{ name: event.name, args: byName(event.fragment.inputs, event.args) }] : [];
  });
}

/** As plain objects and arrays: decoded tuples are frozen and cannot be encoded again. */
function byName(types: readonly ParamType[], values: readonly unknown[]): Record<string, unknown> {
  return Object.fromEntries(types.map((type, i) => [type.name, plain(type, values[i])]));
}

function plain(type: ParamType, value: unknown): unknown {
  const { arrayChildren, components } = type;
  if (arrayChildren !== null) return Array.from(value as unknown[], (item) => plain(arrayChildren, item));
  return components === null ? value : byName(components, value as unknown[]);
}

/** Signatures that the interface has and the contract lacks. */
export async function missing(contract: string, promise: string): Promise<string[]> {
  const { Fragment } = await import('ethers');
  const parts = async (name: string): Promise<string[]> =>
    (await artifacts.readArtifact(name)).abi
      .filter((entry) => (entry as { type: string }).type !== 'constructor')
      .map((entry) => Fragment.from(entry).format('sighash'));
  const built = new Set(await parts(contract));
  return (await parts(promise)).filter((part) => !built.has(part));
}
