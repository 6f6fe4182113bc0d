import { clockTime, percent } from '../../src-shared/domain/format.ts';
import type { History } from '../../src-shared/domain/machine.ts';
import table from '../ui/table.module.css';
import { rowsOf, type Range } from './history.ts';

/** The charts in figures, for whoever reads better than looks. */
export function HistoryTable({ history, range }: { history: History; range: Range }) {
  const rows = rowsOf(history, range, history.at.at(-1) ?? 0);
  const say = (value: number | null, unit: string): string => (value === null ? '–' : `${Math.round(value)} ${unit}`);
  return (
    <table className={table.table}>
      <caption className="vh">Load, temperature and power over {range.words}</caption>
      <thead>
        <tr>
          <th scope="col">From</th>
          <th scope="col">Load, mean</th>
          <th scope="col">Temperature, highest</th>
          <th scope="col">Power, mean</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.from}>
            <th scope="row">{clockTime(row.from)}</th>
            <td>{row.load === null ? '–' : percent(row.load)}</td>
            <td>{say(row.temperatureC, '°C')}</td>
            <td>{say(row.powerW, 'W')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
