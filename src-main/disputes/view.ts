import { amount, shortMoot } from '../../src-shared/domain/amounts.ts';
import type { DisputeState, DisputeView } from '../../src-shared/domain/disputes.ts';
import type { Address, Digest } from '../../src-shared/domain/ids.ts';
import { currentDraw, other, type ChainDispute } from '../chain/disputes-projection.ts';
import type { UsableModel } from '../models/catalogue.ts';
import { comparable } from '../tasks/rerun.ts';
import { ballotView } from './ballot-view.ts';
import type { Bisector } from './bisection/bisector.ts';
import { isTrace } from './bisection/evidence.ts';
import type { DisputeContext } from './context.ts';
import type { DisputeRows, Rerun } from './dispute-rows.ts';
import { disputeSteps, name, together } from './dispute-story.ts';
import { outcomeOf, prospects } from './money.ts';
import type { PartySide } from './party.ts';
import type { Reruns } from './reruns.ts';
import { periods, roleIn } from './roles.ts';
import { subjectOf } from './subjects.ts';
import { clock } from './words.ts';

export interface ViewNeeds {
  readonly rows: DisputeRows;
  readonly reruns: Reruns;
  readonly bisector: Bisector;
  readonly party: PartySide;
}

/** A case as the screens show it; everything from database and chain. */
export function disputeView(
  dispute: ChainDispute,
  context: DisputeContext,
  { rows, reruns, bisector, party }: ViewNeeds,
  me: Address,
): DisputeView {
  const { terms, ruling, draws, fields } = dispute;
  const now = context.chain.now();
  const about = subjectOf(context, dispute);
  const own = rows.seatsIn(dispute);
  const draw = currentDraw(dispute);
  const last = draw ?? draws.at(-1);
  const row = own.find(({ seed }) => seed === last?.seed);
  const role = roleIn(dispute, about, own.length > 0, me);
  const ballot = ballotView(dispute, about, row, reruns, me, now);
  const rerun = rows.rerun(dispute.subject);
  const digest = about?.digest ?? null;
  const seated = row === undefined || draw === null ? null : { seats: row.seats, vote: ballot.vote };
  const over = dispute.executed !== null;
  const money = prospects(dispute, about ?? null, role, me, seated);
  const missing = party.missing(dispute);
  const model = about === undefined ? null : reruns.model(about);
  const state = stateOf(dispute, now);
  return {
    id: dispute.id,
    task: about?.id ?? dispute.subject,
    model: model?.manifest.name ?? 'a model that is not on this machine',
    state,
    role,
    claimant: fields.claimant,
    defendant: fields.defendant,
    round: (last?.round ?? 0) + 1,
    seats: terms.seats[last?.round ?? 0] ?? 0,
    sealed: last?.ballots.length ?? 0,
    opened: last?.ballots.filter(({ opening }) => opening !== null).length ?? 0,
    openedAt: terms.openedAt * 1_000,
    until: untilOf(dispute, state, now),
    contested: { digest, answer: rerun.contestedDigest === digest ? rerun.contestedAnswer : null },
    own: { digest: rerun.digest, answer: rerun.answer },
    agreement: compared(rerun, digest) ?? byBytes(model, rerun.digest, digest),
    bisection: bisector.view(dispute, about, model),
    input: rerun.input,
    evidence: dispute.evidence.map(({ text }) => text).filter((text) => !isTrace(text)),
    ballot,
    ruling: ruling?.side ?? null,
    atStake: terms.atStake,
    bond: terms.bond,
    canWin: over ? amount(0n) : money.canWin,
    canLose: over ? amount(0n) : money.canLose,
    outcome: outcomeOf(dispute, about ?? null, me),
    appeal:
      missing === null || ruling === null
        ? null
        : {
            side: other(ruling.side),
            cost: terms.appealBond,
            raised: amount(BigInt(terms.appealBond) - missing),
            obstacle: party.obstacle(missing),
          },
    reason: reasonOf(dispute, state, now),
    steps: together(context.steps.of(`case-${dispute.id}`), disputeSteps(dispute, me)),
  };
}

/** Of this result, and no other. */
function compared({ agreement }: Rerun, digest: Digest | null): DisputeView['agreement'] {
  if (agreement === null || agreement.of !== digest) return null;
  return { verdict: agreement.verdict, why: agreement.why };
}

/** Where equal bytes are the whole question. */
function byBytes(model: UsableModel | null, own: Digest | null, theirs: Digest | null): DisputeView['agreement'] {
  if (model === null || own === null || theirs === null || !comparable(model)) return null;
  return own === theirs
    ? { verdict: 'same', why: 'The bytes are the same.' }
    : { verdict: 'different', why: 'The bytes differ, and every machine gets the same ones with this model.' };
}

/** @param now chain time, seconds */
export function stateOf(dispute: ChainDispute, now: number): DisputeState {
  if (dispute.state === 'over') return 'final';
  const draw = currentDraw(dispute);
  if (draw !== null) return now <= periods(dispute, draw).sealing ? 'sealing' : 'opening';
  return dispute.state === 'ruled' && now <= (dispute.ruling?.until ?? 0) ? 'ruled' : 'closing';
}

function untilOf(dispute: ChainDispute, state: DisputeState, now: number): number | null {
  const draw = currentDraw(dispute);
  if (state === 'ruled') return (dispute.ruling?.until ?? 0) * 1_000;
  if (draw === null) return null;
  const { sealing, opening } = periods(dispute, draw);
  const end = state === 'sealing' ? sealing : opening;
  return now > end ? null : end * 1_000;
}

function reasonOf(dispute: ChainDispute, state: DisputeState, now: number): string {
  const { ruling, executed, terms } = dispute;
  const draw = currentDraw(dispute);
  switch (state) {
    case 'sealing': {
      const until = draw === null ? '' : clock(periods(dispute, draw).sealing);
      if (draw?.seed === null) return 'The jurors are being drawn.';
      const again =
        draw !== null && draw.attempt > 0 ? 'Too few ballots were opened, so jurors were drawn again. ' : '';
      return `${again}Jurors ${terms.people ? 'decide' : 'run the model again'} and seal their ballots until ${until}.`;
    }
    case 'opening': {
      const until = draw === null ? 0 : periods(dispute, draw).opening;
      return now <= until ? `Jurors open their ballots until ${clock(until)}.` : 'The ballots are being counted.';
    }
    case 'ruled':
      return `The panel ruled for ${name(ruling?.side ?? 'defendant')}; it can be appealed until ${clock(ruling?.until ?? 0)}.`;
    case 'closing':
      return `The ruling for ${name(ruling?.side ?? 'defendant')} is final; the money is being shared out.`;
    case 'final':
      return `Over: ${name(executed?.side ?? 'defendant')} won, and ${shortMoot(executed?.pot ?? amount(0n))} MOOT were shared out.`;
  }
}
