import type { IdleSource } from '../../src-shared/domain/machine.ts';
import type { IdleReading } from '../hardware/protocol.ts';

export const ELECTRON = 'Electron';

/** Pure. How long nobody has used the computer: the smallest time that any source gives which did not fail its test. */
export function combineIdle(
  readings: readonly IdleReading[],
  tests: Readonly<Record<string, 'works' | 'failed'>>,
): { readonly seconds: number | null; readonly sources: readonly IdleSource[] } {
  const sources = readings.map(({ name, seconds, detail }): IdleSource => {
    const judged = tests[name] ?? 'untested';
    const said = seconds === null ? detail : `${Math.round(seconds)} s without input.`;
    return {
      name,
      state: judged,
      detail: judged === 'failed' ? 'It did not follow mouse and keyboard, so it is not asked for its opinion.' : said,
    };
  });
  const known = readings
    .filter(({ name, seconds }) => seconds !== null && tests[name] !== 'failed')
    .map(({ seconds }) => seconds ?? 0);
  return { seconds: known.length === 0 ? null : Math.min(...known), sources };
}

/** At the end of the first part of the test the person has not touched anything for at least so long, seconds. */
const ROSE_S = 5;

/** What one source said while the person held still, and while they moved the mouse. */
export interface IdleTrace {
  readonly still: readonly number[];
  readonly moved: readonly number[];
}

/** Pure. null: nothing can be said, for example because nobody held still. */
export function judgeIdle({ still, moved }: IdleTrace): 'works' | 'failed' | null {
  if (still.length < 3 || moved.length < 3) return null;
  const rose = Math.max(...still) >= ROSE_S;
  const fell = Math.min(...moved) < Math.max(...still) - 3 && Math.min(...moved) <= 3;
  if (rose) return fell ? 'works' : 'failed';
  // It never left zero although it was told that nobody was there.
  return Math.max(...still) < 1 ? 'failed' : null;
}
