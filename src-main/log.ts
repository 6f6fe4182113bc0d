import type { LogLevel } from '../src-shared/domain/machine.ts';

/** One line of the node's log: "part: text". Secrets never reach it: callers pass sentences, not objects. */
export type Log = (line: string, level?: LogLevel) => void;
