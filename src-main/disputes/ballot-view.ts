import type { BallotView, Side } from '../../src-shared/domain/disputes.ts';
import type { Address } from '../../src-shared/domain/ids.ts';
import { currentDraw, type ChainDispute } from '../chain/disputes-projection.ts';
import type { BallotRow } from './dispute-rows.ts';
import { Judge } from './judge.ts';
import { comparable } from '../tasks/rerun.ts';
import type { Reruns } from './reruns.ts';
import { ballotOf, periods } from './roles.ts';
import type { Subject } from './subject.ts';
import { clock } from './words.ts';

const NONE: BallotView = {
  state: 'none',
  seats: 0,
  vote: null,
  automatic: false,
  reason: 'You have no seat in this panel.',
};

/** @param now chain time, seconds. @param row of the current or last draw; undefined: no seat */
export function ballotView(
  dispute: ChainDispute,
  about: Subject | undefined,
  row: BallotRow | undefined,
  reruns: Reruns,
  me: Address,
  now: number,
): BallotView {
  const voting = currentDraw(dispute) !== null;
  const draw = dispute.draws.at(-1);
  if (draw === undefined || row === undefined) return NONE;
  const { sealing, opening } = periods(dispute, draw);
  const ballot = ballotOf(draw, me);
  const said = sideOf(ballot?.opening?.vote ?? row.vote);
  const view = (state: BallotView['state'], reason: string): BallotView => {
    return { state, seats: row.seats, vote: said, automatic: row.automatic, reason };
  };
  if (ballot !== undefined) {
    if (ballot.opening !== null) {
      return view(
        'opened',
        voting ? 'Your ballot is open; the court counts when all are.' : 'Your ballot was counted.',
      );
    }
    if (now <= sealing)
      return view('sealed', `Your ballot is sealed; your machine opens it from ${clock(sealing)} on.`);
    if (now <= opening) return view('opening', `Your machine is opening your ballot; it has until ${clock(opening)}.`);
    return view('late', 'Your ballot was not opened in time: it counts as missing, and that costs a fine.');
  }
  if (now > sealing)
    return view('late', 'Nothing was sealed in time: your seat stays empty, and that may cost a fine.');
  if (row.salt !== null)
    return view('sealing', `Your ballot is on its way to the chain; it has until ${clock(sealing)}.`);
  if (row.vote === null) {
    const why = whyAsked(dispute, about, reruns);
    const at = clock(Math.min(Judge.sealsAt(dispute, draw), sealing));
    if (about !== undefined && votesAgainstNothing(dispute, about, reruns))
      return view(
        'computing',
        `Nobody sends the solver’s result; if that is so at ${at}, your machine votes against it.`,
      );
    if (why !== null) return view('asked', `${why} Decide until ${clock(sealing)}, or your seat costs a fine.`);
    // It has its own result, and yet no verdict: the result is nearly what it should be.
    if (about !== undefined && reruns.verdict(about) !== null)
      return view('computing', 'Your machine ran the model again and waits for what the two sides show of their runs.');
    return view('computing', 'Your machine is running the model again to find out who is right.');
  }
  if (!row.automatic) return view('sealing', `Your decision is being sealed; there is time until ${clock(sealing)}.`);
  const at = clock(Math.min(Judge.sealsAt(dispute, draw), sealing));
  return view('computing', `Your machine has decided and seals it at ${at}; until then you can overrule it.`);
}

/** Where results have to be compared as values, one that cannot be had is no result. */
function votesAgainstNothing({ terms }: ChainDispute, about: Subject, reruns: Reruns): boolean {
  const model = reruns.model(about);
  return (
    !terms.people && model !== null && !comparable(model) && reruns.unserved(about) && reruns.verdict(about) === null
  );
}

/** Why no machine can decide; null when it can, or is about to. */
function whyAsked(dispute: ChainDispute, about: Subject | undefined, reruns: Reruns): string | null {
  if (dispute.terms.people) return 'This case is for people to judge.';
  const model = about === undefined ? null : reruns.model(about);
  if (about === undefined || model === null) return 'The model is not on this machine, so it cannot judge for you.';
  if (reruns.undecided(about))
    return 'No machine can say whether these two are the same answer: look at both and decide.';
  const trouble = reruns.trouble(about);
  return trouble === null ? null : `Your machine could not run the model again yet: ${trouble}`;
}

export function sideOf(vote: number | null): Side | null {
  return vote === 1 ? 'claimant' : vote === 2 ? 'defendant' : null;
}
