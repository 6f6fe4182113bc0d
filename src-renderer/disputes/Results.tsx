import { CircleDashed, Equal, EqualNot } from 'lucide-react';
import type { DisputeView, ResultView } from '../../src-shared/domain/disputes.ts';
import { AnswerView } from '../tasks/AnswerView.tsx';
import { InputThumb } from '../tasks/InputThumb.tsx';
import { Card } from '../ui/Card.tsx';
import { Id } from '../ui/Id.tsx';
import layout from '../ui/layout.module.css';
import styles from './Results.module.css';
import { compare, isDecided, type Comparison } from './words.ts';

const SIGNS = { same: Equal, differ: EqualNot, unknown: CircleDashed } as const;

/** What was asked, what the solver gave, what this machine gets; and in words whether the two agree. */
export function Results({ dispute }: { dispute: DisputeView }) {
  const { input, contested, own, role } = dispute;
  return (
    <Card title={`Dispute ${dispute.id}, ${dispute.model}: the two results`}>
      <div className={styles.results} data-input={input?.kind}>
        <div className={styles.side}>
          <h3>What was asked</h3>
          {input === null && <p className={layout.sub}>The input is not here.</p>}
          {input?.kind === 'image' && <InputThumb input={input} size="large" />}
          {input !== null && input.kind !== 'image' && <p className={styles.quoted}>{input.text}</p>}
        </div>
        <Side
          name={role === 'defendant' ? 'You gave' : 'The solver gave'}
          note="contested"
          result={contested}
          missing="The contested result has not arrived yet."
        />
        <Side
          name="This machine gets"
          note="run again here"
          result={own}
          missing={isDecided(dispute.state) ? 'No result.' : 'No result yet.'}
        />
        <Verdict comparison={compare(dispute)} />
      </div>
    </Card>
  );
}

interface SideProps {
  readonly name: string;
  readonly note: string;
  readonly result: ResultView;
  readonly missing: string;
}

function Side({ name, note, result, missing }: SideProps) {
  return (
    <section className={styles.side} aria-label={name}>
      <h3>
        {name} <small>{note}</small>
      </h3>
      {result.answer !== null && <AnswerView answer={result.answer} />}
      {result.answer === null && (
        <p className={layout.sub}>
          {result.digest === null ? missing : 'Only its digest is known; the bytes are not here yet or cannot be read.'}
        </p>
      )}
      {result.digest !== null && (
        <p className={styles.digest}>
          digest <Id value={result.digest} what={`digest: ${name.toLowerCase()}`} />
        </p>
      )}
    </section>
  );
}

function Verdict({ comparison }: { comparison: Comparison }) {
  const Sign = SIGNS[comparison.state];
  return (
    <p className={styles.verdict} data-state={comparison.state}>
      <Sign aria-hidden="true" />
      <span>
        <strong>{comparison.title}.</strong> {comparison.text}
      </span>
    </p>
  );
}
