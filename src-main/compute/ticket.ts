import type { Manifest } from '../models/manifest.ts';
import type { Waiting } from './agenda.ts';
import { ComputeError, type Checkpoint, type Job, type JobResult, type Probe, type ProbeResult } from './job.ts';
import { modelBytes } from './memory.ts';
import type { Priority } from './priority.ts';
import type { ModelRef, Optimise } from './protocol.ts';

/** A job on its way through the pool, with the promise that its caller waits for. */
export class Ticket implements Waiting {
  readonly job: Job | Probe;
  readonly priority: Priority;
  source: string;
  readonly since: number;
  readonly model: ModelRef;
  readonly result: Promise<JobResult | ProbeResult>;
  /** A batch that held it failed: it must run by itself, so that the fault is found. */
  alone: boolean;
  settled = false;
  checkpoint: Checkpoint | undefined;
  #resolve: (result: JobResult | ProbeResult) => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;

  /** @param since on the clock of the pool, ms */
  constructor(job: Job | Probe, since: number) {
    this.job = job;
    this.since = since;
    this.priority = job.priority ?? 'paid';
    const optimise = 'tensors' in job ? 'disabled' : job.optimise;
    this.model = modelRef(job.manifest, job.modelPath, optimise, job.server);
    // Lines hold work that the same lanes take: a job for one device must not hold up those for any.
    const source = job.source ?? job.manifest.file.digest;
    const device = 'tensors' in job ? 'cpu' : job.device;
    this.source = device === undefined ? source : `${source} on ${device}`;
    if (this.model.runtime !== 'onnx') this.source += ` by ${this.model.runtime} ${job.serverAt ?? 'here'}`;
    this.alone = 'tensors' in job || job.steps !== undefined || this.model.runtime !== 'onnx';
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  resolve(result: JobResult | ProbeResult): void {
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

  /** A card does not take it: it waits in a line of its own, so that it holds up nothing that the card does take. */
  setApart(): void {
    this.source = `${this.job.source ?? this.model.digest} without cards`;
  }

  /** Same model from the same file: may travel in one message. */
  joins(other: Ticket): boolean {
    return !this.alone && !other.alone && this.model === other.model;
  }
}

interface Known {
  readonly path: string;
  readonly optimise: Optimise;
  readonly server: string | undefined;
  readonly ref: ModelRef;
}

const REFS = new WeakMap<Manifest, Known[]>();

/** One object per model, so that it can be recognised without being compared. */
export function modelRef(
  manifest: Manifest,
  path: string,
  asked: Optimise | undefined,
  server: string | undefined,
): ModelRef {
  const optimise = asked ?? (manifest.verification.kind === 'exact' ? 'all' : 'basic');
  let refs = REFS.get(manifest);
  if (refs === undefined) REFS.set(manifest, (refs = []));
  for (const known of refs)
    if (known.path === path && known.optimise === optimise && known.server === server) return known.ref;
  const ref: ModelRef = {
    name: manifest.name,
    path,
    digest: manifest.file.digest,
    bytes: manifest.file.bytes,
    inputs: manifest.inputs,
    outputs: manifest.outputs,
    optimise,
    runtime: manifest.runtime,
    memoryBytes: modelBytes(manifest),
    ...(server === undefined ? {} : { server }),
  };
  refs.push({ path, optimise, server, ref });
  return ref;
}
