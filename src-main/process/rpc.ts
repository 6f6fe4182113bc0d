import { FolkmootError, fromErrorView, toErrorView, type ErrorView } from '../../src-shared/domain/errors.ts';
import type { Channel } from './channel.ts';

/** Methods that one side offers: one input, one answer. */
export type Methods = { readonly [name: string]: { readonly input: unknown; readonly output: unknown } };
/** Events that the child sends unasked. */
export type Events = { readonly [name: string]: unknown };

export type Handlers<M extends Methods> = {
  readonly [K in keyof M]: (input: M[K]['input']) => Promise<M[K]['output']> | M[K]['output'];
};

/** A child did not answer in time (`CHILD_TIMEOUT`) or went away (`CHILD_GONE`). */
export class ChildError extends FolkmootError {}

type Wire =
  | { readonly kind: 'call'; readonly id: number; readonly name: string; readonly input: unknown }
  | { readonly kind: 'return'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly error: ErrorView }
  | { readonly kind: 'event'; readonly name: string; readonly payload: unknown };

/** The other side may be broken or taken over: what is no message at all is dropped, never thrown on. */
function wire(raw: unknown): Wire | undefined {
  return typeof raw === 'object' && raw !== null && 'kind' in raw ? (raw as Wire) : undefined;
}

/** Child side: answers calls. `ping` is built in (the supervisor's heartbeat). Exits the process when the parent is gone. */
export function serve<M extends Methods, E extends Events>(
  channel: Channel,
  handlers: Handlers<M>,
): { emit<K extends keyof E & string>(name: K, payload: E[K]): void } {
  channel.onMessage((raw) => {
    const message = wire(raw);
    if (message?.kind !== 'call') return;
    const { id, name, input } = message;
    const answer = async (): Promise<unknown> => {
      if (name === 'ping') return 'pong';
      const handler = Object.hasOwn(handlers, name) ? handlers[name as keyof M] : undefined;
      if (handler === undefined) throw new ChildError('UNKNOWN_METHOD', `no method ${name}`);
      return handler(input as never);
    };
    // An answer that cannot be sent is an error that can.
    answer()
      .then((value) => channel.send({ kind: 'return', id, value } satisfies Wire))
      .catch((error: unknown) => channel.send({ kind: 'error', id, error: toErrorView(error) } satisfies Wire));
  });
  channel.onClose(() => process.exit(0));
  return { emit: (name, payload) => channel.send({ kind: 'event', name, payload } satisfies Wire) };
}

export interface Client<M extends Methods, E extends Events> {
  /** @throws ChildError `CHILD_TIMEOUT`, `CHILD_GONE`; or the child's own error with its code. */
  call<K extends keyof M & string>(name: K, input: M[K]['input'], timeoutMs?: number): Promise<M[K]['output']>;
  ping(timeoutMs: number): Promise<void>;
  on<K extends keyof E & string>(name: K, listener: (payload: E[K]) => void): void;
}

const DEFAULT_TIMEOUT_MS = 30_000;

/**
 * Parent side: calls with a deadline each; all pending calls fail at once when the child goes.
 * @param unusable told when nothing could be made of an event: the other side may be broken or taken over, and must not
 * end this one
 */
export function connect<M extends Methods, E extends Events>(
  channel: Channel,
  unusable: (event: string, error: unknown) => void = () => undefined,
): Client<M, E> {
  let nextId = 1;
  let gone = false;
  const pending = new Map<
    number,
    { resolve: (value: unknown) => void; reject: (error: Error) => void; timer: NodeJS.Timeout }
  >();
  const listeners = new Map<string, Set<(payload: never) => void>>();

  channel.onMessage((raw) => {
    const message = wire(raw);
    if (message === undefined || message.kind === 'call') return;
    if (message.kind === 'event') {
      try {
        for (const listener of listeners.get(message.name) ?? []) listener(message.payload as never);
      } catch (error) {
        unusable(message.name, error);
      }
      return;
    }
    const entry = pending.get(message.id);
    if (entry === undefined) return;
    pending.delete(message.id);
    clearTimeout(entry.timer);
    if (message.kind === 'return') entry.resolve(message.value);
    else entry.reject(fromErrorView(message.error ?? { code: 'INTERNAL', message: 'the process gave no reason' }));
  });
  channel.onClose(() => {
    gone = true;
    for (const entry of pending.values()) {
      clearTimeout(entry.timer);
      entry.reject(new ChildError('CHILD_GONE', 'the process ended before it answered'));
    }
    pending.clear();
  });

  const request = (name: string, input: unknown, timeoutMs: number): Promise<unknown> => {
    if (gone) return Promise.reject(new ChildError('CHILD_GONE', 'the process is not running'));
    return new Promise((resolve, reject) => {
      const id = nextId++;
      const timer = setTimeout(() => {
        pending.delete(id);
        reject(new ChildError('CHILD_TIMEOUT', `no answer to ${name} within ${timeoutMs} ms`));
      }, timeoutMs);
      pending.set(id, { resolve, reject, timer });
      try {
        channel.send({ kind: 'call', id, name, input } satisfies Wire);
      } catch (error) {
        // What cannot be cloned is not sent: nobody will answer.
        pending.delete(id);
        clearTimeout(timer);
        reject(error as Error);
      }
    });
  };

  return {
    call: (name, input, timeoutMs = DEFAULT_TIMEOUT_MS) => request(name, input, timeoutMs) as Promise<never>,
    ping: async (timeoutMs) => void (await request('ping', null, timeoutMs)),
    on: (name, listener) => {
      const set = listeners.get(name) ?? new Set();
      set.add(listener as (payload: never) => void);
      listeners.set(name, set);
    },
  };
}
