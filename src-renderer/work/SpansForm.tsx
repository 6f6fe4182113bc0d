import { useState } from 'react';
import type { Span } from '../../src-shared/domain/machine.ts';
import { useStore } from '../app/store.ts';
import { Button } from '../ui/Button.tsx';
import layout from '../ui/layout.module.css';
import { SpanRow } from './SpanRow.tsx';
import styles from './Spans.module.css';
import { PRESETS, problemOf, sameSpans } from './spans.ts';
import { WeekPicture } from './WeekPicture.tsx';

const FIRST: Span = { days: [1, 2, 3, 4, 5], from: 20 * 60, to: 7 * 60 };
const MOST = 32;

interface Props {
  /** As the node holds them. */
  readonly spans: readonly Span[];
  readonly quiet?: boolean;
  /** What it means when there is none. */
  readonly none: string;
  readonly save: string;
  readonly busy: boolean;
  readonly onSave: (spans: readonly Span[]) => void;
}

/** Hours of the week: changed here first, saved together. */
export function SpansForm({ spans, quiet = false, none, save, busy, onSave }: Props) {
  const [draft, setDraft] = useState(spans);
  const offline = useStore((store) => store.link.state === 'offline');
  const changed = !sameSpans(draft, spans);
  const wrong = draft.some((span) => problemOf(span) !== null);
  const submit = (event: React.FormEvent): void => {
    event.preventDefault();
    if (changed && !wrong && !busy && !offline) onSave(draft);
  };
  return (
    <form className={layout.form} onSubmit={submit}>
      {draft.length === 0 ? (
        <p>{none}</p>
      ) : (
        <div className={styles.hours}>
          <ol className={styles.spans}>
            {draft.map((span, index) => (
              <SpanRow
                // oxlint-disable-next-line react/no-array-index-key -- a span is known by its place alone
                key={index}
                span={span}
                number={index + 1}
                onChange={(next) => setDraft(draft.with(index, next))}
                onRemove={() => setDraft(draft.toSpliced(index, 1))}
              />
            ))}
          </ol>
          <WeekPicture spans={draft} quiet={quiet} />
        </div>
      )}
      <div className={layout.buttons}>
        {changed && (
          <Button type="submit" look="primary" busy={busy} disabled={wrong || offline}>
            {busy ? 'Saving…' : save}
          </Button>
        )}
        <Button disabled={draft.length >= MOST} onClick={() => setDraft([...draft, FIRST])}>
          Add hours
        </Button>
        {PRESETS.map((preset) => (
          <Button key={preset.name} look="quiet" onClick={() => setDraft(preset.spans)}>
            {preset.name}
          </Button>
        ))}
        {draft.length > 0 && (
          <Button look="quiet" onClick={() => setDraft([])}>
            {quiet ? 'Never' : 'Any time'}
          </Button>
        )}
        {changed && (
          <Button look="quiet" onClick={() => setDraft(spans)}>
            Undo
          </Button>
        )}
      </div>
    </form>
  );
}
