/// <reference types="@nomicfoundation/hardhat-ethers" />
// Gas of one task, of a task in a bulk of 50, and of a dispute with seven ballots, in the warm state: every party has acted
// before, holders of tokens are delegated, and the last of several identical cycles counts. Run: npm run bench gas
import type { Signer } from 'ethers';
import { BULK, measureBulk50 } from './gas/bulk.ts';
import { measureDispute } from './gas/dispute.ts';
import { happyPath, INPUT_BYTES, STEPS } from './gas/happy-path.ts';
import { world } from './gas/world.ts';

/** Arbius V6, the same paths measured the same way. */
const ARBIUS = {
  steps: { submit: 224_574, commit: 55_541, reveal: 199_491, claim: 135_550 },
  happyPath: 615_156,
  bulk50PerTask: 453_258,
  dispute7: 1_082_010,
};

const all = await world(9);
const { reserve, ...steps } = await happyPath(all);
const sum = steps.submit + steps.commit + steps.reveal + steps.claim;
const bulk = await bulkCycle();
const dispute = await measureDispute();

const row = (name: string, ours: number, theirs: number): string =>
  `${name.padEnd(24)}${ours.toLocaleString('en').padStart(12)}${theirs.toLocaleString('en').padStart(12)}${(ours / theirs).toFixed(2).padStart(8)}`;
console.log(`${'gas'.padEnd(24)}${'Folkmoot'.padStart(12)}${'Arbius V6'.padStart(12)}${'ratio'.padStart(8)}\n`);
console.log(`One task, ${INPUT_BYTES} random bytes of input, no reservation`);
for (const step of STEPS) console.log(row(`  ${step}`, steps[step], ARBIUS.steps[step]));
console.log(row('  sum', sum, ARBIUS.happyPath));
console.log(`  a reservation costs ${reserve.toLocaleString('en')} more\n`);
console.log(row(`Bulk of ${BULK}, per task`, bulk, ARBIUS.bulk50PerTask));
console.log(`Dispute, 7 ballots, all opened, 5 : 2`);
for (const [step, gas] of Object.entries(dispute))
  if (step !== 'sum') console.log(`  ${step.padEnd(22)}${gas.toLocaleString('en').padStart(12)}`);
console.log(`${row('  sum', dispute.sum, ARBIUS.dispute7)}\n`);
const { happyPath: path, bulk50PerTask, dispute7 } = ARBIUS;
console.log(
  JSON.stringify({
    bench: 'gas',
    happyPath: sum,
    steps,
    bulk50PerTask: bulk,
    dispute7: dispute.sum,
    anchor: { happyPath: path, bulk50PerTask, dispute7 },
  }),
);

/** One solver for the whole batch, on a market of its own beside the one above. */
async function bulkCycle(): Promise<number> {
  const [requester, solver, keeper] = all.signers as [Signer, Signer, Signer];
  const batches = await all.deploy('BatchMarket', all.market.target);
  await all.call(all.vault, all.owner, 'addModule', batches.target, 1);
  const { sum: perTask } = await measureBulk50(all, batches, requester, [solver], keeper);
  return Math.round(perTask);
}
