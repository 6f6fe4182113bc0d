import { useState } from 'react';
import type { DisputeView, Side } from '../../src-shared/domain/disputes.ts';
import { announce } from '../app/announce.ts';
import { useAction } from '../app/useAction.ts';
import { useObstacle } from '../app/useObstacle.ts';
import { Button } from '../ui/Button.tsx';
import { Confirm } from '../ui/Confirm.tsx';
import { Note } from '../ui/Note.tsx';
import layout from '../ui/layout.module.css';
import { againstOwn } from './ballot.ts';
import styles from './Vote.module.css';
import { verdict, voteMeans } from './words.ts';

const SIDES: readonly Side[] = ['claimant', 'defendant'];

/** Two buttons, each with what it means; asked once more before the vote is sealed, for it cannot be changed. */
export function Vote({ dispute }: { dispute: DisputeView }) {
  const vote = useAction('disputes.vote');
  const obstacle = useObstacle();
  const [side, setSide] = useState<Side | null>(null);
  const asked = dispute.ballot.state === 'asked';
  const seal = async (side: Side): Promise<void> => {
    const outcome = await vote.run({ id: dispute.id, side });
    if (!outcome.ok) return;
    setSide(null);
    announce('Your vote is being sealed.');
  };
  const choices = (
    <div className={styles.choices}>
      {SIDES.map((side) => (
        <div key={side}>
          <Button disabled={obstacle !== null} onClick={() => setSide(side)}>
            Vote: the result is {verdict(side)}
          </Button>
          <p className={layout.small}>{voteMeans(side, dispute)}</p>
        </div>
      ))}
    </div>
  );
  return (
    <>
      {asked ? (
        choices
      ) : (
        <details className={styles.byHand}>
          <summary>Decide yourself instead</summary>
          {choices}
        </details>
      )}
      {obstacle !== null && <p className={layout.small}>{obstacle}</p>}
      {side !== null && (
        <Confirm
          title={`Seal your vote: the result is ${verdict(side)}?`}
          act={vote.pending ? 'Sealing…' : `Seal my vote: ${verdict(side)}`}
          keep="Not yet"
          pending={vote.pending}
          error={vote.error}
          obstacle={obstacle}
          onAct={() => void seal(side)}
          onClose={() => setSide(null)}
        >
          <p>
            A sealed vote cannot be changed. If the final ruling says the same, you share in what the other side lost;
            if not, you get nothing. {voteMeans(side, dispute)}
          </p>
          {againstOwn(side, dispute) !== null && (
            <Note tone="need">
              <p>{againstOwn(side, dispute)}</p>
            </Note>
          )}
        </Confirm>
      )}
    </>
  );
}
