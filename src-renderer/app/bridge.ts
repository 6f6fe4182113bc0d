import type { CallInput, CallName, CallOutput } from '../../src-shared/bridge/calls.ts';
import { createClient, type BridgeClient } from '../../src-shared/bridge/client.ts';
import type { Outcome } from '../../src-shared/domain/outcome.ts';
import { backoff } from './backoff.ts';
import { openPort } from './ports.ts';
import { takeEvent, takeSnapshot, useStore } from './store.ts';

/** The one connection of this window. It never gives up; the page keeps showing what was last known. */
let client: BridgeClient | undefined;
let attempt = 0;
let timer: ReturnType<typeof setTimeout> | undefined;
let lastHeard: number | null = null;

const closed = {
  ok: false,
  error: {
    code: 'BRIDGE_CLOSED',
    message: 'Folkmoot’s node does not answer, so nothing was sent.',
    remedy: 'Your money is where it was. Try again when the connection is back.',
  },
} as const;

export function call<K extends CallName>(name: K, input: CallInput<K>): Promise<Outcome<CallOutput<K>>> {
  return client === undefined ? Promise.resolve(closed) : client.call(name, input);
}

export function startBridge(): void {
  void connect();
}

export function retryNow(): void {
  if (client !== undefined) return;
  clearTimeout(timer);
  void connect();
}

async function connect(): Promise<void> {
  try {
    const opened = createClient(await openPort());
    client = opened;
    opened.onClose(lost);
    opened.open(
      (snapshot) => {
        attempt = 0;
        lastHeard = Date.now();
        takeSnapshot(snapshot);
        useStore.setState({ link: { state: 'online' } });
      },
      (event) => {
        lastHeard = Date.now();
        takeEvent(event);
      },
    );
  } catch {
    lost();
  }
}

function lost(): void {
  client = undefined;
  const wait = backoff(attempt++);
  useStore.setState({ link: { state: 'offline', lastKnown: lastHeard, nextTry: Date.now() + wait } });
  clearTimeout(timer);
  timer = setTimeout(() => void connect(), wait);
}
