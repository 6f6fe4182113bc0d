/// <reference types="@nomicfoundation/hardhat-ethers" />
// Gas of the happy path of one task, in the warm state: every party has acted before, holders of tokens are delegated,
// and the last of several identical cycles counts. Run: node bench/gas.ts
import {
  encodeBytes32String,
  id as keccakText,
  randomBytes,
  sha256,
  type Contract,
  type ContractFactory,
  type ContractTransactionResponse,
  type Result,
} from 'ethers';

process.env.HARDHAT_DISABLE_TELEMETRY = '1';

interface Measured {
  readonly cycle: Cycle;
  /** One call that credits the treasury with its shares of all claims before it. */
  readonly payTreasury: number;
}

/** Arbius V6, the same path measured the same way: submitTask, signalCommitment, submitSolution, claimSolution. */
const ARBIUS = { submit: 224_574, commit: 55_541, reveal: 199_491, claim: 135_550, sum: 615_156 };
const CYCLES = 4;
const INPUT_BYTES = 200;

type Step = 'submit' | 'commit' | 'reveal' | 'claim';
type Cycle = Record<Step, number>;

async function measure(): Promise<Measured> {
  // Loaded late, so that the setting above is seen.
  const { network, tasks } = await import('hardhat');
  await tasks.getTask('build').run({ noTests: true, quiet: true });
  const { ethers } = await network.create({ override: { hardfork: 'cancun' } });
  const [owner, requester, solver, author, keeper, payee, treasury] = await ethers.getSigners();
  if (!owner || !requester || !solver || !author || !keeper || !payee || !treasury) throw new Error('too few accounts');

  const deploy = async (name: string, ...args: unknown[]): Promise<Contract> => {
    const factory = (await ethers.getContractFactory(name)) as unknown as ContractFactory;
    return (await (await factory.deploy(...args)).waitForDeployment()) as Contract;
  };
  const as = (contract: Contract, who: unknown) => contract.connect(who as typeof contract.runner) as Contract;
  const call = async (contract: Contract, name: string, ...args: unknown[]): Promise<number> => {
    const method = contract.getFunction(name);
    const receipt = await ((await method.send(...args)) as ContractTransactionResponse).wait();
    return Number(receipt?.gasUsed);
  };

  const users = [requester, solver];
  const token = await deploy('MootToken', users, [ethers.parseEther('10000'), ethers.parseEther('10000')]);
  const vault = await deploy('StakeVault', token.target, 3 * 86_400, owner);
  const registry = await deploy('ModelRegistry', 60);
  const settings = {
    treasuryBps: 1000,
    lockFactor: 20,
    retractDelay: 600,
    minLifetime: 600,
    maxLifetime: 604_800,
    minFee: 1n,
  };
  const market = await deploy('TaskMarket', vault.target, registry.target, treasury, settings, owner);
  await call(as(vault, owner), 'addModule', market.target);
  await call(as(vault, owner), 'sealModules');
  for (const user of users) {
    await call(as(token, user), 'delegate', user);
    await call(as(token, user), 'approve', vault.target, ethers.MaxUint256);
    await call(as(vault, user), 'depositTo', user, ethers.parseEther('1000'), ethers.parseEther('1000'));
  }
  const manifest = keccakText('manifest');
  const modelFee = ethers.parseEther('0.5');
  await call(as(registry, author), 'register', manifest, modelFee, payee, 600, encodeBytes32String('onnx'), 0);
  const model: unknown = await registry.getFunction('modelId')(author, manifest);

  const cycle = async (): Promise<Cycle> => {
    const fee = ethers.parseEther('10');
    const submit = await call(as(market, requester), 'submit', model, fee, modelFee, 3600, randomBytes(INPUT_BYTES));
    const logs = await market.queryFilter('TaskSubmitted', 'latest');
    const submitted = market.interface.parseLog(logs[0] ?? { topics: [], data: '0x' });
    if (!submitted) throw new Error('the submission left no event');
    const taskId: string = submitted.args.taskId;
    const task = (submitted.args.task as Result).toObject();

    const [salt, resultDigest] = [randomBytes(32), sha256(randomBytes(8))];
    const commitment: unknown = await market.getFunction('commitmentFor')(taskId, solver, salt, resultDigest);
    const commit = await call(as(market, solver), 'commit', taskId, 0, commitment);
    const reveal = await call(as(market, solver), 'reveal', task, 0, salt, resultDigest, 8);
    const block = await ethers.provider.getBlock('latest');
    await ethers.provider.send('evm_increaseTime', [600]);
    const solution = { solver, revealedAt: block?.timestamp, resultDigest };
    const claim = await call(as(market, keeper), 'claim', task, solution);
    return { submit, commit, reveal, claim };
  };

  let last = await cycle();
  let payTreasury = await call(as(market, keeper), 'payTreasury');
  for (let i = 1; i < CYCLES; i++) last = await cycle();
  payTreasury = await call(as(market, keeper), 'payTreasury');
  return { cycle: last, payTreasury };
}

const { cycle: gas, payTreasury } = await measure();
const sum = gas.submit + gas.commit + gas.reveal + gas.claim;
const ratio = Math.round((sum / ARBIUS.sum) * 1000) / 1000;
const row = (name: string, ours: number, theirs: number) =>
  `${name.padEnd(8)}${ours.toLocaleString('en').padStart(12)}${theirs.toLocaleString('en').padStart(12)}${(ours / theirs).toFixed(2).padStart(8)}`;

console.log(`Gas of one task with ${INPUT_BYTES} random bytes of input, warm state, cycle ${CYCLES} of ${CYCLES}\n`);
console.log(`${'step'.padEnd(8)}${'Folkmoot'.padStart(12)}${'Arbius V6'.padStart(12)}${'ratio'.padStart(8)}`);
for (const step of ['submit', 'commit', 'reveal', 'claim'] as const) console.log(row(step, gas[step], ARBIUS[step]));
console.log(row('sum', sum, ARBIUS.sum));
console.log(
  `\nTreasury shares of many claims are credited by one call of ${payTreasury.toLocaleString('en')}, not counted above.\n`,
);
console.log(JSON.stringify({ bench: 'gas', ...gas, sum, anchor: ARBIUS.sum, ratio }));
