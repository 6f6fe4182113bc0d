import type { ReactNode } from 'react';
import { units } from '../../src-shared/domain/amounts.ts';
import type { DisputeView } from '../../src-shared/domain/disputes.ts';
import { useSlice } from '../app/store.ts';
import { formatRoute } from '../app/route.ts';
import { Card } from '../ui/Card.tsx';
import { Id } from '../ui/Id.tsx';
import { Moot } from '../ui/Moot.tsx';
import layout from '../ui/layout.module.css';

/** What the sides can lose, what that means for this node, and who they are. */
export function Money({ dispute }: { dispute: DisputeView }) {
  const concerned = units(dispute.canWin) !== 0n || units(dispute.canLose) !== 0n;
  const task = useSlice('tasks').find((task) => task.id !== null && task.id === dispute.task);
  return (
    <Card title="What is at stake">
      <dl className={layout.facts}>
        <Line name="The solver loses, if the result was wrong">
          <Moot value={dispute.atStake} />
        </Line>
        <Line name="Whoever contested it loses, if it was right">
          <Moot value={dispute.bond} />
        </Line>
        {dispute.outcome === null && concerned && (
          <>
            <Line name="You can gain about">
              <strong>
                <Moot value={dispute.canWin} signed />
              </strong>
            </Line>
            <Line name="You can lose at most">
              <strong>
                <Moot value={dispute.canLose} />
              </strong>
            </Line>
          </>
        )}
        {dispute.outcome !== null && (
          <Line name="It brought you, in the end">
            <strong>
              <Moot value={dispute.outcome} signed />
            </strong>
          </Line>
        )}
        {dispute.outcome === null && !concerned && <Line name="For you">nothing to gain or lose</Line>}
        <Line name="Contested by">
          <Id value={dispute.claimant} what="address of whoever contested it" />
        </Line>
        <Line name="Solved by">
          <Id value={dispute.defendant} what="address of the solver" />
        </Line>
        {dispute.task !== null && (
          <Line name="Task">
            {task === undefined ? (
              <Id value={dispute.task} what="task id" />
            ) : (
              <a href={formatRoute({ screen: task.role === 'asked' ? 'ask' : 'work', task: task.key })}>
                Open this task
              </a>
            )}
          </Line>
        )}
      </dl>
    </Card>
  );
}

function Line({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
