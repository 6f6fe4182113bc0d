import { shortMoot, units } from '../../src-shared/domain/amounts.ts';
import type { DisputeView } from '../../src-shared/domain/disputes.ts';
import { announce } from '../app/announce.ts';
import { useAction } from '../app/useAction.ts';
import { useObstacle } from '../app/useObstacle.ts';
import { Button } from '../ui/Button.tsx';
import { Card } from '../ui/Card.tsx';
import { Moot } from '../ui/Moot.tsx';
import { dayTime } from '../ui/days.ts';
import { Note } from '../ui/Note.tsx';
import { Trouble } from '../ui/Trouble.tsx';
import layout from '../ui/layout.module.css';
import { appealOfOthers, appealPrice } from './needs.ts';
import { ownSide, verdict } from './words.ts';

/** Against a ruling: whom it helps, what it costs, and one button. */
export function Appeal({ dispute }: { dispute: DisputeView }) {
  const act = useAction('disputes.appeal');
  const unable = useObstacle();
  const { appeal, role } = dispute;
  if (appeal === null) return null;
  const mine = appeal.side === ownSide(role);
  const winner = ownSide(role) !== null && !mine;
  const price = shortMoot(appealPrice(appeal));
  const obstacle = unable ?? appeal.obstacle;
  const run = async (): Promise<void> => {
    const outcome = await act.run({ id: dispute.id });
    if (outcome.ok) announce('The appeal is being paid; a larger panel will vote.');
  };
  return (
    <Card title="Appeal">
      <div className={layout.form}>
        {mine ? (
          <Note tone="need">
            <p>
              The jury found the result {verdict(appeal.side === 'claimant' ? 'defendant' : 'claimant')}, against you.
              You can ask for a larger panel
              {dispute.until !== null && (
                <>
                  {' '}
                  until <strong>{dayTime(dispute.until)}</strong>
                </>
              )}
              .
            </p>
          </Note>
        ) : (
          <p>{appealOfOthers(dispute)}</p>
        )}
        <dl className={layout.facts}>
          <div>
            <dt>
              Bond of the appeal
              <small>
                Lost if the final ruling stays the same; else it comes back, with a share of what the other side lost.
              </small>
            </dt>
            <dd>
              <Moot value={appeal.cost} />
            </dd>
          </div>
          {units(appeal.raised) > 0n && (
            <div>
              <dt>Gathered so far</dt>
              <dd>
                <Moot value={appeal.raised} />
              </dd>
            </div>
          )}
        </dl>
        <Trouble error={act.error} />
        {!winner && (
          <>
            <div className={layout.buttons}>
              <Button
                look={mine ? 'primary' : 'plain'}
                disabled={obstacle !== null}
                busy={act.pending}
                aria-describedby="appeal-obstacle"
                onClick={() => void run()}
              >
                {act.pending ? 'Appealing…' : `Appeal for ${price} MOOT`}
              </Button>
            </div>
            <p id="appeal-obstacle" className={layout.small}>
              {obstacle ?? 'Paid from what is ready to pay. It cannot be taken back.'}
            </p>
          </>
        )}
      </div>
    </Card>
  );
}
