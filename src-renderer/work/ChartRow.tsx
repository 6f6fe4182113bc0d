import { useMemo, useState } from 'react';
import { clockTime } from '../../src-shared/domain/format.ts';
import type { History } from '../../src-shared/domain/machine.ts';
import { Chart } from './Chart.tsx';
import styles from './Charts.module.css';
import { extent, withHoles, type Range, type Series } from './history.ts';

interface Props {
  readonly name: string;
  readonly history: History;
  readonly series: Series;
  readonly range: Range;
  readonly low: number;
  /** At least this high. */
  readonly high: number;
  readonly limit: number | null;
  readonly limitName: string;
  readonly say: (value: number) => string;
}

/** One measure over time, with its figure now, or that under the pointer. */
export function ChartRow({ name, history, series, range, low, high, limit, limitName, say }: Props) {
  const [point, setPoint] = useState<number | null>(null);
  const drawn = useMemo(() => withHoles(history.at, history[series]), [history, series]);
  const span = extent(drawn.values);
  const to = history.at.at(-1) ?? 0;
  const at = point === null ? undefined : drawn.at[point];
  const value = point === null ? span?.last : drawn.values[point];
  if (span === null) {
    return (
      <p className={styles.none}>
        <strong>{name}</strong> is not known: no sensor tells it.
      </p>
    );
  }
  const now = span.last === null ? 'now not known' : `now ${say(span.last)}`;
  return (
    <figure className={styles.row}>
      <figcaption>
        <strong>{name}</strong>
        {limit !== null && (
          <span>
            {limitName} {say(limit)}
          </span>
        )}
        <span className={styles.figure}>
          {at !== undefined && <span>{clockTime(at)}</span>}
          <b>{value == null ? 'not known' : say(value)}</b>
        </span>
      </figcaption>
      <Chart
        at={drawn.at}
        values={drawn.values}
        from={to - range.minutes * 60_000}
        to={to}
        low={low}
        high={Math.max(high, span.high * 1.05)}
        limit={limit}
        scale={say}
        label={`${name} over ${range.words}: lowest ${say(span.low)}, highest ${say(span.high)}, ${now}`}
        onPoint={setPoint}
      />
    </figure>
  );
}
