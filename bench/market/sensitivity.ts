import { courtSensitivities } from './sensitivity-court.ts';
import { Rows, type Sensitivity } from './sensitivity-rows.ts';
import { workSensitivities } from './sensitivity-work.ts';
import { table, type Effort } from './statistics.ts';

/** All defaults of the reference that are about compute tasks and their court, each changed. */
export function sensitivities(effort: Effort): readonly Sensitivity[] {
  const rows = new Rows();
  const less = { ...effort, runs: Math.min(2, effort.runs) };
  workSensitivities(rows, less);
  courtSensitivities(rows, less);
  return rows.all;
}

export function printSensitivities(rows: readonly Sensitivity[]): string {
  const lines = rows.map(({ name, measure, points, expected, holds }) => [
    name.padEnd(20) + measure,
    points.map(({ at, value }) => `${at}: ${value}`).join('   '),
    expected,
    holds ? 'same sign' : 'DIFFERS',
  ]);
  return `Each default changed (exact where a formula exists, else played)\n${table([['default             measure', 'values', 'reference', ''], ...lines])}`;
}
