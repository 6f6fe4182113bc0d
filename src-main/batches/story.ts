import { amount, shortMoot } from '../../src-shared/domain/amounts.ts';
import type { Address } from '../../src-shared/domain/ids.ts';
import type { Step, StepKind } from '../../src-shared/domain/tasks.ts';
import { runClaimableAt, type ChainBatch, type Run } from '../chain/batches-projection.ts';
import { count, has } from '../chain/masks.ts';
import type { Moment } from '../chain/tasks-projection.ts';
import { same } from '../tasks/work-book.ts';
import type { RunWork } from './run-rows.ts';

/** Steps that the chain proves, derived anew each time, as in `tasks/story.ts`. */

/** Of a batch that this person asked for. */
export function batchSteps(batch: ChainBatch): Step[] {
  const steps: Step[] = [
    step('posted', batch.posted, `You posted ${items(batch.items)}; the fees are held by the contract.`),
  ];
  for (const run of batch.runs) {
    const until = new Date(runClaimableAt(batch, run) * 1_000).toISOString().slice(11, 19);
    const text = `${short(run.solver)} opened ${items(count(BigInt(run.taken)))}; final at ${until} UTC.`;
    steps.push(step('revealed', run, text));
  }
  for (const { item, claimant, ...at } of batch.contested)
    steps.push(step('contested', at, `${short(claimant)} contested line ${item + 1}; the court decides.`, 'bad'));
  for (const { solver, items: mask, ...at } of batch.paid)
    steps.push(step('final', at, `Final: ${short(solver)} was paid for ${items(count(BigInt(mask)))}.`, 'good'));
  for (const { item, amount: back, ...at } of batch.overturned) {
    const text = `The court found line ${item + 1} wrong: ${shortMoot(back)} MOOT are back.`;
    steps.push(step('refunded', at, text));
  }
  if (batch.returned !== null) {
    const { items: mask, amount: back, retracted } = batch.returned;
    const why = retracted ? 'You took back' : 'Nobody solved';
    const text = `${why} ${items(count(BigInt(mask)))}: ${shortMoot(back)} MOOT are back.`;
    steps.push(step('refunded', batch.returned, text));
  }
  return steps;
}

/** Of one run of this machine. */
export function runSteps(batch: ChainBatch, run: Run | undefined, work: RunWork, me: Address | null): Step[] {
  const steps: Step[] = [step('posted', batch.posted, `Somebody posted a batch of ${items(batch.items)}.`)];
  const mine = work.items.toString();
  const commitment = batch.commitments.findLast(({ solver, announced }) => same(solver, me) && announced === mine);
  if (work.root !== null && commitment !== undefined)
    steps.push(step('committed', commitment, 'You sealed your results on chain.'));
  if (run === undefined) return steps;
  const taken = BigInt(run.taken);
  const until = new Date(runClaimableAt(batch, run) * 1_000).toISOString().slice(11, 19);
  const lost = count(work.items & ~taken);
  const others = lost === 0 ? '' : `, others were faster with ${items(lost)}`;
  steps.push(
    step('revealed', run, `You opened the results of ${items(count(taken))}${others}; final at ${until} UTC.`),
  );
  for (const { item, claimant, ...at } of batch.contested)
    if (has(taken, item))
      steps.push(step('contested', at, `${short(claimant)} contested item ${item + 1}; the court decides.`, 'bad'));
  for (const { items: mask, reward, issued, ...at } of batch.paid) {
    if ((BigInt(mask) & taken) === 0n) continue;
    const more = BigInt(issued) === 0n ? '' : `, and ${shortMoot(issued)} new`;
    const text = `Paid: ${shortMoot(reward)} MOOT for ${items(count(BigInt(mask)))}${more}.`;
    steps.push(step('paid', at, text, 'good'));
  }
  for (const { item, ...at } of batch.overturned)
    if (has(taken, item)) steps.push(step('refunded', at, `The court found the result of item ${item + 1} wrong.`));
  return steps;
}

/** What a run earned: all payouts of its items. */
export function earnedBy(batch: ChainBatch, run: Run): { readonly reward: bigint; readonly issued: bigint } {
  const own = batch.paid.filter(({ items: mask }) => (BigInt(mask) & BigInt(run.taken)) !== 0n);
  return {
    reward: own.reduce((sum, { reward }) => sum + BigInt(reward), 0n),
    issued: own.reduce((sum, { issued }) => sum + BigInt(issued), 0n),
  };
}

/** Money of `n` items, at so much each. */
export function times(each: string, n: number): ReturnType<typeof amount> {
  return amount(BigInt(each) * BigInt(n));
}

function items(n: number): string {
  return n === 1 ? 'one item' : `${n} items`;
}

function step(kind: StepKind, { time, tx }: Moment, text: string, tone: Step['tone'] = 'plain'): Step {
  return { kind, at: time * 1_000, text, tone, proof: { kind: 'transaction', value: tx } };
}

function short(address: string): string {
  return `${address.slice(0, 6)}…${address.slice(-4)}`;
}
