import { clockTime } from '../../src-shared/domain/format.ts';
import type { Timestamp } from '../../src-shared/domain/ids.ts';

const HOUR = 3_600_000;
const MORNING = 8;

export interface PauseChoice {
  /** Named by its end, so that nobody has to guess. */
  readonly label: string;
  readonly forMs: number | null;
}

/** Pure: the next morning that has a night before it; before five it is still today's. */
export function nextMorning(now: Timestamp): Timestamp {
  const at = new Date(now);
  const today = at.getHours() < 5;
  at.setHours(MORNING, 0, 0, 0);
  if (!today) at.setDate(at.getDate() + 1);
  return at.getTime();
}

/** Pure: what a pause can last. */
export function pauseChoices(now: Timestamp, locale?: string): readonly PauseChoice[] {
  const morning = nextMorning(now);
  const day = new Date(morning).getDate() === new Date(now).getDate() ? 'this morning' : 'tomorrow';
  return [
    { label: `1 hour, until ${clockTime(now + HOUR, locale)}`, forMs: HOUR },
    { label: `Until ${day}, ${clockTime(morning, locale)}`, forMs: morning - now },
    { label: 'Until I resume', forMs: null },
  ];
}
