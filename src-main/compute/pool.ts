import type { Log } from '../log.ts';
import type { Part } from '../part.ts';
import type { Spawner } from '../process/spawner.ts';
import { ComputeError, type Job, type JobResult, type LaneStatus } from './job.ts';

export interface PoolOptions {
  readonly spawner: Spawner;
  readonly log: Log;
  /** Processes that run models; 1 unless the person says otherwise. */
  readonly lanes?: number;
}

/** (Being built: the signatures stand.) Queues jobs, gives them to lanes, starts lanes only when there is work. */
export class Pool implements Part {
  readonly options: PoolOptions;
  constructor(options: PoolOptions) {
    this.options = options;
  }

  async start(): Promise<void> {}
  async stop(): Promise<void> {}

  /** @throws ComputeError, or the named errors of models/errors.ts. */
  async run(job: Job): Promise<JobResult> {
    throw new ComputeError('POOL_STOPPED', `nothing runs ${job.key} yet`);
  }

  status(): LaneStatus[] {
    return [];
  }

  onStatus(_listener: (status: LaneStatus[]) => void): () => void {
    return () => undefined;
  }

  /** Kills the process of a lane, as a crash would; it comes back. For tests and the demo. */
  killLane(_index = 0): void {}
}
