import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import {
  type Contract,
  type ContractTransactionResponse,
  ContractFactory,
  type InterfaceAbi,
  type Signer,
  ZeroHash,
  encodeBytes32String,
  id,
} from 'ethers';
import { network, solidity } from 'hardhat';

const { ethers } = await network.create();
const coin = 10n ** 18n;

/** The stub lives among the tests, so its artifact is made and found there and is never shipped. */
async function stub(signer: Signer): Promise<Contract> {
  await solidity.build([join(import.meta.dirname, 'StakeStub.t.sol')], { scope: 'tests', quiet: true });
  const folder = await solidity.getArtifactsDirectory('tests');
  const path = join(folder, 'contracts/test/models/StakeStub.t.sol/StakeStub.json');
  const { abi, bytecode } = JSON.parse(await readFile(path, 'utf8')) as { abi: InterfaceAbi; bytecode: string };
  const contract = await new ContractFactory(abi, bytecode, signer).deploy();
  await contract.waitForDeployment();
  return contract as Contract;
}

describe('Gas of the register of models', () => {
  it('stays within what the documentation says', async (t) => {
    const [owner, second, third] = (await ethers.getSigners()) as unknown as [Signer, Signer, Signer];
    // Just after the start of a period, so that a test never crosses the end of one by chance.
    const period = 5 * 86_400;
    const start = (Math.floor(Date.now() / 1000 / period) + 2) * period;
    await ethers.provider.send('evm_setNextBlockTimestamp', [start]);
    const stakes = await stub(owner);
    const factory = (await ethers.getContractFactory('ModelRegistry')) as unknown as ContractFactory;
    const registry = (await factory.deploy(60, stakes.target, owner)) as Contract;
    await registry.waitForDeployment();
    for (const account of [owner, second, third]) await stakes.set!(account, 100n * coin);

    const gas = async (name: string, limit: bigint, sent: Promise<ContractTransactionResponse>): Promise<void> => {
      const used = (await (await sent).wait())?.gasUsed ?? 0n;
      t.diagnostic(`${name}: ${used} gas`);
      assert.ok(used > 21_000n && used <= limit, `${name}: ${used}`);
    };
    const call = (signer: Signer, name: string, ...args: unknown[]): Promise<ContractTransactionResponse> =>
      (registry.connect(signer) as Contract)[name]!(...args) as Promise<ContractTransactionResponse>;
    const later = async (seconds: number): Promise<void> => {
      await ethers.provider.send('evm_increaseTime', [seconds]);
    };
    const registration = (name: string, more: object): object => ({
      manifestDigest: id(name),
      fee: coin,
      payee: '0x00000000000000000000000000000000000000E5',
      claimWindow: 600,
      runtime: encodeBytes32String('onnx'),
      verification: 0,
      verificationParams: ZeroHash,
      hardwareClass: ZeroHash,
      version: 1,
      previous: ZeroHash,
      ...more,
    });

    await gas('register, first version', 153_000n, call(owner, 'register', registration('a', {})));
    const model = (await registry.modelId!(owner, id('a'))) as string;
    const all = { verificationParams: id('x'), hardwareClass: encodeBytes32String('cpu'), version: 2, previous: model };
    await gas('register, all fields', 214_000n, call(owner, 'register', registration('b', all)));
    await gas('setEmission', 32_000n, call(owner, 'setEmission', model, 1000, coin));
    await call(owner, 'signalSupport', model, 10n * coin);
    await gas('signalSupport, first', 123_000n, call(second, 'signalSupport', model, 90n * coin));
    await call(third, 'signalSupport', model, 90n * coin);
    await later(3600);
    await gas('signalSupport, again', 60_000n, call(owner, 'signalSupport', model, 10n * coin));
    await later(3600);
    await gas('refreshSupport', 38_000n, call(owner, 'refreshSupport', model));
    await later(25 * 86_400);
    await gas('signalSupport, after 25 days', 142_000n, call(owner, 'signalSupport', model, 10n * coin));
    await gas('withdrawSupport', 70_000n, call(second, 'withdrawSupport', model));
    await stakes.set!(third, 10n * coin);
    await gas('trim', 88_000n, call(owner, 'trim', third, model));
  });
});
