import { LOG_LINES, type LogLevel, type LogLine } from '../../src-shared/domain/machine.ts';
import { oneLine, type Log } from '../log.ts';

const MAX_TEXT = 2_000;
const PART = /^([a-z][a-z0-9 -]{0,30}): +(?=\S)/i;
/** How lines begin, or go on after their part, that say what should not be. */
const TROUBLE =
  /^(trouble|start failed|failed|error|cannot|could not|did not|refused|ended \(|was killed)|\b(failed|did not|do not answer|does not answer|could not|cannot be|crashed|out of memory|refused)\b/i;

/** What `logs.page` may ask. */
export interface LogFilter {
  readonly before: number | null;
  readonly limit: number;
  readonly level: LogLevel | null;
  readonly text: string;
}

/** The last lines of the log, in memory. The file in the profile has more of them. */
export class LogRing {
  readonly #now: () => number;
  readonly #lines: LogLine[] = [];
  #next = 1;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** A log that also writes here. */
  tee(log: Log): Log {
    return (line, level) => {
      this.add(line, level);
      log(line, level);
    };
  }

  add(said: string, level?: LogLevel): void {
    const line = oneLine(said);
    const part = PART.exec(line);
    const text = (part === null ? line : line.slice(part[0].length)).slice(0, MAX_TEXT);
    this.#lines.push({
      id: this.#next++,
      at: this.#now(),
      level: level ?? (TROUBLE.test(text) || line.startsWith('trouble:') ? 'trouble' : 'info'),
      part: part?.[1]?.toLowerCase() ?? 'node',
      text,
    });
    // Now and then, not with every line.
    if (this.#lines.length > LOG_LINES * 1.1) this.#lines.splice(0, this.#lines.length - LOG_LINES);
  }

  /** Newest first. */
  page({ before, limit, level, text }: LogFilter): LogLine[] {
    const wanted = text.toLowerCase();
    const page: LogLine[] = [];
    for (let at = this.#lines.length - 1; at >= 0 && page.length < limit; at--) {
      const line = this.#lines[at];
      if (line === undefined || (before !== null && line.id >= before) || (level !== null && line.level !== level))
        continue;
      if (wanted !== '' && !`${line.part}: ${line.text}`.toLowerCase().includes(wanted)) continue;
      page.push(line);
    }
    return page;
  }
}
