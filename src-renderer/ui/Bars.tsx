import { exactMoot, units } from '../../src-shared/domain/amounts.ts';
import { dayName } from './days.ts';
import type { EarningsView } from '../../src-shared/domain/earnings.ts';
import { Moot } from './Moot.tsx';
import styles from './Bars.module.css';

const HEIGHT = 96;
const BASE = 94;

/** One bar per day, today last and hollow because it is not over. The same figures follow as a table. */
export function Bars({ days }: { days: EarningsView['days'] }) {
  const values = days.map((day) => Number(exactMoot(day.paid)));
  const top = Math.max(...values, 0);
  const step = 100 / Math.max(days.length, 1);
  const sum = days.reduce((sum, day) => sum + units(day.paid), 0n);
  return (
    <figure className={styles.bars}>
      <svg width="100%" height={HEIGHT} aria-hidden="true">
        {values.map((value, index) => {
          const height = top === 0 ? 0 : Math.max(value > 0 ? 3 : 0, (value / top) * (BASE - 8));
          const last = index === values.length - 1;
          return (
            <rect
              key={days[index]?.day}
              x={`${index * step + step * 0.16}%`}
              y={BASE - height}
              width={`${step * 0.68}%`}
              height={height}
              rx="3"
              className={last ? styles.today : styles.day}
            />
          );
        })}
        <line x1="0" x2="100%" y1={BASE + 0.5} y2={BASE + 0.5} className={styles.base} />
      </svg>
      <div className={styles.ends} aria-hidden="true">
        <span>{dayName(days[0]?.day)}</span>
        <span>today</span>
      </div>
      <details>
        <summary>{sum === 0n ? 'Nothing was paid in the last 14 days' : 'The last 14 days as a table'}</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">Day</th>
              <th scope="col">Paid, MOOT</th>
            </tr>
          </thead>
          <tbody>
            {days.toReversed().map((day) => (
              <tr key={day.day}>
                <td>{dayName(day.day)}</td>
                <td>
                  <Moot value={day.paid} bare />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}
