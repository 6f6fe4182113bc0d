/** Runs that together take so long travel in one message: it costs up to 0.2 ms (it wakes a process), and others wait meanwhile. */
const BATCH_MS = 8;
export const MAX_BATCH = 128;
/** Two fillings of a pipe: more waits for the other side to read, less costs more messages (measured with two lanes). */
const BATCH_BYTES = 112 * 1024;

/** How many runs travel together. @param ms time of one; unknown: it travels alone */
export function batchOf(ms: number | undefined, inputBytes: number): number {
  if (ms === undefined) return 1;
  const most = Math.min(MAX_BATCH, Math.floor(BATCH_BYTES / Math.max(1, inputBytes)));
  return Math.max(1, Math.min(most, Math.floor(BATCH_MS / Math.max(ms, 0.001))));
}
