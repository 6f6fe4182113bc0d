import { ArrowLeft } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { TaskView } from '../../src-shared/domain/tasks.ts';
import { announce } from '../app/announce.ts';
import { useNow } from '../app/now.ts';
import { PageHead } from '../ui/PageHead.tsx';
import { Card } from '../ui/Card.tsx';
import { Skeleton } from '../ui/Skeleton.tsx';
import { Trouble } from '../ui/Trouble.tsx';
import layout from '../ui/layout.module.css';
import { AnswerView } from './AnswerView.tsx';
import { Contest } from './Contest.tsx';
import { Lines } from './Lines.tsx';
import { InputThumb } from './InputThumb.tsx';
import { Seats } from './Seats.tsx';
import { Steps } from './Steps.tsx';
import { TaskFacts } from './TaskFacts.tsx';
import styles from './TaskPage.module.css';
import { TakeBack } from './TakeBack.tsx';
import { Track } from './Track.tsx';
import { useTask } from './useTask.ts';
import { isUnderWay, moneyOf, say } from './words.ts';

/** One task and its whole story, live. */
export function TaskPage({ taskKey, home }: { taskKey: string; home: 'ask' | 'work' }) {
  const { task, error } = useTask(taskKey);
  const now = useNow();
  const title = task === null ? null : say(task, now).title;
  const last = useRef(title);
  useEffect(() => {
    if (title !== null && last.current !== null && last.current !== title)
      announce(`${title}. ${task?.answer?.text ?? ''}`);
    last.current = title;
  }, [title, task]);
  const back = (
    <a className={styles.back} href={`#/${home}`}>
      <ArrowLeft aria-hidden="true" />
      {home === 'ask' ? 'All asks' : 'All work'}
    </a>
  );
  if (task === null) {
    return (
      <>
        <PageHead title={error === null ? 'Looking for this task' : 'This task is not here'} back={back} />
        {error === null ? <Skeleton lines={6} label="Loading the task" /> : <Trouble error={error} />}
      </>
    );
  }
  const onItsWay = task.role === 'asked' && moneyOf(task) !== 'none';
  return (
    <>
      <PageHead title={title ?? ''} why={task.reason} back={back} />
      <div className={layout.grid}>
        <div className={layout.stack}>
          <Card
            title={task.role === 'asked' ? `You asked: ${task.model.name}` : `${task.model.name}, asked by somebody`}
          >
            {task.role === 'asked' && task.batch !== undefined ? <Lines task={task} /> : <InputAndAnswer task={task} />}
          </Card>
          <Seats task={task} />
          <TaskFacts task={task} />
        </div>
        <Card title="Its story so far">
          {onItsWay && <Track state={task.state} />}
          {task.role === 'asked' && <TakeBack task={task} />}
          <Contest task={task} />
          <Steps steps={task.steps} />
        </Card>
      </div>
    </>
  );
}

function InputAndAnswer({ task }: { task: TaskView }) {
  return (
    <div className={styles.inputAnswer}>
      <div className={styles.input}>
        {task.input?.kind === 'image' && <InputThumb input={task.input} size="large" />}
        {task.input !== null && task.input.kind !== 'image' && <p className={styles.quoted}>{task.input.text}</p>}
        {task.input === null && <p className={layout.sub}>The input was not kept.</p>}
      </div>
      <div className={styles.output} aria-live="polite">
        {task.answer === null ? (
          <p className={styles.pending}>{isUnderWay(task) ? 'No answer yet' : 'No answer'}</p>
        ) : (
          <AnswerView answer={task.answer} />
        )}
      </div>
    </div>
  );
}
