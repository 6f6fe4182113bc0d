import type { Outcome } from '../domain/outcome.ts';
import type { CallInput, CallName, CallOutput } from './calls.ts';
import type { Port } from './port.ts';
import type { Snapshot, StateEvent } from './state.ts';
import type { ToClient } from './wire.ts';

export interface BridgeClient {
  /** Never throws: a lost connection is the outcome `BRIDGE_CLOSED`. */
  call<K extends CallName>(name: K, input: CallInput<K>): Promise<Outcome<CallOutput<K>>>;
  /** Asks for the snapshot; `onSnapshot` is called once, `onEvent` for each change after it. */
  open(onSnapshot: (snapshot: Snapshot) => void, onEvent: (event: StateEvent) => void): void;
  onClose(listener: () => void): void;
  close(): void;
}

export function createClient(port: Port): BridgeClient {
  let nextId = 1;
  let closed = false;
  const pending = new Map<number, (outcome: Outcome<never>) => void>();
  let opened: { onSnapshot: (snapshot: Snapshot) => void; onEvent: (event: StateEvent) => void } | undefined;
  const gone = {
    ok: false,
    error: { code: 'BRIDGE_CLOSED', message: 'The connection to the node was lost.' },
  } as const;

  port.onMessage((raw) => {
    const message = raw as ToClient;
    if (message.t === 'snapshot') return opened?.onSnapshot(message.value);
    if (message.t === 'event') return opened?.onEvent(message.event);
    pending.get(message.id)?.(message.outcome as Outcome<never>);
    pending.delete(message.id);
  });
  port.onClose(() => {
    closed = true;
    for (const resolve of pending.values()) resolve(gone);
    pending.clear();
  });

  return {
    call: (name, input) => {
      if (closed) return Promise.resolve(gone);
      return new Promise((resolve) => {
        const id = nextId++;
        pending.set(id, resolve as (outcome: Outcome<never>) => void);
        port.send({ t: 'call', id, name, input });
      });
    },
    open: (onSnapshot, onEvent) => {
      opened = { onSnapshot, onEvent };
      port.send({ t: 'open' });
    },
    onClose: (listener) => port.onClose(listener),
    close: () => port.close(),
  };
}
