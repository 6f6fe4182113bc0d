import { ComputeError, type Job, type JobResult } from './job.ts';
import type { ModelRef } from './protocol.ts';

/** A job on its way through the pool, with the promise that its caller waits for. */
export class Ticket {
  readonly job: Job;
  readonly source: string;
  readonly model: ModelRef;
  readonly result: Promise<JobResult>;
  /** A batch that held it failed: it must run by itself, so that the fault is found. */
  alone = false;
  settled = false;
  #resolve: (result: JobResult) => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;

  constructor(job: Job) {
    this.job = job;
    this.source = job.source ?? job.manifest.file.digest;
    this.model = modelRef(job);
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  resolve(result: JobResult): void {
    this.settled = true;
    this.#resolve(result);
  }

  reject(error: unknown): void {
    this.settled = true;
    this.#reject(error);
  }

  cancel(): void {
    this.reject(new ComputeError('CANCELLED', 'The job was cancelled.'));
  }

  /** Same model from the same file: may travel in one message. */
  joins(other: Ticket): boolean {
    return (
      !this.alone &&
      !other.alone &&
      this.model.expose === other.model.expose &&
      this.model.digest === other.model.digest &&
      this.model.path === other.model.path
    );
  }
}

function modelRef({ manifest, modelPath: path, expose }: Job): ModelRef {
  return {
    name: manifest.name,
    path,
    digest: manifest.file.digest,
    bytes: manifest.file.bytes,
    inputs: manifest.inputs,
    outputs: manifest.outputs,
    ...(expose === undefined
      ? { optimise: manifest.verification.kind === 'exact' ? 'all' : 'basic' }
      : { optimise: 'disabled', expose }),
  };
}
