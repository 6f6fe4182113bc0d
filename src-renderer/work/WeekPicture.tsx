import type { Span } from '../../src-shared/domain/machine.ts';
import { DAY_MINUTES, segments, WEEK } from './spans.ts';
import styles from './WeekPicture.module.css';

const ROW = 16;
const HOURS = [0, 6, 12, 18, 24];

/** The week at a glance, for the eye; the rows below it say the same. */
export function WeekPicture({ spans, quiet = false }: { spans: readonly Span[]; quiet?: boolean }) {
  const share = (minute: number): string => `${(minute / DAY_MINUTES) * 100}%`;
  return (
    <div className={styles.week} data-quiet={quiet || undefined} aria-hidden="true">
      <div className={styles.days}>
        {WEEK.map(({ short }) => (
          <span key={short}>{short}</span>
        ))}
      </div>
      <div>
        <svg width="100%" height={ROW * WEEK.length}>
          {segments(spans).map((day, row) => (
            <g key={WEEK[row]?.day}>
              <rect className={styles.empty} y={row * ROW + 3} width="100%" height={ROW - 6} rx="2" />
              {day.map(({ from, to }) => (
                <rect
                  key={`${from} ${to}`}
                  className={styles.on}
                  x={share(from)}
                  y={row * ROW + 3}
                  width={share(to - from)}
                  height={ROW - 6}
                  rx="2"
                />
              ))}
            </g>
          ))}
        </svg>
        <div className={styles.hours}>
          {HOURS.map((hour) => (
            <span key={hour}>{hour}</span>
          ))}
        </div>
      </div>
    </div>
  );
}
