import type { Policy } from './conditions.ts';
import { inSpans } from './spans.ts';

/**
 * Pure. Whether work goes on that uses no device of this machine, such as what a server on another one computes: only the
 * person's pause of the whole machine and the hours stop it.
 * @param now ms since 1970; the hours are local
 */
export function wholeMachine(
  { pause, limits }: Policy,
  now: number,
): { readonly duty: 0 | 1; readonly finish: boolean } {
  if (pause !== null && (pause.until === null || pause.until > now)) return { duty: 0, finish: pause.finish };
  const local = new Date(now);
  const minute = local.getHours() * 60 + local.getMinutes();
  const open = limits.schedule.length === 0 || inSpans(limits.schedule, local.getDay(), minute);
  return { duty: open ? 1 : 0, finish: true };
}
