import type { TaskView } from '../../src-shared/domain/tasks.ts';
import { Card } from '../ui/Card.tsx';
import { Id } from '../ui/Id.tsx';
import { Moot } from '../ui/Moot.tsx';
import { When } from '../ui/When.tsx';
import layout from '../ui/layout.module.css';
import { feesLine, isOpen, netLine } from './words.ts';

/** Money and proofs of one task. */
export function TaskFacts({ task }: { task: TaskView }) {
  const asked = task.role === 'asked';
  return (
    <Card title={asked ? 'What it costs, and the proofs' : 'What it pays, and the proofs'}>
      <dl className={layout.facts}>
        <div>
          <dt>{feesLine(task)}</dt>
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
          <dt>{netLine(task)}</dt>
          <dd>
            <strong>
              <Moot value={task.net} />
            </strong>
          </dd>
        </div>
        {task.deadline !== null && isOpen(task) && (
          <div>
            <dt>Deadline</dt>
            <dd>
              <When at={task.deadline} />
            </dd>
          </div>
        )}
        <IdLine name="Task" what="task id" value={task.id} />
        <IdLine name="Asked by" what="address of the asker" value={task.requester} />
        <IdLine name="Solved by" what="address of the solver" value={task.solver} />
        <IdLine name="Digest of the result" what="digest" value={task.resultDigest} />
      </dl>
    </Card>
  );
}

function IdLine({ name, what, value }: { name: string; what: string; value: string | null }) {
  if (value === null) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <Id value={value} what={what} />
      </dd>
    </div>
  );
}
