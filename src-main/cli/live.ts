import type { CallInput, CallName, CallOutput } from '../../src-shared/bridge/calls.ts';
import type { BridgeClient } from '../../src-shared/bridge/client.ts';
import { applyEvent, type Snapshot } from '../../src-shared/bridge/state.ts';
import { FolkmootError } from '../../src-shared/domain/errors.ts';
import { connectControl } from '../control/index.ts';
import { RefusedError } from './exit-codes.ts';

/** A running node as a command sees it: its state, kept current, and its calls. */
export interface Live {
  state(): Snapshot;
  /** @throws RefusedError with the node's own code. */
  call<K extends CallName>(name: K, input: CallInput<K>): Promise<CallOutput<K>>;
  /** The first value other than undefined that `look` finds, now or after any later event. */
  until<T>(look: (state: Snapshot) => T | undefined): Promise<T>;
  /** Resolves when the node has closed the connection. */
  readonly gone: Promise<void>;
}

/** Connects, does the work, disconnects. @throws ControlError `NO_NODE`; FolkmootError `BRIDGE_CLOSED` when it goes away. */
export async function withNode<T>(profile: string, work: (live: Live) => Promise<T>): Promise<T> {
  const client = await connectControl(profile);
  try {
    return await work(await openLive(client));
  } finally {
    client.close();
  }
}

async function openLive(client: BridgeClient): Promise<Live> {
  const watchers = new Set<() => void>();
  let state: Snapshot | undefined;
  const gone = new Promise<void>((resolve) => client.onClose(resolve));
  const lost = gone.then(() => {
    throw new FolkmootError('BRIDGE_CLOSED', 'The node went away.');
  });
  lost.catch(() => undefined);
  const until: Live['until'] = (look) => {
    const found = new Promise<NonNullable<ReturnType<typeof look>>>((resolve, reject) => {
      const check = (): void => {
        try {
          const value = state === undefined ? undefined : look(state);
          if (value === undefined) return;
          watchers.delete(check);
          resolve(value as never);
        } catch (error) {
          watchers.delete(check);
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      };
      watchers.add(check);
      check();
    });
    return Promise.race([found, lost]) as Promise<never>;
  };
  client.open(
    (snapshot) => {
      state = snapshot;
      for (const check of watchers) check();
    },
    (event) => {
      if (state !== undefined) state = applyEvent(state, event);
      for (const check of watchers) check();
    },
  );
  let current = await until((first) => first);
  return {
    state: () => (current = state ?? current),
    until,
    gone,
    call: async (name, input) => {
      const outcome = await client.call(name, input);
      if (outcome.ok) return outcome.value;
      const { code, message, remedy } = outcome.error;
      throw new RefusedError(code, message, remedy === undefined ? {} : { remedy });
    },
  };
}

/** What comes within `ms`, or undefined. */
export async function atMost<T>(work: Promise<T>, ms: number | undefined): Promise<T | undefined> {
  if (ms === undefined) return work;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
