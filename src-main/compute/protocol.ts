import type { Digest } from '../../src-shared/domain/ids.ts';
import type { TensorSpec } from '../models/tensors.ts';

/** What a lane needs to know to load a model: the file, what it must hash to, and its two ends. */
export interface ModelRef {
  /** For messages only. */
  readonly name: string;
  readonly path: string;
  readonly digest: Digest;
  readonly bytes: number;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  /** `all` where arithmetic is integer-exact; `basic` keeps float results closer between machines. */
  readonly optimise: 'all' | 'basic' | 'disabled';
  /** Values between the nodes to give out as well; the output is a bundle then. */
  readonly expose?: readonly string[];
}

export interface LaneRun {
  readonly model: ModelRef;
  /** One wire form per job; small jobs of one model travel together because a message costs more than they do. */
  readonly inputs: readonly Uint8Array[];
}

export interface LaneAnswer {
  readonly outputs: readonly Uint8Array[];
  /** One per input, in the runtime only. */
  readonly elapsedMs: readonly number[];
  readonly rssBytes: number;
}

/** Methods of a lane (src-main/worker.ts) over process/rpc. A type, not an interface: rpc needs its index signature. */
export type LaneMethods = {
  readonly configure: { readonly input: { readonly sessionBytes: number }; readonly output: null };
  readonly run: { readonly input: LaneRun; readonly output: LaneAnswer };
  readonly ping: { readonly input: null; readonly output: 'pong' };
};

/** A lane says nothing unasked. */
export type LaneEvents = Record<string, never>;
