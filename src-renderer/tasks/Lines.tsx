import { percent } from '../../src-shared/domain/format.ts';
import type { LineView, TaskState, TaskView } from '../../src-shared/domain/tasks.ts';
import { Pill, type Tone } from '../ui/Pill.tsx';
import { Skeleton } from '../ui/Skeleton.tsx';
import { Trouble } from '../ui/Trouble.tsx';
import { InputThumb } from './InputThumb.tsx';
import styles from './Lines.module.css';
import { useLines } from './useLines.ts';

const STATES: Partial<Record<TaskState, { readonly words: string; readonly tone: Tone }>> = {
  posting: { words: 'posting', tone: 'wait' },
  posted: { words: 'waiting', tone: 'wait' },
  contested: { words: 'contested', tone: 'wait' },
  solved: { words: 'answered', tone: 'work' },
  final: { words: 'final', tone: 'work' },
  failed: { words: 'failed', tone: 'trouble' },
};
const MONEY_BACK = { words: 'money back', tone: 'wait' } as const;

/** The lines of a batch, each with its answer and where it stands. */
export function Lines({ task }: { task: TaskView }) {
  const { lines, error } = useLines(task);
  if (lines === null)
    return error === null ? <Skeleton lines={5} label="Loading the lines" /> : <Trouble error={error} />;
  return (
    <>
      <Trouble error={error} />
      <ol className={styles.lines} aria-label="Lines">
        {lines.map((line) => (
          <Line key={line.item} line={line} />
        ))}
      </ol>
    </>
  );
}

function Line({ line: { item, input, answer, state } }: { line: LineView }) {
  const { words, tone } = STATES[state] ?? MONEY_BACK;
  const [best] = answer?.shares ?? [];
  return (
    <li className={styles.line}>
      <span className={styles.number}>{item + 1}</span>
      <span className={styles.input}>
        {input?.kind === 'image' && <InputThumb input={input} />}
        {input !== null && input.kind !== 'image' && input.text}
        {input === null && 'The input was not kept.'}
      </span>
      <span className={styles.answer}>
        {answer === null ? (
          <span className={styles.pending}>{state === 'solved' || state === 'final' ? 'on its way' : '–'}</span>
        ) : (
          <>
            <strong>{answer.text}</strong> {best !== undefined && <small>{percent(best.share)}</small>}
          </>
        )}
      </span>
      <Pill tone={tone}>{words}</Pill>
    </li>
  );
}
