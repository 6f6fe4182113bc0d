import type { Digest } from '../../src-shared/domain/ids.ts';
import type { Provider } from '../../src-shared/domain/machine.ts';
import type { RuntimeName } from '../../src-shared/domain/models.ts';
import type { Dtype, TensorSpec } from '../models/tensors.ts';
import type { Payload } from './payload.ts';

/** How far onnxruntime may rewrite a graph. */
export const OPTIMISE = ['disabled', 'basic', 'extended', 'all'] as const;
export type Optimise = (typeof OPTIMISE)[number];

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
  readonly optimise: Optimise;
  readonly runtime: RuntimeName;
  /** Memory that it is expected to take when loaded, bytes. */
  readonly memoryBytes: number;
  /** The file itself, for lanes that read no files; small. */
  readonly content?: Uint8Array;
  /** Where its server answers; for `openai` and `cog` only. */
  readonly server?: string;
}

/** A model is described once per process and then called by its number. */
export interface ModelUse {
  readonly id: number;
  readonly define?: ModelRef;
}

export interface LaneRun {
  readonly model: ModelUse;
  readonly count: number;
  /** `count` wire forms, one after the other: small jobs of one model travel together, because a message costs more than they do. */
  readonly input: Payload;
}

export interface LaneAnswer {
  /** As many wire forms, one after the other. */
  readonly output: Payload;
  /** One per input, in the runtime only. */
  readonly elapsedMs: Float64Array;
  readonly rssBytes: number;
  /** Where this model ran; null: on a server. */
  readonly provider: Provider | null;
}

/** A graph run again and again, some outputs becoming inputs of the next step; everything else stays as it was. */
export interface LaneSteps {
  readonly model: ModelUse;
  readonly input: Payload;
  readonly feed: ReadonlyArray<{ readonly output: string; readonly input: string }>;
  /** Steps of the whole job, those before `from` included. */
  readonly count: number;
  readonly from: number;
  /** A checkpoint after each so many steps. */
  readonly every: number;
}

/** A run that also gives values inside the graph. Always without graph optimisations: they remove what is asked for. */
export interface LaneTrace {
  readonly model: ModelUse;
  readonly input: Payload;
  readonly tensors: readonly string[] | 'all';
}

export interface NamedTensor {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** Raw little-endian. */
  readonly bytes: Uint8Array;
}

export interface LaneSetup {
  readonly sessionBytes: number;
  /** Resident memory at which models that are not in use are let go. */
  readonly memoryBytes: number;
  readonly providers: readonly Provider[];
  readonly index: number | null;
  readonly duty: number;
  /** Folder with models and large inputs; the lane only reads it. */
  readonly inbox: string;
  /** The only folder that the lane writes to. */
  readonly outbox: string;
}

export interface LaneReady {
  /** The first of `providers` that ran the test graph; null for lanes that ask servers. */
  readonly provider: Provider | null;
  /** Why the ones before it did not, in the words of runtime or driver. */
  readonly notes: ReadonlyArray<{ readonly provider: Provider; readonly why: string }>;
}

/** Methods of a lane (src-main/worker.ts) over process/rpc. A type, not an interface: rpc needs its index signature. */
export type LaneMethods = {
  readonly configure: { readonly input: LaneSetup; readonly output: LaneReady };
  /** Answered when it holds: at once, or when the run in hand is over. */
  readonly direct: { readonly input: { readonly duty: number }; readonly output: { readonly duty: number } };
  /** Other bounds: models that do not fit are let go, once the run in hand is over; then what is left is said. */
  readonly limit: {
    readonly input: Pick<LaneSetup, 'memoryBytes' | 'sessionBytes'>;
    readonly output: { readonly rssBytes: number };
  };
  /** Asks the run in hand to end with `CANCELLED`; only runtimes that wait for others hear it. */
  readonly cancel: { readonly input: null; readonly output: null };
  readonly run: { readonly input: LaneRun; readonly output: LaneAnswer };
  readonly steps: { readonly input: LaneSteps; readonly output: LaneAnswer };
  readonly trace: {
    readonly input: LaneTrace;
    readonly output: {
      readonly tensors: readonly NamedTensor[];
      readonly elapsedMs: number;
      readonly rssBytes: number;
    };
  };
  readonly ping: { readonly input: null; readonly output: 'pong' };
};

export type LaneEvents = {
  /** Before a provider is tried: should the process die now, that provider was it. */
  readonly trying: { readonly provider: Provider };
  /** Share of the job that is done, as the runtime itself counts. */
  readonly progress: { readonly share: number };
  readonly checkpoint: { readonly step: number; readonly state: Payload };
};
