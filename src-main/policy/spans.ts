import type { Span } from '../../src-shared/domain/machine.ts';

const DAY = 1_440;
const WEEK = 7 * DAY;
const NAMES = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** Pure. Whether a moment lies in one of the spans; one that ends before it begins passes midnight. */
export function inSpans(spans: readonly Span[], day: number, minute: number): boolean {
  const at = day * DAY + minute;
  return parts(spans).some(([from, to]) => from <= at && at < to);
}

/** Pure. Minutes until that changes; null: it never does. */
export function minutesToChange(spans: readonly Span[], day: number, minute: number): number | null {
  const at = day * DAY + minute;
  const now = inSpans(spans, day, minute);
  // Only where a span begins or ends can it change.
  const edges = parts(spans)
    .flat()
    .map((edge) => edge % WEEK);
  const waits = edges
    .map((edge) => (edge - at + WEEK) % WEEK || WEEK)
    .filter((wait) => inSpans(spans, Math.floor(((at + wait) % WEEK) / DAY), (at + wait) % DAY) !== now);
  return waits.length === 0 ? null : Math.min(...waits);
}

/** "18:00", with the day where it is not today. */
export function clock(day: number, minute: number, inMinutes: number): string {
  const at = (day * DAY + minute + inMinutes) % WEEK;
  const [hours, minutes] = [Math.floor((at % DAY) / 60), at % 60];
  const time = `${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
  const then = Math.floor(at / DAY);
  return then === day && inMinutes < DAY ? time : `${time} on ${NAMES[then] ?? ''}`;
}

/** Stretches of the week in minutes since Sunday 0:00, none of which passes its end. Same from and to: the whole day. */
function parts(spans: readonly Span[]): Array<readonly [number, number]> {
  return spans.flatMap(({ days, from, to }) =>
    days.flatMap((day) => {
      const start = day * DAY + from;
      const end = to > from ? day * DAY + to : (day + 1) * DAY + to;
      return end <= WEEK ? [[start, end] as const] : [[start, WEEK] as const, [0, end - WEEK] as const];
    }),
  );
}
