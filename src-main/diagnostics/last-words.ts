import type { Log } from '../log.ts';

let current: Log | undefined;

/**
 * What ends this process because nobody caught it goes into the node's log before the process ends: its error output
 * may be read by nobody. Changes nothing else about that end. A process runs one node; the last log given counts.
 */
export function lastWords(log: Log): void {
  if (current === undefined) process.on('uncaughtExceptionMonitor', say);
  current = log;
}

function say(error: unknown, origin: string): void {
  current?.(`ended by an ${origin}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
}
