import type { Outcome } from '../domain/outcome.ts';
import type { Snapshot, StateEvent } from './state.ts';

/** Front end to node. `open` asks for the snapshot and, from then on, events. */
export type ToHost =
  | { readonly t: 'open' }
  | { readonly t: 'call'; readonly id: number; readonly name: string; readonly input: unknown };

/** Node to front end. */
export type ToClient =
  | { readonly t: 'snapshot'; readonly value: Snapshot }
  | { readonly t: 'event'; readonly event: StateEvent }
  | { readonly t: 'return'; readonly id: number; readonly outcome: Outcome<unknown> };
