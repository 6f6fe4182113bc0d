import type { Provider } from '../../../src-shared/domain/machine.ts';
import type { RuntimeName } from '../../../src-shared/domain/models.ts';
import type { LaneSteps, ModelRef, NamedTensor } from '../protocol.ts';

/** What a run may tell and hear while it is under way. Runtimes that are one native call long hear nothing. */
export interface RunContext {
  readonly signal: AbortSignal;
  /** Share that is done, 0 to 1; only what the runtime itself counts. */
  progress(share: number): void;
}

/** A model that is loaded and can be run again and again, one run at a time. */
export interface Session {
  /** Where it runs; null: on a server. */
  readonly provider: Provider | null;
  /** Wire form in, wire form out. @throws InputError, OutputError, ComputeError (`RUN_FAILED`, `CANCELLED`) */
  run(input: Uint8Array, context?: RunContext): Promise<Uint8Array>;
  /**
   * `count` inputs, with answers and times put where they belong. For runtimes whose runs are so short that a call each
   * would show: runs handed over together share their time evenly. `pause` hears what was run and may answer with a rest.
   */
  batch?(
    inputs: Uint8Array,
    count: number,
    outputs: Uint8Array,
    elapsedMs: Float64Array,
    pause: (ms: number) => Promise<void> | undefined,
  ): Promise<void>;
  /** Wire form of the input that follows a step: fed outputs in their places. Where a graph can be run in steps. */
  feed?(input: Uint8Array, output: Uint8Array, pairs: LaneSteps['feed']): Uint8Array;
  release(): Promise<void>;
}

/** An engine for one kind of models. Loads nothing but the bytes it is given, which were checked against the digest. */
export interface Runtime {
  readonly name: RuntimeName;
  /** @throws ModelRefusedError, ComputeError */
  load(bytes: Uint8Array, model: ModelRef): Promise<Session>;
  /** Values inside the model, where it has an inside. */
  trace?(
    bytes: Uint8Array,
    model: ModelRef,
    input: Uint8Array,
    tensors: readonly string[] | 'all',
  ): Promise<readonly NamedTensor[]>;
}
