import { ZERO } from '../domain/amounts.ts';
import { NO_CONTAINERS } from '../domain/containers.ts';
import { NO_MACHINE } from '../domain/machine.ts';
import { STAGES } from '../domain/node.ts';
import { NO_PRICES } from '../domain/prices.ts';
import type { CallName } from './calls.ts';
import type { CallHandlers, HostOptions } from './host.ts';
import { inputs } from './calls.ts';
import type { Snapshot, StateEvent } from './state.ts';
import { applyEvent } from './state.ts';

/** For tests only: what a node that has just started would say. */
export function testSnapshot(changes: Partial<Snapshot> = {}): Snapshot {
  return {
    node: {
      version: '0.0.0-test',
      host: 'rig',
      network: 'sandbox',
      networkName: 'Sandbox',
      chainId: 31337,
      stages: STAGES.map((id) => ({ id, state: 'ready' as const, detail: `${id} is ready` })),
      notices: [],
    },
    activity: {
      state: 'waiting',
      code: 'NO_WORK',
      title: 'Waiting for work',
      why: 'Nobody asks for your models now.',
    },
    machine: NO_MACHINE,
    wallet: { state: 'none', address: null, backedUp: false, balances: null },
    network: {
      peerId: null,
      addresses: [],
      state: 'alone',
      peers: [],
      ownClaims: [],
      checksSpeed: true,
      chain: { state: 'ok', block: 1, blockAt: 0, endpoint: 'test', clockSkew: 0 },
    },
    models: [],
    containers: NO_CONTAINERS,
    tasks: [],
    prices: NO_PRICES,
    stake: null,
    disputes: [],
    earnings: { today: ZERO, week: ZERO, total: ZERO, pending: ZERO, tasksPaid: 0, gas: '0', days: [], entries: [] },
    ...changes,
  };
}

export interface TestHost {
  readonly options: HostOptions;
  /** Changes the state and tells every front end. */
  emit(event: StateEvent): void;
  /** Front ends that hear events now. */
  listeners(): number;
  readonly calls: ReadonlyArray<{ readonly name: CallName; readonly input: unknown }>;
}

/** For tests only: a host with scripted handlers; a call without a script answers null. */
export function testHost(scripted: Partial<CallHandlers> = {}, start: Partial<Snapshot> = {}): TestHost {
  let state = testSnapshot(start);
  const subscribers = new Set<(event: StateEvent) => void>();
  const calls: Array<{ name: CallName; input: unknown }> = [];
  const handlers = Object.fromEntries(
    (Object.keys(inputs) as CallName[]).map((name) => [
      name,
      (input: never) => {
        calls.push({ name, input });
        return scripted[name]?.(input) ?? null;
      },
    ]),
  ) as unknown as CallHandlers;
  return {
    options: {
      handlers,
      snapshot: () => state,
      subscribe: (listener) => {
        subscribers.add(listener);
        return () => void subscribers.delete(listener);
      },
    },
    emit: (event) => {
      state = applyEvent(state, event);
      for (const listener of subscribers) listener(event);
    },
    listeners: () => subscribers.size,
    calls,
  };
}
