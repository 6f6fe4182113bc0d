/** Gas of a dispute with seven ballots through the real market: every party acted before, last of three cycles. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
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
  gasOf,
  known,
  later,
  salt,
  seeded,
  solved,
  tallyOf,
  system,
} from './kit.ts';

// Worst case, unanimous for the claimant: every juror and both parties are written.
const LIMIT = 435_000;

const report: Record<string, Record<string, number>> = {};

describe('gas of a dispute', () => {
  let owner: Signer, requester: Signer, solver: Signer, claimant: Signer, batcher: Signer;
  let jurors: Signer[];
  let parts: System;

  before(async () => {
    const all = (await ethers.getSigners()) as unknown as Signer[];
    [owner, requester, solver, claimant, batcher] = all as [Signer, Signer, Signer, Signer, Signer];
    jurors = all.slice(5, 12);
    // Seven jurors with equal stake have exactly one of seven seats each; a window of a day, so that the third cycle
    // is no third strike.
    const terms = { ...bench, firstSeats: 7, strikeDays: 1 };
    parts = await system(owner, [requester, solver, claimant, ...jurors], terms, terms);
    for (const juror of jurors) await (parts.court.connect(juror) as Contract).join!(coin(2));
    // Whoever plays a part may be a juror as well; then the sums have to be corrected for them.
    for (const party of [solver, claimant]) await (parts.court.connect(party) as Contract).join!(coin(2));
  });

  /** What 64 earlier cases leave behind: their places in storage are used and free. */
  async function wear(): Promise<void> {
    const court = parts.court.target as string;
    for (let slot = 0; slot < 32; slot++) {
      const at = (place: number) => ethers.keccak256(abi.encode(['uint256', 'uint256'], [place, slot]));
      if (BigInt(await ethers.provider.getStorage(court, at(1))) !== 128n) continue;
      for (let place = 0; place < 64; place++) {
        await ethers.provider.send('hardhat_setStorageAt', [court, at(place), ethers.toBeHex(128, 32)]);
      }
      return;
    }
    throw new Error('the place of the first case was not found');
  }

  async function cycle(forClaimant: number): Promise<Record<string, number>> {
    await later(2 * DAY);
    for (const juror of [...jurors, solver, claimant]) await (parts.court.connect(juror) as Contract).heartbeat!();
    const { task, solution, fields } = await solved(parts, requester, solver);
    const market = parts.market.connect(claimant) as Contract;
    const open = await gasOf(market.contest!(task, solution, `ipfs://${'x'.repeat(53)}`));
    const id = (await parts.court.docket!()).cases as bigint;
    let it = await known(parts.court, id);
    const draw = await seeded(it);
    const trace = ethers.hexlify(ethers.randomBytes(32));
    const other = ethers.hexlify(ethers.randomBytes(32));
    const ballots: Ballot[] = jurors.map((juror, index) => ({
      juror,
      vote: index < forClaimant ? 1 : 2,
      trace: index < forClaimant ? trace : other,
      salt: salt(),
    }));
    const court = parts.court.connect(batcher) as Contract;
    const packed = await batch(court, it, draw, ballots);
    const sealing = await gasOf(court.commitBatch!(id, it.case_, draw, '0x', packed));
    await later(601);
    it = await known(parts.court, id);
    const counting = await gasOf(court.tally!(id, it.case_, it.draw, await tallyOf(it, ballots)));
    await later(601);
    it = await known(parts.court, id);
    const executing = await gasOf(court.execute!(id, it.case_, it.history, fields));
    return { open, sealing, counting, executing, sum: open + sealing + counting + executing };
  }

  for (const forClaimant of [7, 5, 3]) {
    it(`${forClaimant} : ${7 - forClaimant}`, async () => {
      let last: Record<string, number> = {};
      for (let i = 0; i < 3; i++) {
        last = await cycle(forClaimant);
        if (i === 0 && forClaimant === 7) await wear();
      }
      report[`${forClaimant}:${7 - forClaimant}`] = last;
      console.log(`${forClaimant}:${7 - forClaimant}`, JSON.stringify(last));
      assert.ok(last.sum! <= LIMIT, `a dispute costs ${last.sum}`);
      const module = await parts.vault.moduleOf!(parts.court.target);
      assert.equal(module.escrowed, 0n);
      assert.equal(module.locked, coin(2 * 9));
    });
  }
});
