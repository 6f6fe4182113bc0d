import { shortMoot } from '../../src-shared/domain/amounts.ts';
import type { Address } from '../../src-shared/domain/ids.ts';
import type { Step } from '../../src-shared/domain/tasks.ts';
import type { ChainJob } from '../chain/replicas-projection.ts';
import { short, step } from '../tasks/story.ts';
import { same } from '../tasks/work-book.ts';

/** The steps that the chain proves, told from the side of `me`; derived anew each time, as for ordinary tasks. */
export function jobSteps(job: ChainJob, me: Address | null): Step[] {
  const { fields, posted, taken, seats, agreed, failed } = job;
  const mine = (account: string): boolean => same(account, me);
  const asked = mine(fields.requester);
  const steps: Step[] = [
    step(
      'posted',
      posted,
      asked
        ? `You posted it for ${seats} machines; their fees are held by the contract.`
        : `Somebody posted it for ${seats} machines.`,
    ),
  ];
  for (const [n, seat] of taken.entries()) {
    const who = mine(seat.solver) ? 'You sealed your answer' : `${short(seat.solver)} sealed an answer`;
    steps.push(step('committed', seat.taken, `${who}: ${n + 1} of ${seats} machines.`));
  }
  const opened = taken.flatMap(({ solver, opened }) => (opened === null ? [] : [{ solver, at: opened }]));
  for (const [n, { solver, at }] of opened.sort((a, b) => a.at.block - b.at.block).entries()) {
    const who = mine(solver) ? 'You opened yours' : `${short(solver)} opened its own`;
    steps.push(step('revealed', at, `${who}: ${n + 1} of ${seats}.`));
  }
  for (const { solver, dispute } of taken) {
    if (dispute === null) continue;
    const who = mine(dispute.claimant) ? 'You contested' : `${short(dispute.claimant)} contested`;
    const whose = mine(solver) ? 'your answer' : `the answer of ${short(solver)}`;
    steps.push(step('contested', dispute, `${who} ${whose}; the court decides.`, 'bad'));
  }
  for (const { solver, missed } of taken) {
    if (missed === null) continue;
    const who = mine(solver) ? 'You did' : `${short(solver)} did`;
    steps.push(
      step('lost', missed, `${who} not open the answer, and lost a bond of ${shortMoot(missed.bond)} MOOT.`, 'bad'),
    );
  }
  if (agreed !== null) {
    const back = asked && BigInt(agreed.back) > 0n ? `; ${shortMoot(agreed.back)} MOOT are back` : '';
    steps.push(step('final', agreed, `Final: ${agreed.seats} of ${seats} agreed and were paid${back}.`, 'good'));
  }
  const own = taken.find(({ solver }) => mine(solver))?.paid ?? null;
  if (own !== null) {
    const issued = BigInt(own.issued) === 0n ? '' : `, and ${shortMoot(own.issued)} new`;
    const text = `Paid: ${shortMoot(own.reward)} MOOT, after ${shortMoot(own.retained)} for the treasury${issued}.`;
    steps.push(step('paid', own, text, 'good'));
  }
  if (failed !== null) {
    const why = taken.length < seats ? 'Too few machines came' : 'The machines did not agree';
    const back = asked ? `${shortMoot(failed.back)} MOOT are back` : 'the asker has the money back';
    steps.push(step('refunded', failed, `${why}: ${back}.`));
  }
  return steps;
}
