import { ComputeError } from './job.ts';

export function crashed(cause?: unknown): ComputeError {
  return new ComputeError('LANE_CRASHED', 'The process that ran the model ended unexpectedly.', { cause });
}

export function notStarted(cause: unknown): ComputeError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new ComputeError('LANE_START', `The process that runs models did not start: ${why}`, { cause });
}
