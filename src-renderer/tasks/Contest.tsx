import { useState } from 'react';
import { shortMoot, units } from '../../src-shared/domain/amounts.ts';
import type { TaskId } from '../../src-shared/domain/ids.ts';
import type { TaskView } from '../../src-shared/domain/tasks.ts';
import { announce } from '../app/announce.ts';
import { useNow } from '../app/now.ts';
import { formatRoute } from '../app/route.ts';
import { useSlice } from '../app/store.ts';
import { useAction } from '../app/useAction.ts';
import { useObstacle } from '../app/useObstacle.ts';
import { Button } from '../ui/Button.tsx';
import { Confirm } from '../ui/Confirm.tsx';
import { When } from '../ui/When.tsx';
import layout from '../ui/layout.module.css';
import styles from './TakeBack.module.css';
import { canContest, paidFor } from './words.ts';

/** A way to the dispute over this result, or, while there is time, the way to start one. */
export function Contest({ task }: { task: TaskView }) {
  const dispute = useSlice('disputes').find((dispute) => dispute.task !== null && dispute.task === task.id);
  const now = useNow(5_000);
  if (dispute !== undefined)
    return (
      <p className={styles.line}>
        <a href={formatRoute({ screen: 'disputes', dispute: dispute.id })}>
          Open dispute {dispute.id} over this result
        </a>
      </p>
    );
  if (task.id === null || !canContest(task, now)) return null;
  return (
    <div className={styles.offer}>
      <ContestOffer
        name="Contest this result"
        subject={task.id}
        finalAt={task.finalAt}
        won={`your ${shortMoot(paidFor(task))} MOOT come back and you get a share of what the solver loses`}
      />
    </div>
  );
}

interface Props {
  /** What the button says. */
  readonly name: string;
  readonly look?: 'plain' | 'quiet';
  /** A task, or one seat of several. */
  readonly subject: TaskId;
  readonly finalAt: number | null;
  /** What follows when the result was wrong. */
  readonly won: string;
}

/** Brings one result before the jury, after a second look at what that means. */
export function ContestOffer({ name, look = 'plain', subject, finalAt, won }: Props) {
  const contest = useAction('disputes.contest');
  const stake = useSlice('stake');
  const bare = stake !== null && units(stake.free) === 0n;
  const obstacle = useObstacle() ?? (bare ? 'You have no free stake for the bond; stake some first.' : null);
  const [asking, setAsking] = useState(false);
  const act = async (): Promise<void> => {
    const outcome = await contest.run({ task: subject });
    if (!outcome.ok) return;
    setAsking(false);
    announce('Your contestation is on its way; the payment is held back.');
  };
  return (
    <>
      <Button look={look} onClick={() => setAsking(true)}>
        {name}
      </Button>
      {asking && (
        <Confirm
          title="Contest this result?"
          act={contest.pending ? 'Contesting…' : 'Contest it, with a bond'}
          keep="Leave it"
          pending={contest.pending}
          error={contest.error}
          obstacle={obstacle}
          onAct={() => void act()}
          onClose={() => setAsking(false)}
        >
          <p>
            The payment is held back and a jury runs the model again. Only the computation counts, not whether the model
            guessed well.
          </p>
          <ul className={styles.ends}>
            <li>
              <strong>If the result was wrong</strong>, {won}.
            </li>
            <li>
              <strong>If it was right</strong>, you lose the bond: half of what the solver has locked for this task.
            </li>
          </ul>
          <p className={layout.sub}>
            The bond is taken from your free stake{stake === null ? '' : `, now ${shortMoot(stake.free)} MOOT`}.
            {finalAt !== null && (
              <>
                {' '}
                The result becomes final <When at={finalAt} />.
              </>
            )}
          </p>
        </Confirm>
      )}
    </>
  );
}
