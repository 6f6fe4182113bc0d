import type { ChainTask } from '../chain/tasks-projection.ts';

/** Codes that say that this machine cannot run a model now, whatever the task: its server, container, memory or card. */
export const MACHINE = new Set([
  'NO_SERVER',
  'SERVER_ADDRESS',
  'SERVER_GONE',
  'DOCKER_ABSENT',
  'CONTAINER',
  'CONTAINER_BUSY',
  'CONTAINER_IMAGE',
  'CONTAINER_UNKNOWN',
  'MEMORY_SHORT',
  'NO_DEVICE',
  'PROVIDER_FAILED',
  'LANE_START',
  'UNTESTED',
]);

/** Codes of failures that the task may have caused as well as this machine: one alone says nothing of the model. */
export const DOUBTFUL = new Set(['SERVER_ANSWER', 'MEMORY', 'DEADLINE', 'LANE_CRASHED', 'RUN_FAILED']);

/** Codes of other failures that pass: tried again, a few times. */
export const RETRY = new Set([
  'LANE_CRASHED',
  'QUEUE_FULL',
  'POOL_STOPPED',
  'CHILD_GONE',
  'CHILD_TIMEOUT',
  'NETWORK_NO_PROVIDER',
  'NETWORK_NOT_STARTED',
  'NETWORK_DEADLINE',
  'NETWORK_UNREACHABLE',
  'NETWORK_CANCELLED',
  'DISK_FULL',
]);

/** Whether it is this machine's trouble, which the next item of a batch would have as well. */
export function concernsAll(code: string): boolean {
  return MACHINE.has(code) || (RETRY.has(code) && (code === 'NETWORK_NOT_STARTED' || !code.startsWith('NETWORK_')));
}

const RETRY_MS = 5_000;
const LONGEST_MS = 60_000;
/** Each try to fetch an input may hold the lane for a minute. */
const MAX_TRIES = 6;

/**
 * Pure. When work that failed is tried again, ms from now; null: never. What this machine lacks may come back as long as
 * the work has time, and giving it up costs what was locked for it.
 * @param tries how often it has failed
 * @param leftMs time until it is too late to begin it once more
 */
export function retryIn(code: string, tries: number, leftMs: number): number | null {
  const pause = Math.min(RETRY_MS * 2 ** Math.min(tries - 1, MAX_TRIES), LONGEST_MS);
  if (MACHINE.has(code)) return pause < leftMs ? pause : null;
  return RETRY.has(code) && tries < MAX_TRIES ? RETRY_MS * 2 ** (tries - 1) : null;
}

/** Codes of works that the chain ended, and that a reorg may begin anew. */
export const ENDED_BY_CHAIN = new Set(['UNDONE', 'OVER', 'RIVAL_FIRST', 'RETRACTED', 'OVERTURNED']);

/** Without a bond there is nothing to reserve: the pure race. */
export function mustReserve(task: ChainTask): boolean {
  return BigInt(task.fields.bond) > 0n;
}

/** One intent per chance: after a forfeit there is another. */
export function reserveKey(task: ChainTask): string {
  return `reserve:${task.id}:${task.forfeits}:${task.reservation?.since ?? 0}`;
}
