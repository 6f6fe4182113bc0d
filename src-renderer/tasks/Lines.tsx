import { amount, shortMoot, units } from '../../src-shared/domain/amounts.ts';
import { percent } from '../../src-shared/domain/format.ts';
import type { Amount } from '../../src-shared/domain/ids.ts';
import type { LineView, TaskState, TaskView } from '../../src-shared/domain/tasks.ts';
import { useNow } from '../app/now.ts';
import { Pill, type Tone } from '../ui/Pill.tsx';
import { Skeleton } from '../ui/Skeleton.tsx';
import { Trouble } from '../ui/Trouble.tsx';
import { ContestOffer } from './Contest.tsx';
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
  const now = useNow(5_000);
  const each = amount((units(task.fee) + units(task.modelFee)) / BigInt(task.batch?.items ?? 1));
  if (lines === null)
    return error === null ? <Skeleton lines={5} label="Loading the lines" /> : <Trouble error={error} />;
  return (
    <>
      <Trouble error={error} />
      <ol className={styles.lines} aria-label="Lines">
        {lines.map((line) => (
          <Line key={line.item} line={line} each={each} now={now} />
        ))}
      </ol>
    </>
  );
}

/** @param each what was paid for one line */
function Line({ line, each, now }: { line: LineView; each: Amount; now: number }) {
  const { item, input, answer, state, id, finalAt } = line;
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
      <span className={styles.end}>
        <Pill tone={tone}>{words}</Pill>
        {state === 'solved' && id !== null && finalAt !== null && now < finalAt && (
          <ContestOffer
            name={`Contest line ${item + 1}`}
            look="quiet"
            subject={id}
            finalAt={finalAt}
            won={`your ${shortMoot(each)} MOOT for it come back and you get a share of what the solver loses`}
          />
        )}
      </span>
    </li>
  );
}
