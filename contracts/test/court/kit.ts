/** A system with the real market, and a client of the court that knows nothing but its logs. */
import {
  type Contract,
  type ContractFactory,
  type Interface,
  type Log,
  type LogDescription,
  type Signer,
} from 'ethers';
import { artifacts, network } from 'hardhat';

export const connection = await network.create();
export const { ethers } = connection;
export const coin = (amount: number | string) => ethers.parseEther(String(amount));
export const abi = ethers.AbiCoder.defaultAbiCoder();
const { keccak256 } = ethers;
export const DAY = 86_400;

export const bench = {
  commitSeconds: 600,
  revealSeconds: 300,
  appealSeconds: 600,
  firstSeats: 5,
  secondSeats: 11,
  thirdSeats: 23,
  redraws: 2,
  seedDelay: 2,
  quorumBps: 5000,
  absenceBps: 50,
  repeatDays: 30,
  appealBps: 5000,
  jurorBps: 5000,
  strikeDays: 90,
  suspensionDays: 30,
};

export const marketSettings = {
  treasuryBps: 1000,
  lockFactor: 20,
  bondBps: 5000,
  checksBps: 1000,
  dutyBps: 6000,
  spread: 0,
  notice: 0,
  reserveSeconds: 90,
  retractDelay: 600,
  minLifetime: 600,
  maxLifetime: 604_800,
  claimWindow: 600,
  minFee: 1000,
};

export async function mine(blocks = 1): Promise<void> {
  for (let i = 0; i < blocks; i++) await ethers.provider.send('evm_mine', []);
}

export async function later(seconds: number): Promise<void> {
  await ethers.provider.send('evm_increaseTime', [seconds]);
  await mine();
}

export async function now(): Promise<number> {
  return (await ethers.provider.getBlock('latest'))!.timestamp;
}

export async function deploy(name: string, ...args: unknown[]): Promise<Contract> {
  const factory = (await ethers.getContractFactory(name)) as unknown as ContractFactory;
  const contract = await factory.deploy(...args);
  await contract.waitForDeployment();
  return contract as Contract;
}

export interface System {
  token: Contract;
  vault: Contract;
  registry: Contract;
  court: Contract;
  market: Contract;
  model: string;
}

/** The court with the interface of both pieces of its code. */
export async function courtAt(address: string, signer: Signer): Promise<Contract> {
  const { abi: both } = await artifacts.readArtifact('ICourtCase');
  return new ethers.Contract(address, both as never, signer as never) as unknown as Contract;
}

export async function system(owner: Signer, users: Signer[], compute = bench, people = bench): Promise<System> {
  const addresses = await Promise.all(users.map((user) => user.getAddress()));
  const token = await deploy(
    'MootToken',
    addresses,
    addresses.map(() => coin(10_000)),
  );
  const start = (await now()) - 16_227_580;
  const vault = await deploy('StakeVault', token.target, 3 * DAY, start, 1000, owner, owner);
  await token.setMinter!(vault.target);
  const registry = await deploy('ModelRegistry', 60, vault.target, owner);
  const clerk = await deploy('CourtClerk', vault.target, ethers.ZeroAddress);
  const front = await deploy('Court', clerk.target, compute, people, coin(1), owner);
  const market = await deploy('TaskMarket', vault.target, registry.target, front.target, owner, marketSettings, owner);
  await vault.addModule!(market.target, 1);
  await vault.addModule!(front.target, 2);
  await vault.sealModules!();
  for (const user of users) {
    await (token.connect(user) as Contract).approve!(vault.target, ethers.MaxUint256);
    await (vault.connect(user) as Contract).depositTo!(user, coin(4000), coin(4000));
  }
  const court = await courtAt(front.target as string, owner);
  const model = await registerModel(registry, owner, 'manifest', 0);
  return { token, vault, registry, court, market, model };
}

/** @param verification 0 for exact models, whose traces must match; the last class goes to people. */
export async function registerModel(
  registry: Contract,
  owner: Signer,
  manifest: string,
  verification: number,
): Promise<string> {
  const sent = await (registry.connect(owner) as Contract).register!({
    manifestDigest: ethers.id(manifest),
    fee: coin(1),
    payee: owner,
    claimWindow: 600,
    runtime: ethers.encodeBytes32String('onnx'),
    verification,
    verificationParams: ethers.ZeroHash,
    hardwareClass: ethers.ZeroHash,
    version: 1,
    previous: ethers.ZeroHash,
  });
  const receipt = await sent.wait();
  return receipt.logs[0].topics[1];
}

export interface Case {
  module: string;
  claimant: string;
  defendant: string;
  money: bigint;
  terms: bigint;
}

export interface Draw {
  clock: bigint;
  seed: string;
  list: string;
  past: string;
}

export interface Past {
  clock: bigint;
  seed: string;
  records: string;
}

const field = (word: bigint, shift: bigint, bits: bigint) => (word >> shift) & ((1n << bits) - 1n);

/** What the logs say about a case: enough for every later call. */
export interface Known {
  id: bigint;
  subject: string;
  case_: Case;
  draw: Draw;
  history: Past[];
  list: string;
  directs: Sealed[];
  round: number;
}

const tag = (kind: string) => ethers.id(`folkmoot.court.${kind}.v1`);

export const chain = (past: string, one: Past) =>
  keccak256(
    abi.encode(
      ['bytes32', 'bytes32', 'uint256', 'bytes32', 'bytes32'],
      [tag('past'), past, one.clock, one.seed, keccak256(one.records)],
    ),
  );

/** Reads a case from the logs of the court alone. */
export async function known(court: Contract, id: bigint): Promise<Known> {
  const logs = (await ethers.provider.getLogs({ address: court.target as string, fromBlock: 0 })) as Log[];
  let found: Known | undefined;
  for (const log of logs) {
    const event = court.interface.parseLog(log) as LogDescription | null;
    if (event === null || event.args.disputeId !== id) continue;
    if (event.name === 'Opened') {
      const { module, claimant, defendant, money, terms } = event.args.case_;
      found = {
        id,
        subject: event.args.subject,
        case_: { module, claimant, defendant, money, terms },
        draw: fresh(event.args.clock, ethers.ZeroHash),
        history: [],
        list: '0x',
        directs: [],
        round: 0,
      };
    }
    if (found === undefined) continue;
    if (event.name === 'Seeded') found.draw.seed = event.args.seed;
    if (event.name === 'ListSealed' || event.name === 'BallotSealed') found.draw.seed = event.args.seed;
    if (event.name === 'ListSealed') {
      found.list = event.args.list;
      found.draw.list = keccak256(event.args.list);
    }
    if (event.name === 'BallotSealed') {
      const { juror, seats, commitment } = event.args;
      found.directs.push({ juror, seats: Number(seats), commitment });
    }
    if (event.name === 'Tallied') {
      found.history.push({ clock: found.draw.clock, seed: found.draw.seed, records: event.args.records });
      found.round = Number(field(found.draw.clock, 8n, 8n));
    }
    if (event.name === 'DrawStarted') {
      found.draw = fresh(event.args.clock, event.args.past);
      [found.list, found.directs] = ['0x', []];
    }
  }
  if (found === undefined) throw new Error(`no case ${id}`);
  return found;
}

const fresh = (clock: bigint, past: string): Draw => ({ clock, seed: ethers.ZeroHash, list: ethers.ZeroHash, past });

export const drawNumber = (draw: Draw) => Number(draw.clock & 0xffffn);
export const startedAt = (draw: Draw) => Number(field(draw.clock, 136n, 40n));
export const seedBlock = (draw: Draw) => Number(field(draw.clock, 96n, 40n));
export const present = (draw: Draw) => field(draw.clock, 16n, 80n);
export const pastOf = (it: Known) => it.history.reduce(chain, ethers.ZeroHash);

/** The draw with its seed, computed from the chain if the court does not have it yet. */
export async function seeded(it: Known): Promise<Draw> {
  if (it.draw.seed !== ethers.ZeroHash) return it.draw;
  const latest = await ethers.provider.getBlockNumber();
  if (latest < seedBlock(it.draw)) await mine(seedBlock(it.draw) - latest);
  const { hash } = (await ethers.provider.getBlock(seedBlock(it.draw)))!;
  const seed = keccak256(abi.encode(['bytes32', 'uint256', 'uint16'], [hash, it.id, drawNumber(it.draw)]));
  return { ...it.draw, seed };
}

/** The rule of sortition, once more. */
export function seatsFor(seed: string, juror: string, weight: bigint, all: bigint, seats: bigint): number {
  if (weight === 0n) return 0;
  if (weight >= all) return Number(seats);
  const u = BigInt(keccak256(abi.encode(['bytes32', 'address'], [seed, juror]))) >> 128n;
  return Number(((((seats * weight) << 128n) + u * all) / all) >> 128n);
}

export interface Ballot {
  juror: Signer;
  vote: number;
  trace: string;
  salt: string;
}

export async function commitmentOf(court: Contract, it: Known, draw: Draw, ballot: Ballot): Promise<string> {
  const domain = await court.domainSeparator!();
  return keccak256(
    abi.encode(
      ['bytes32', 'bytes32', 'uint256', 'uint16', 'address', 'uint8', 'bytes32', 'bytes16'],
      [
        tag('seal'),
        domain,
        it.id,
        drawNumber(draw),
        await ballot.juror.getAddress(),
        ballot.vote,
        ballot.trace,
        ballot.salt,
      ],
    ),
  ).slice(0, 54);
}

/** A ballot of 90 bytes with a real signature. */
export async function signed(court: Contract, it: Known, draw: Draw, ballot: Ballot): Promise<string> {
  const commitment = await commitmentOf(court, it, draw, ballot);
  const { chainId } = await ethers.provider.getNetwork();
  const signature = await ballot.juror.signTypedData(
    { name: 'Folkmoot Court', version: '1', chainId, verifyingContract: court.target as string },
    {
      Ballot: [
        { name: 'disputeId', type: 'uint256' },
        { name: 'draw', type: 'uint16' },
        { name: 'commitment', type: 'bytes26' },
      ],
    },
    { disputeId: it.id, draw: drawNumber(draw), commitment },
  );
  const { r, yParityAndS } = ethers.Signature.from(signature);
  return ethers.concat([commitment, r, yParityAndS]);
}

export async function ascending(ballots: Ballot[]): Promise<Ballot[]> {
  const keyed = await Promise.all(
    ballots.map(async (ballot) => ({ key: (await ballot.juror.getAddress()).toLowerCase(), ballot })),
  );
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ ballot }) => ballot);
}

export async function batch(court: Contract, it: Known, draw: Draw, ballots: Ballot[]): Promise<string> {
  const sorted = await ascending(ballots);
  return ethers.concat(await Promise.all(sorted.map((ballot) => signed(court, it, draw, ballot))));
}

export const salt = () => ethers.hexlify(ethers.randomBytes(16));
export const word = () => ethers.hexlify(ethers.randomBytes(32));

/** An opening ahead of the tally, 50 bytes. */
export const placed = (position: number, ballot: Ballot) =>
  ethers.concat([ethers.toBeHex(position, 1), ethers.toBeHex(ballot.vote, 1), ballot.trace, ballot.salt]);

export interface Sealed {
  juror: string;
  seats: number;
  commitment: string;
}

export function sealedIn(list: string): Sealed[] {
  const bytes = ethers.getBytes(list);
  return Array.from({ length: bytes.length / 47 }, (_, i) => ({
    juror: ethers.getAddress(ethers.hexlify(bytes.slice(i * 47, i * 47 + 20))),
    seats: bytes[i * 47 + 20]!,
    commitment: ethers.hexlify(bytes.slice(i * 47 + 21, i * 47 + 47)),
  }));
}

/** What {tally} takes: the list, then the other ballots; whoever is not among `opened` is shown unopened. */
export async function tallyOf(it: Known, opened: Ballot[], directs: Sealed[] = []): Promise<string> {
  const byJuror = new Map<string, Ballot>();
  for (const ballot of opened) byJuror.set(await ballot.juror.getAddress(), ballot);
  const traces = [...new Set(opened.map(({ trace }) => trace))].filter((trace) => trace !== ethers.ZeroHash).sort();
  const list = sealedIn(it.list);
  const sorted = directs.toSorted((a, b) => (a.juror.toLowerCase() < b.juror.toLowerCase() ? -1 : 1));
  const shown = [...list, ...sorted].map(({ juror, seats, commitment }) => {
    const ballot = byJuror.get(juror);
    const head = [juror, ethers.toBeHex(seats, 1)];
    if (ballot === undefined) return ethers.concat([...head, '0xff', commitment]);
    const name = ethers.toBeHex(traces.indexOf(ballot.trace) + 1, 1);
    return ethers.concat([...head, ethers.toBeHex(ballot.vote, 1), name, ballot.salt]);
  });
  return ethers.concat([ethers.toBeHex(list.length, 1), ethers.toBeHex(traces.length, 1), ...traces, ...shown]);
}

export const gasOf = async (sent: Promise<{ wait(): Promise<{ gasUsed: bigint } | null> }>): Promise<number> =>
  Number((await (await sent).wait())!.gasUsed);

export const eventOf = (face: Interface, receipt: { logs: readonly Log[] }, name: string): LogDescription => {
  for (const log of receipt.logs) {
    const event = face.parseLog(log);
    if (event?.name === name) return event;
  }
  throw new Error(`no ${name}`);
};

const TASK = 'tuple(address,uint64,bytes32,bytes32,uint256,uint256)';
const SOLUTION = 'tuple(address,uint48,bytes32)';
let nonce = 0;

export interface Solved {
  task: unknown[];
  solution: unknown[];
  /** What the market wants to see again at the ruling. */
  fields: string;
}

/** A task and its solution, by the way every node takes. */
export async function solved(parts: System, requester: Signer, solver: Signer, model = parts.model): Promise<Solved> {
  const { market } = parts;
  const order = [model, ++nonce, coin(10), 2n ** 80n - 1n, 3600, 0, 0, false];
  const posted = await (await (market.connect(requester) as Contract).submit!(order, ethers.randomBytes(200))).wait();
  const { task: agreed, taskId } = eventOf(market.interface, posted, 'TaskSubmitted').args;
  const task = [...agreed] as unknown[];
  await mine(2);
  const own = market.connect(solver) as Contract;
  const none = [ethers.ZeroAddress, 0, 0];
  const { args: held } = eventOf(market.interface, await (await own.reserve!(task, none)).wait(), 'Reserved');
  const [secret, digest] = [word(), word()];
  await own.commit!(taskId, 0, await market.commitmentFor!(taskId, solver, secret, digest));
  await mine();
  const reservation = [held.solver, held.since, held.until];
  const shown = await (await own.reveal!(task, reservation, 0, secret, digest, 8)).wait();
  const { args } = eventOf(market.interface, shown, 'Revealed');
  const solution = [args.solver, args.revealedAt, args.resultDigest];
  return { task, solution, fields: abi.encode([TASK, SOLUTION], [task, solution]) };
}
