import { shortId } from '../../src-shared/domain/format.ts';
import type { TaskView } from '../../src-shared/domain/tasks.ts';
import { useNow } from '../app/now.ts';
import { formatRoute } from '../app/route.ts';
import { Card } from '../ui/Card.tsx';
import { Id } from '../ui/Id.tsx';
import { Pill } from '../ui/Pill.tsx';
import layout from '../ui/layout.module.css';
import styles from './Seats.module.css';
import { ContestOffer } from './Contest.tsx';
import { canContestSeat, saySeat } from './words.ts';

/** The machines that must agree, each with what it has done; nothing while the ledger does not know the task. */
export function Seats({ task }: { task: TaskView }) {
  const now = useNow(5_000);
  const seats = task.seats ?? [];
  if (seats.length === 0) return null;
  return (
    <Card title="The machines that must agree">
      <ol className={layout.facts}>
        {seats.map((seat, index) => {
          const { short, tone } = saySeat(seat.state);
          return (
            <li key={seat.solver ?? `empty ${index}`}>
              <span>
                {seat.solver === null ? (
                  `Machine ${index + 1}`
                ) : (
                  <Id value={seat.solver} what="address of the solver" />
                )}
                {seat.digest !== null && (
                  <small>
                    says <Id value={seat.digest} what="digest" />
                  </small>
                )}
              </span>
              <span className={styles.did}>
                <Pill tone={tone}>{short}</Pill>
                {seat.dispute !== null && (
                  <small>
                    <a href={formatRoute({ screen: 'disputes', dispute: seat.dispute })}>dispute {seat.dispute}</a>
                  </small>
                )}
                {seat.id !== null && seat.solver !== null && canContestSeat(task, seat, now) && (
                  <ContestOffer
                    name={`Contest ${shortId(seat.solver)}`}
                    look="quiet"
                    subject={seat.id}
                    finalAt={task.finalAt}
                    won="this machine is not paid, and you get a share of what it loses"
                  />
                )}
              </span>
            </li>
          );
        })}
      </ol>
    </Card>
  );
}
