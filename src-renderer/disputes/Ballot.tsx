import type { BallotView, DisputeView } from '../../src-shared/domain/disputes.ts';
import { count } from '../../src-shared/domain/format.ts';
import { Card } from '../ui/Card.tsx';
import { Note } from '../ui/Note.tsx';
import { Pill, type Tone } from '../ui/Pill.tsx';
import layout from '../ui/layout.module.css';
import { ballotLine } from './ballot.ts';
import { isBusy } from './words.ts';
import { Vote } from './Vote.tsx';

const STATES: Readonly<Record<BallotView['state'], { readonly words: string; readonly tone: Tone }>> = {
  none: { words: 'no seat', tone: 'wait' },
  computing: { words: 'running it again', tone: 'work' },
  asked: { words: 'your vote is needed', tone: 'need' },
  sealing: { words: 'being sealed', tone: 'work' },
  sealed: { words: 'sealed', tone: 'work' },
  opening: { words: 'being opened', tone: 'work' },
  opened: { words: 'opened', tone: 'work' },
  late: { words: 'missed', tone: 'trouble' },
};

const DECIDED = { words: 'about to be sealed', tone: 'work' } as const;

/** This node's own ballot of the panel that votes now. Nothing at all for those who never had a seat. */
export function Ballot({ dispute }: { dispute: DisputeView }) {
  const { ballot } = dispute;
  if (ballot.state === 'none' && dispute.role !== 'juror') return null;
  const decided = ballot.state === 'computing' && ballot.vote !== null;
  const said = decided ? DECIDED : STATES[ballot.state];

  const line = ballotLine(ballot);
  const byHand = ballot.state === 'asked' || (ballot.state === 'computing' && dispute.state === 'sealing');
  return (
    <Card
      title={ballot.seats > 1 ? `Your ballot, ${count(ballot.seats, 'seat')}` : 'Your ballot'}
      aside={
        <Pill tone={said.tone} pulse={isBusy(ballot)}>
          {said.words}
        </Pill>
      }
    >
      <div className={layout.form}>
        {ballot.state === 'asked' || ballot.state === 'late' ? (
          <Note tone={ballot.state === 'asked' ? 'need' : 'trouble'}>
            <p>{ballot.reason}</p>
          </Note>
        ) : (
          <p>{ballot.reason}</p>
        )}
        {line !== null && <p className={layout.sub}>{line}</p>}
        {byHand && <Vote dispute={dispute} />}
      </div>
    </Card>
  );
}
