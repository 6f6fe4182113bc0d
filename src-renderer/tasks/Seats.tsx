import type { SeatView } from '../../src-shared/domain/tasks.ts';
import { formatRoute } from '../app/route.ts';
import { Card } from '../ui/Card.tsx';
import { Id } from '../ui/Id.tsx';
import { Pill } from '../ui/Pill.tsx';
import layout from '../ui/layout.module.css';
import { saySeat } from './words.ts';

/** The machines that must agree, each with what it has done; nothing while the ledger does not know the task. */
export function Seats({ seats }: { seats: readonly SeatView[] }) {
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
              <span>
                <Pill tone={tone}>{short}</Pill>
                {seat.dispute !== null && (
                  <small>
                    <a href={formatRoute({ screen: 'disputes', dispute: seat.dispute })}>dispute {seat.dispute}</a>
                  </small>
                )}
              </span>
            </li>
          );
        })}
      </ol>
    </Card>
  );
}
