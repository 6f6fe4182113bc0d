import { FolkmootError } from '../../src-shared/domain/errors.ts';
import type { Manifest } from '../models/manifest.ts';

/** One piece of work for the pool. */
export interface Job {
  /** Names the task; two crashes under one key and it is refused. */
  readonly key: string;
  /** Who asks, for fair turns ("tasks", "checks", "nostr"); the model's file when absent. */
  readonly source?: string;
  readonly manifest: Manifest;
  /** File of the model; its sha256 is checked in the lane before it is loaded. */
  readonly modelPath: string;
  /** Wire form: raw little-endian bytes of the declared inputs. */
  readonly input: Uint8Array;
  /** Loading and running together, from the moment a lane has the job. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /**
   * Values between the nodes to give out as well. The graph then runs as it stands, without any optimisation, and the
   * output is a bundle (bundle.ts) of these values and the declared outputs.
   */
  readonly expose?: readonly string[];
}

export interface JobResult {
  /** Wire form of the declared outputs; the size was checked. */
  readonly output: Uint8Array;
  /** Time inside the runtime, without queue and transfer. */
  readonly elapsedMs: number;
  readonly provider: 'cpu';
}

/** `off`: no process yet, or ended because idle. `waiting`: crashed, comes back after a pause. */
export type LaneState = 'off' | 'starting' | 'idle' | 'busy' | 'waiting';

export interface LaneStatus {
  readonly id: string;
  readonly provider: 'cpu';
  readonly state: LaneState;
  readonly pid: number | null;
  /** Keys of the jobs in the lane right now. */
  readonly jobs: readonly string[];
  readonly done: number;
  readonly failed: number;
  readonly crashes: number;
  /** Resident memory after the last job; null before the first. */
  readonly rssBytes: number | null;
  readonly lastElapsedMs: number | null;
}

/**
 * Codes: `DEADLINE` (killed at its time limit), `MEMORY` (killed at its memory limit), `LANE_CRASHED` (the process died
 * under it), `LANE_START` (no process could be started), `POISON` (this key crashed a lane twice), `RUN_FAILED` (the runtime reported an error),
 * `CANCELLED` (its signal), `QUEUE_FULL`, `POOL_STOPPED`. Codes of models/errors.ts pass through.
 */
export class ComputeError extends FolkmootError {}
