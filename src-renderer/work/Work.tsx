import { count } from '../../src-shared/domain/format.ts';
import type { TaskView } from '../../src-shared/domain/tasks.ts';
import { useSlice } from '../app/store.ts';
import { Models } from '../models/Models.tsx';
import { TaskList } from '../tasks/TaskList.tsx';
import { isLeft, isUnderWay } from '../tasks/words.ts';
import { Empty } from '../ui/Empty.tsx';
import { PageHead } from '../ui/PageHead.tsx';
import layout from '../ui/layout.module.css';
import { Costs } from './Costs.tsx';

/** What this machine may solve, what it solves now, and what became of the rest. */
export function Work() {
  const models = useSlice('models');
  const activity = useSlice('activity');
  const prices = useSlice('prices');
  const worked = useSlice('tasks').filter((task) => task.role === 'worked');
  const allowed = models.filter((model) => model.optedIn).length;
  const now = worked.filter(isUnderWay);
  const left = worked.filter(isLeft);
  const isDone = (task: TaskView): boolean => !isUnderWay(task) && !isLeft(task);
  return (
    <>
      <PageHead
        title={
          allowed === 0
            ? 'Your machine may not solve anything yet'
            : `Your machine may solve tasks of ${count(allowed, 'model')}`
        }
        why={
          allowed === 0
            ? 'Switch on a model below: from then on, tasks that pay enough are taken by themselves.'
            : `${activity.title}. ${activity.why}`
        }
      />
      <div className={layout.stack}>
        <TaskList
          title="Under way"
          whose="worked"
          tasks={now}
          older={false}
          empty={
            <Empty title="Nothing under way">
              <p>A task that fits appears here the moment your machine takes it, and you can watch each step.</p>
            </Empty>
          }
        />
        {left.length > 0 && (
          <TaskList title="Not taken, and why" whose="worked" tasks={left} older={false} empty={null} />
        )}
        <Models />
        {prices !== null && <Costs key={JSON.stringify(prices)} prices={prices} />}
        <TaskList
          title="Done"
          whose="worked"
          tasks={worked.filter(isDone)}
          keep={isDone}
          empty={
            <Empty title="Nothing done so far">
              <p>Paid work stays here, and so does what was left to others, each with its reason.</p>
            </Empty>
          }
        />
      </div>
    </>
  );
}
