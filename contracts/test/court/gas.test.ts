/** What a dispute with seven ballots may cost, through the real market; the figures come from `npm run bench gas`. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { DisputeWorld } from '../../../bench/gas/dispute.ts';
import { coin } from './kit.ts';

/** By votes for the claimant. Unanimous is the dearest: every juror and both parties are written. */
const LIMITS = { 7: 410_000, 5: 400_000, 3: 390_000 };

describe('gas of a dispute', () => {
  let court: DisputeWorld;

  before(async () => {
    court = await DisputeWorld.open();
    await court.cycle(7);
    await court.wear();
  });

  for (const [forClaimant, limit] of Object.entries(LIMITS)) {
    it(`${forClaimant} : ${7 - Number(forClaimant)}`, async () => {
      await court.cycle(Number(forClaimant));
      const { sum } = await court.cycle(Number(forClaimant));
      assert.ok(sum <= limit, `a dispute costs ${sum}`);
      const module = await court.parts.vault['moduleOf']!(court.parts.court.target);
      assert.equal(module.escrowed, 0n);
      assert.equal(module.locked, coin(2 * 9));
    });
  }
});
