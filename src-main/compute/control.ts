import type { BenchmarkScore, DeviceId, Provider, ProviderCheck } from '../../src-shared/domain/machine.ts';

/** Where a lane computes. One lane per graphics card; the processor may have several. */
export interface LanePlace {
  readonly device: DeviceId;
  /** Tried in this order; the first that runs the test graph is taken, and which one that was is said. */
  readonly providers: readonly Provider[];
  /** Number of the card in the order of its driver; null for the processor. */
  readonly index: number | null;
  readonly lanes: number;
}

/**
 * What the policy wants of a device. Takes effect within a second, or two where a server must be told first; `LaneStatus`
 * says when it has.
 */
export interface Directive {
  /** Share of time it may compute, 0 to 1; 0 stops it. */
  readonly duty: number;
  /** When stopped: the job in hand ends first; otherwise it is killed and waits for another time. */
  readonly finish: boolean;
  /** Memory that work may take, bytes: of the card, or of the computer for the processor, whose lanes share it. Null: half of the computer's; not known of a card. */
  readonly memoryBytes: number | null;
}

/** What machine/ needs of the pool. */
export interface LaneControl {
  /** Replaces the set of places: lanes that are no longer in it end, as `direct` with duty 0 would end them. */
  place(places: readonly LanePlace[]): void;
  direct(device: DeviceId, directive: Directive): void;
  /** What holds for servers on other machines: they use no device of this one. */
  directServers(directive: Pick<Directive, 'duty' | 'finish'>): void;
}

/** Runs the test graph and the benchmark set in processes of their own; for the hardware check. */
export interface ProviderTrials {
  /** Never throws: what went wrong is in the answer. */
  tryProvider(place: LanePlace, provider: Provider): Promise<ProviderCheck>;
  benchmark(place: LanePlace, provider: Provider): Promise<readonly BenchmarkScore[]>;
}
