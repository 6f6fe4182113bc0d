import { shortMoot } from '../../src-shared/domain/amounts.ts';
import type { Address } from '../../src-shared/domain/ids.ts';
import type { Step, StepKind } from '../../src-shared/domain/tasks.ts';
import type { ChainDispute } from '../chain/disputes-projection.ts';
import type { Moment } from '../chain/tasks-projection.ts';
import { same } from '../tasks/work-book.ts';
import { ballotOf } from './roles.ts';
import { plural } from './words.ts';

/** The steps that the chain proves, told from the side of `me`; derived anew each time, so a reorg leaves none behind. */
export function disputeSteps(dispute: ChainDispute, me: Address | null): Step[] {
  const { fields, draws, ruling, executed, fines, opened } = dispute;
  const mine = (account: string): boolean => me !== null && same(account, me);
  const who = mine(fields.claimant) ? 'You contested the result.' : `${short(fields.claimant)} contested the result.`;
  const steps: Step[] = [step('contested', opened, who)];
  for (const draw of draws) {
    const own = me === null ? undefined : ballotOf(draw, me);
    if (own === undefined) continue;
    const seats = plural(own.seats, 'seat');
    steps.push(step('committed', own.sealed, `Your ballot for ${seats} was sealed in panel ${draw.round + 1}.`));
    if (own.opening !== null)
      steps.push(step('revealed', own.opening, `Your ballot was opened: ${said(own.opening.vote)}.`));
  }
  for (const fine of fines) {
    if (mine(fine.juror))
      steps.push(step('lost', fine, `You paid ${shortMoot(fine.amount)} MOOT for a missing ballot.`, 'bad'));
  }
  if (ruling !== null) {
    steps.push(
      step(
        'result',
        ruling,
        `Panel ${ruling.round + 1} ruled for ${name(ruling.side)}.`,
        tone(dispute, ruling.side, me),
      ),
    );
  }
  if (executed !== null) {
    const text = `Final: ${name(executed.side)} won; ${shortMoot(executed.pot)} MOOT were shared out.`;
    steps.push(step('final', executed, text, tone(dispute, executed.side, me)));
  }
  return steps;
}

/** Local and proven steps in order of time. */
export function together(local: readonly Step[], proven: readonly Step[]): Step[] {
  return [...local, ...proven].sort((a, b) => a.at - b.at);
}

export function name(side: 'claimant' | 'defendant'): string {
  return side === 'claimant' ? 'the contester' : 'the solver';
}

function said(vote: number): string {
  return vote === 1 ? 'the result is wrong' : vote === 2 ? 'the result is right' : 'no decision';
}

function tone({ fields }: ChainDispute, winner: 'claimant' | 'defendant', me: Address | null): Step['tone'] {
  if (me === null || ![fields.claimant, fields.defendant].some((party) => same(party, me))) return 'plain';
  return same(fields[winner], me) ? 'good' : 'bad';
}

function step(kind: StepKind, { time, tx }: Moment, text: string, tone: Step['tone'] = 'plain'): Step {
  return { kind, at: time * 1_000, text, tone, proof: { kind: 'transaction', value: tx } };
}

function short(account: string): string {
  return `${account.slice(0, 6)}…${account.slice(-4)}`;
}
