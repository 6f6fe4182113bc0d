import type { TaskView } from '../../src-shared/domain/tasks.ts';
import { formatRoute } from '../app/route.ts';
import { useSlice } from '../app/store.ts';
import { TaskList } from '../tasks/TaskList.tsx';
import { isLeft, isUnderWay } from '../tasks/words.ts';
import { Empty } from '../ui/Empty.tsx';
import { PageHead } from '../ui/PageHead.tsx';
import layout from '../ui/layout.module.css';
import { DeviceCard } from './DeviceCard.tsx';
import { Parts } from './Parts.tsx';
import { PauseMenu } from './PauseMenu.tsx';
import { sayDevices } from './words.ts';

/** What each device of this machine does and why, what it solves now, and what became of the rest. */
export function Work() {
  const { devices } = useSlice('machine');
  const activity = useSlice('activity');
  const allowed = useSlice('models').filter((model) => model.optedIn).length;
  const worked = useSlice('tasks').filter((task) => task.role === 'worked');
  const left = worked.filter(isLeft);
  const isDone = (task: TaskView): boolean => !isUnderWay(task) && !isLeft(task);
  const pausable = activity.state === 'working' || activity.state === 'waiting' || activity.state === 'paused';
  return (
    <>
      <Parts />
      <PageHead
        title={sayDevices(devices, allowed)}
        why={
          allowed === 0 ? (
            <p>
              Switch on a model under <a href={formatRoute({ screen: 'work', part: 'models' })}>Models</a>: from then
              on, tasks that pay enough are taken by themselves.
            </p>
          ) : (
            <p>
              {activity.title}. {activity.why}
            </p>
          )
        }
        actions={pausable && <PauseMenu device={null} name="this machine" paused={activity.state === 'paused'} />}
      />
      <div className={layout.stack}>
        {devices.length === 0 && (
          <Empty title="No device so far">
            <p>Processor and graphics cards appear here once computing has started.</p>
            <a href={formatRoute({ screen: 'work', part: 'check' })}>Check the hardware</a>
          </Empty>
        )}
        {devices.map((device) => (
          <DeviceCard key={device.id} device={device} />
        ))}
        <TaskList
          title="Under way"
          whose="worked"
          tasks={worked.filter(isUnderWay)}
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
