import { X } from 'lucide-react';
import type { Span } from '../../src-shared/domain/machine.ts';
import { Button } from '../ui/Button.tsx';
import styles from './Spans.module.css';
import { problemOf, readClock, readEnd, sayClock, saySpan, WEEK } from './spans.ts';

interface Props {
  readonly span: Span;
  readonly number: number;
  readonly onChange: (span: Span) => void;
  readonly onRemove: () => void;
}

/** Days and hours of one span: boxes and time fields of the browser, so that the keyboard is at home. */
export function SpanRow({ span, number, onChange, onRemove }: Props) {
  const problem = problemOf(span);
  const toggle = (day: number, on: boolean): void =>
    onChange({ ...span, days: on ? [...span.days, day] : span.days.filter((each) => each !== day) });
  return (
    <li className={styles.span}>
      <fieldset className={styles.days}>
        <legend className="vh">Days of hours {number}</legend>
        {WEEK.map(({ day, short, name }) => (
          <label key={day}>
            <input
              type="checkbox"
              aria-label={name}
              checked={span.days.includes(day)}
              onChange={(event) => toggle(day, event.target.checked)}
            />
            <span aria-hidden="true">{short}</span>
          </label>
        ))}
      </fieldset>
      <span className={styles.times}>
        <input
          type="time"
          aria-label={`Hours ${number} from`}
          value={sayClock(span.from)}
          onChange={(event) => onChange({ ...span, from: readClock(event.target.value) ?? span.from })}
        />
        to
        <input
          type="time"
          aria-label={`Hours ${number} to`}
          value={sayClock(span.to % 1_440)}
          onChange={(event) => onChange({ ...span, to: readEnd(event.target.value) ?? span.to })}
        />
        <Button look="quiet" onClick={onRemove} aria-label={`Remove hours ${number}`}>
          <X aria-hidden="true" />
        </Button>
      </span>
      <p className={problem === null ? styles.said : styles.problem}>{problem ?? saySpan(span)}</p>
    </li>
  );
}
