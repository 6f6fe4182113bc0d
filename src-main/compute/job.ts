import { FolkmootError } from '../../src-shared/domain/errors.ts';
import type { DeviceId, Provider } from '../../src-shared/domain/machine.ts';
import type { Manifest } from '../models/manifest.ts';
import type { FileRef } from './payload.ts';
import type { Priority } from './priority.ts';
import type { LaneSteps, NamedTensor, Optimise } from './protocol.ts';

/** One piece of work for the pool. */
export interface Job {
  /** Names the task; two crashes under one key and it is refused. */
  readonly key: string;
  /** Who asks, for fair turns ("tasks", "checks", "nostr"); the model's file when absent. */
  readonly source?: string;
  /** `paid` when absent. */
  readonly priority?: Priority;
  readonly manifest: Manifest;
  /** File of the model; its sha256 is checked in the lane before it is loaded. */
  readonly modelPath: string;
  /** Address of the person's server that has the model; for `openai` and `cog`. */
  readonly server?: string;
  /** Whether that is this machine, whose devices it uses, or another one; `here` when absent. */
  readonly serverAt?: 'here' | 'elsewhere';
  /** Wire form: raw little-endian bytes of the declared inputs. */
  readonly input: Uint8Array;
  /** Loading and running together, from the moment a lane has the job. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Only there; `NO_DEVICE` when the pool has no such place. Any when absent. */
  readonly device?: DeviceId;
  /** Instead of what the class of the model calls for. */
  readonly optimise?: Optimise;
  /** The graph is run again and again; the answer is that of the last step. */
  readonly steps?: Steps;
  /** Shares of the work that is done, 0 to 1, as the work itself counts them. */
  readonly onProgress?: (share: number) => void;
}

export interface Steps extends Pick<LaneSteps, 'feed' | 'count'> {
  /** A checkpoint after each so many; a twentieth of them when absent. */
  readonly every?: number;
  /** Goes on from here instead of from the start. */
  readonly from?: Checkpoint;
  /** The file stays until the next checkpoint or the end: copy it to keep it longer. */
  readonly onCheckpoint?: (checkpoint: Checkpoint) => void;
}

/** State after `step` steps: the wire form of the next step's input, in a file named by its sha256. */
export interface Checkpoint {
  readonly step: number;
  readonly state: FileRef;
}

export interface JobResult {
  /** Wire form of the declared outputs; the size was checked. */
  readonly output: Uint8Array;
  /** Time inside the runtime, without queue and transfer. */
  readonly elapsedMs: number;
  /** Null: a server computed it. */
  readonly provider: Provider | null;
  readonly device: DeviceId;
}

/** A job that also wants values inside the graph. Only the processor does it. */
export interface Probe extends Omit<Job, 'steps' | 'optimise' | 'onProgress'> {
  /** Names of values that nodes make; `all`: every one. Graph optimisations are off. */
  readonly tensors: readonly string[] | 'all';
}

export interface ProbeResult {
  readonly tensors: readonly NamedTensor[];
  readonly elapsedMs: number;
}

/** `off`: no process yet, or ended because idle or stopped. `waiting`: crashed, comes back after a pause. */
export type LaneState = 'off' | 'starting' | 'idle' | 'busy' | 'waiting';

export interface LaneStatus {
  readonly id: string;
  readonly device: DeviceId;
  /** For lanes that ask servers: of this machine, or of others. */
  readonly asks?: 'here' | 'elsewhere';
  /** What its process chose; null before it had one that had to choose, and for lanes that ask servers. */
  readonly provider: Provider | null;
  readonly state: LaneState;
  readonly pid: number | null;
  /** Share of time it may compute, as its process confirmed; the one it will start with when there is none. */
  readonly duty: number;
  /** Told to stop, and nothing computes there any more. */
  readonly stopped: boolean;
  readonly job: {
    readonly key: string;
    readonly model: string;
    /** ms since 1970. */
    readonly since: number;
    /** Null: the work does not say. */
    readonly progress: number | null;
  } | null;
  /** Keys of the jobs in the lane right now. */
  readonly jobs: readonly string[];
  readonly done: number;
  readonly failed: number;
  readonly crashes: number;
  /** Resident memory after the last job; null before the first. */
  readonly rssBytes: number | null;
  readonly lastElapsedMs: number | null;
  /** What a person should know, one sentence: a provider that failed, a model that is left to the processor. */
  readonly note: string | null;
}

/**
 * Codes: `DEADLINE` (killed at its time limit), `MEMORY` (killed at its memory limit), `MEMORY_SHORT` (needs more than any
 * lane may take), `LANE_CRASHED` (the process died under it), `LANE_START` (no process could be started), `POISON` (this key crashed a
 * lane twice), `RUN_FAILED` (the runtime reported an error), `PROVIDER_FAILED` (no provider of the place works),
 * `PROVIDER_REFUSED` (the card does not take this model, and no other device may compute it now),
 * `CONTAINER` (it could not be started, or ended), `CONTAINER_IMAGE` `CONTAINER_UNKNOWN` `CONTAINER_BUSY` `CONTAINERS_FULL` `DOCKER_ABSENT`,
 * `NO_DEVICE`, `NO_SERVER` `SERVER_ADDRESS` `SERVER_GONE` `SERVER_ANSWER` (models of servers), `CANCELLED` (its signal), `QUEUE_FULL`, `POOL_STOPPED`. Codes of models/errors.ts pass through.
 */
export class ComputeError extends FolkmootError {}
