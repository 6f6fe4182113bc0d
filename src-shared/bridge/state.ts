import type { ContainersView } from '../domain/containers.ts';
import type { DisputeView } from '../domain/disputes.ts';
import type { EarningsView } from '../domain/earnings.ts';
import type { MachineView } from '../domain/machine.ts';
import type { ModelView } from '../domain/models.ts';
import type { Activity, NetworkView, NodeView, WalletView } from '../domain/node.ts';
import type { Prices } from '../domain/prices.ts';
import type { StakeView } from '../domain/stake.ts';
import type { TaskView } from '../domain/tasks.ts';

/** What the renderer is given once; afterwards it hears only changes. `tasks`: the latest 100 of both roles, newest first. */
export interface Snapshot {
  readonly node: NodeView;
  readonly activity: Activity;
  readonly machine: MachineView;
  readonly wallet: WalletView;
  readonly network: NetworkView;
  readonly models: readonly ModelView[];
  readonly containers: ContainersView;
  readonly tasks: readonly TaskView[];
  readonly earnings: EarningsView;
  /** null until the store is open. */
  readonly prices: Prices | null;
  /** null until the chain has answered. */
  readonly stake: StakeView | null;
  /** The latest 50, those that need somebody first, then newest first. */
  readonly disputes: readonly DisputeView[];
}

export type Slice = Exclude<keyof Snapshot, 'tasks'>;

export type StateEvent =
  | { readonly [K in Slice]: { readonly slice: K; readonly value: Snapshot[K] } }[Slice]
  /** Insert or replace by `key`. */
  | { readonly slice: 'tasks'; readonly value: TaskView };

export const RECENT_TASKS = 100;

/** Pure: the snapshot after one event. Tasks stay newest first and bounded. */
export function applyEvent(state: Snapshot, event: StateEvent): Snapshot {
  if (event.slice !== 'tasks') return { ...state, [event.slice]: event.value };
  const known = state.tasks.some((task) => task.key === event.value.key);
  const tasks = known
    ? state.tasks.map((task) => (task.key === event.value.key ? event.value : task))
    : [event.value, ...state.tasks].slice(0, RECENT_TASKS);
  return { ...state, tasks };
}
