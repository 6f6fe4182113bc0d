import type { TaskView } from '../../src-shared/domain/tasks.ts';
import { Card } from '../ui/Card.tsx';
import { Id } from '../ui/Id.tsx';
import { Moot } from '../ui/Moot.tsx';
import { When } from '../ui/When.tsx';
import layout from '../ui/layout.module.css';

/** Money and proofs of one task. */
export function TaskFacts({ task }: { task: TaskView }) {
  const asked = task.role === 'asked';
  return (
    <Card title={asked ? 'What it costs, and the proofs' : 'What it pays, and the proofs'}>
      <dl className={layout.facts}>
        <div>
          <dt>Solver’s fee</dt>
          <dd>
            <Moot value={task.fee} />
          </dd>
        </div>
        <div>
          <dt>Author of the model</dt>
          <dd>
            <Moot value={task.modelFee} />
          </dd>
        </div>
        <div>
          <dt>{asked ? 'You pay' : 'You earn, after the treasury’s share'}</dt>
          <dd>
            <strong>
              <Moot value={task.net} />
            </strong>
          </dd>
        </div>
        {task.deadline !== null && (
          <div>
            <dt>Deadline</dt>
            <dd>
              <When at={task.deadline} />
            </dd>
          </div>
        )}
        <IdLine name="Task" what="task id" value={task.id} absent="not in the ledger yet" />
        <IdLine name="Asked by" what="address of the asker" value={task.requester} absent="unknown" />
        <IdLine name="Solved by" what="address of the solver" value={task.solver} absent="nobody yet" />
        <IdLine name="Digest of the result" what="digest" value={task.resultDigest} absent="no result yet" />
      </dl>
    </Card>
  );
}

function IdLine({ name, what, value, absent }: { name: string; what: string; value: string | null; absent: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value === null ? <span className={layout.sub}>{absent}</span> : <Id value={value} what={what} />}</dd>
    </div>
  );
}
