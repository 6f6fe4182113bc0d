import type { LogLevel } from '../src-shared/domain/machine.ts';

/** One line of the node's log: "part: text". Secrets never reach it: callers pass sentences, not objects. */
export type Log = (line: string, level?: LogLevel) => void;

/** What could move the cursor, ring, recolour or turn the direction of writing: names and texts come from strangers. */
export const UNSAFE = /(?![\n\t])[\p{Cc}\p{Bidi_Control}]/gu;
const MAX_LINE = 4_000;

/** Pure. One line, whatever it was: a graph's node names and a server's words must not look like lines of our own. */
export function oneLine(text: string): string {
  return text
    .slice(0, MAX_LINE)
    .replace(UNSAFE, '')
    .replace(/\s*\n\s*/g, ' ⏎ ');
}
