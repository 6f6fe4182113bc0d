import type { ChainTask } from '../chain/tasks-projection.ts';

/** Codes of failures that pass: tried again, a few times. */
export const RETRY = new Set([
  'LANE_CRASHED',
  'LANE_START',
  'QUEUE_FULL',
  'POOL_STOPPED',
  'CONTAINER',
  'CONTAINER_BUSY',
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
  return RETRY.has(code) && (code === 'NETWORK_NOT_STARTED' || !code.startsWith('NETWORK_'));
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
