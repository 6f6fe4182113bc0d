import type { Contract, Signer } from 'ethers';
import {
  type Ballot,
  type System,
  DAY,
  abi,
  batch,
  bench,
  coin,
  ethers,
  eventOf,
  gasOf,
  known,
  later,
  mine,
  salt,
  seeded,
  system,
  tallyOf,
} from '../../contracts/test/court/kit.ts';

const TASK = 'tuple(address,uint64,bytes32,bytes32,uint256,uint256)';
const SOLUTION = 'tuple(address,uint48,bytes32)';
const JURORS = 7;

export interface DisputeGas {
  readonly open: number;
  readonly sealing: number;
  readonly counting: number;
  readonly executing: number;
  readonly sum: number;
}

/** A court whose seven jurors have one of seven seats each, and a market whose solutions are contested. */
export class DisputeWorld {
  readonly parts: System;
  readonly #solver: Signer;
  readonly #requester: Signer;
  readonly #claimant: Signer;
  readonly #batcher: Signer;
  readonly #jurors: readonly Signer[];
  #nonce = 0;

  static async open(): Promise<DisputeWorld> {
    const all = (await ethers.getSigners()) as unknown as Signer[];
    const [owner, requester, solver, claimant] = all as [Signer, Signer, Signer, Signer];
    const jurors = all.slice(5, 5 + JURORS);
    // A window of a day, so that the third cycle is no third strike.
    const terms = { ...bench, firstSeats: JURORS, strikeDays: 1 };
    const parts = await system(owner, [requester, solver, claimant, ...jurors], terms, terms);
    // Whoever plays a part may be a juror as well; then the sums have to be corrected for them.
    for (const juror of [...jurors, solver, claimant]) await (parts.court.connect(juror) as Contract)['join']!(coin(2));
    return new DisputeWorld(parts, all);
  }

  private constructor(parts: System, all: readonly Signer[]) {
    this.parts = parts;
    [, this.#requester, this.#solver, this.#claimant, this.#batcher] = all as [Signer, Signer, Signer, Signer, Signer];
    this.#jurors = all.slice(5, 5 + JURORS);
  }

  /** One case from contestation to payout. @param forClaimant how many of the seven vote for the claimant */
  async cycle(forClaimant: number): Promise<DisputeGas> {
    await later(2 * DAY);
    for (const juror of [...this.#jurors, this.#solver, this.#claimant]) {
      await (this.parts.court.connect(juror) as Contract)['heartbeat']!();
    }
    const { task, solution } = await this.#solved();
    const market = this.parts.market.connect(this.#claimant) as Contract;
    const open = await gasOf(market['contest']!(task, solution, `ipfs://${'x'.repeat(53)}`));
    const id = (await this.parts.court['docket']!()).cases as bigint;
    let it = await known(this.parts.court, id);
    const draw = await seeded(it);
    const [trace, other] = [ethers.hexlify(ethers.randomBytes(32)), ethers.hexlify(ethers.randomBytes(32))];
    const ballots: Ballot[] = this.#jurors.map((juror, index) => ({
      juror,
      vote: index < forClaimant ? 1 : 2,
      trace: index < forClaimant ? trace : other,
      salt: salt(),
    }));
    const court = this.parts.court.connect(this.#batcher) as Contract;
    const packed = await batch(court, it, draw, ballots);
    const sealing = await gasOf(court['commitBatch']!(id, it.case_, draw, '0x', packed));
    await later(601);
    it = await known(this.parts.court, id);
    const counting = await gasOf(court['tally']!(id, it.case_, it.draw, await tallyOf(it, ballots)));
    await later(601);
    it = await known(this.parts.court, id);
    const fields = abi.encode([TASK, SOLUTION], [task, solution]);
    const executing = await gasOf(court['execute']!(id, it.case_, it.history, fields));
    return { open, sealing, counting, executing, sum: open + sealing + counting + executing };
  }

  /** What 64 earlier cases leave behind: their places in storage are used and free. */
  async wear(): Promise<void> {
    const court = this.parts.court.target as string;
    for (let slot = 0; slot < 32; slot++) {
      const at = (place: number): string => ethers.keccak256(abi.encode(['uint256', 'uint256'], [place, slot]));
      if (BigInt(await ethers.provider.getStorage(court, at(1))) !== 128n) continue;
      for (let place = 0; place < 64; place++) {
        await ethers.provider.send('hardhat_setStorageAt', [court, at(place), ethers.toBeHex(128, 32)]);
      }
      return;
    }
    throw new Error('the place of the first case was not found');
  }

  async #solved(): Promise<{ task: unknown[]; solution: unknown[] }> {
    const { market, model } = this.parts;
    const order = [model, ++this.#nonce, coin(10), 2n ** 80n - 1n, 3600, 0, 0, false];
    const asking = market.connect(this.#requester) as Contract;
    const posted = await (await asking['submit']!(order, ethers.randomBytes(200))).wait();
    const { args } = eventOf(market.interface, posted, 'TaskSubmitted');
    const task = [...args['task']] as unknown[];
    const id = args['taskId'] as string;
    await mine(2);
    const own = market.connect(this.#solver) as Contract;
    const kept = await (await own['reserve']!(task, [ethers.ZeroAddress, 0, 0])).wait();
    const held = eventOf(market.interface, kept, 'Reserved').args;
    const [secret, digest] = [ethers.hexlify(ethers.randomBytes(32)), ethers.hexlify(ethers.randomBytes(32))];
    await own['commit']!(id, 0, await market['commitmentFor']!(id, this.#solver, secret, digest));
    await mine();
    const reservation = [held['solver'], held['since'], held['until']];
    const shown = await (await own['reveal']!(task, reservation, 0, secret, digest, 8)).wait();
    const { args: said } = eventOf(market.interface, shown, 'Revealed');
    return { task, solution: [said['solver'], said['revealedAt'], said['resultDigest']] };
  }
}

/** The last of three whole cases, five of seven for the claimant. */
export async function measureDispute(): Promise<DisputeGas> {
  const court = await DisputeWorld.open();
  await court.cycle(5);
  await court.wear();
  await court.cycle(5);
  return court.cycle(5);
}
