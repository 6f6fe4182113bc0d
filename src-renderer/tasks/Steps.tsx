import { absoluteTime, duration } from '../../src-shared/domain/format.ts';
import type { Step } from '../../src-shared/domain/tasks.ts';
import { Id } from '../ui/Id.tsx';
import { When } from '../ui/When.tsx';
import styles from './Steps.module.css';

/** The story of a task: each step with time, cause and proof, and how long it took since the one before. */
export function Steps({ steps }: { steps: readonly Step[] }) {
  return (
    <ol className={styles.steps}>
      {steps.map((step, index) => {
        const before = steps[index - 1];
        const gap = before === undefined ? 0 : step.at - before.at;
        return (
          <li key={`${step.kind} ${step.at} ${index}`} data-tone={step.tone}>
            <span className={styles.text}>{step.text}</span>
            <span className={styles.when} title={absoluteTime(step.at)}>
              <When at={step.at} />
              {gap >= 1_000 && ` · ${duration(gap)} after the step before`}
            </span>
            {step.proof !== undefined && (
              <span className={styles.proof}>
                {step.proof.kind} <Id value={step.proof.value} what={step.proof.kind} />
              </span>
            )}
          </li>
        );
      })}
    </ol>
  );
}
