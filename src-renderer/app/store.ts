import { create } from 'zustand';
import { applyEvent, type Snapshot, type StateEvent } from '../../src-shared/bridge/state.ts';
import type { NodeView } from '../../src-shared/domain/node.ts';
import type { Timestamp } from '../../src-shared/domain/ids.ts';

/** How the line to the node stands. `nextTry`: when the next attempt begins. */
export type Link =
  | { readonly state: 'connecting' }
  | { readonly state: 'online' }
  | { readonly state: 'offline'; readonly lastKnown: Timestamp | null; readonly nextTry: Timestamp };

export interface Store {
  readonly link: Link;
  /** The node's truth: one slice per noun, replaced by snapshots and events only. Kept while offline. */
  readonly data: Snapshot | null;
  /**
   * The wallet was looked for. Until then `wallet.state: 'none'` only means "not opened yet" and must not
   * invite anybody to create a second one.
   */
  readonly walletKnown: boolean;
  /** The wallet is locked and the person wants to see the screens anyway. */
  readonly lookingAround: boolean;
}

export const useStore = create<Store>(() => ({
  link: { state: 'connecting' },
  data: null,
  walletKnown: false,
  lookingAround: false,
}));

export function takeSnapshot(data: Snapshot): void {
  useStore.setState({ data, walletKnown: walletLookedFor(data.node) });
}

export function takeEvent(event: StateEvent): void {
  useStore.setState((store) => {
    if (store.data === null) return store;
    const data = applyEvent(store.data, event);
    return {
      data,
      walletKnown: store.walletKnown || walletLookedFor(data.node),
      lookingAround: store.lookingAround && data.wallet.state === 'locked',
    };
  });
}

export function walletLookedFor(node: NodeView): boolean {
  const stage = node.stages.find((stage) => stage.id === 'wallet');
  return stage !== undefined && stage.state !== 'waiting' && stage.state !== 'starting';
}

/** One slice; screens are rendered only when there is a snapshot. */
export function useSlice<K extends keyof Snapshot>(slice: K): Snapshot[K] {
  return useStore((store) => {
    if (store.data === null) throw new Error(`slice ${slice} was read before the first snapshot`);
    return store.data[slice];
  });
}
