import type { ErrorView } from './errors.ts';
import type { Timestamp } from './ids.ts';

/** Whether this computer has a Docker engine that answers. `unknown`: nobody has looked yet. */
export interface EngineView {
  readonly state: 'unknown' | 'ready' | 'absent';
  readonly version: string | null;
  /** Why it cannot be used, and what would help. */
  readonly trouble: ErrorView | null;
}

/** A Cog container that the person added; at most one of them runs at a time. */
export interface ContainerView {
  /** `name@sha256:…`, its name everywhere. */
  readonly image: string;
  readonly state: 'stopped' | 'starting' | 'ready' | 'failed';
  /** When it came into this state. */
  readonly since: Timestamp;
  /** Started by the person: it stays until somebody stops it. Otherwise it ends when nothing has needed it for a while. */
  readonly byHand: boolean;
  /** Why it failed, or ended by itself. */
  readonly trouble: ErrorView | null;
  /** When it is started again by itself; null: not by itself. */
  readonly againAt: Timestamp | null;
}

export interface ContainersView {
  readonly engine: EngineView;
  readonly containers: readonly ContainerView[];
}

/** Before the store is open. */
export const NO_CONTAINERS: ContainersView = {
  engine: { state: 'unknown', version: null, trouble: null },
  containers: [],
};
