import { z } from 'zod';
import { toErrorView } from '../domain/errors.ts';
import type { Outcome } from '../domain/outcome.ts';
import { inputs, type CallName, type CallOutput, type CallParsed } from './calls.ts';
import type { Port } from './port.ts';
import type { Snapshot, StateEvent } from './state.ts';
import type { ToClient } from './wire.ts';

export type CallHandlers = {
  readonly [K in CallName]: (input: CallParsed<K>) => Promise<CallOutput<K>> | CallOutput<K>;
};

export interface HostOptions {
  readonly handlers: CallHandlers;
  readonly snapshot: () => Snapshot;
  /** Returns the function that unsubscribes. */
  readonly subscribe: (listener: (event: StateEvent) => void) => () => void;
  readonly log?: (line: string) => void;
}

/** More calls than this at once from one front end are refused, not queued. */
export const MAX_IN_FLIGHT = 64;
/** A front end that reads slower than the node speaks is disconnected; it gets a fresh snapshot when it returns. */
export const MAX_BUFFERED_BYTES = 16 * 1024 * 1024;

const callMessage = z.object({
  t: z.literal('call'),
  id: z.number().int().nonnegative(),
  name: z.string().max(64),
  input: z.unknown(),
});
const openMessage = z.object({ t: z.literal('open') });

/** Serves one front end over one port. Every input is parsed, every answer is an outcome, nothing throws across. */
export function serveBridge(port: Port, options: HostOptions): void {
  const { handlers, snapshot, subscribe, log } = options;
  let inFlight = 0;
  let unsubscribe: (() => void) | undefined;
  let closed = false;
  const send = (message: ToClient): void => {
    if ((port.buffered?.() ?? 0) > MAX_BUFFERED_BYTES) return port.close();
    port.send(message);
  };
  const answer = (id: number, outcome: Outcome<unknown>): void => send({ t: 'return', id, outcome });
  const refuse = (id: number, code: string, message: string): void =>
    answer(id, { ok: false, error: { code, message } });

  const call = async (id: number, name: string, input: unknown): Promise<void> => {
    if (!Object.hasOwn(inputs, name)) return refuse(id, 'UNKNOWN_CALL', `There is no call “${name}”.`);
    if (inFlight >= MAX_IN_FLIGHT) return refuse(id, 'TOO_MANY_CALLS', 'Too many calls at once.');
    const key = name as CallName;
    const parsed = inputs[key].safeParse(input);
    if (!parsed.success) return refuse(id, 'BAD_INPUT', describe(parsed.error));
    inFlight++;
    try {
      const value = await handlers[key](parsed.data as never);
      answer(id, { ok: true, value });
    } catch (error) {
      const view = toErrorView(error);
      if (view.code === 'INTERNAL')
        log?.(`call ${name} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      answer(id, { ok: false, error: view });
    } finally {
      inFlight--;
    }
  };

  const open = (): void => {
    unsubscribe?.();
    unsubscribe = undefined;
    let value: Snapshot;
    try {
      value = snapshot();
    } catch (error) {
      // Without a snapshot there is nothing to show; the front end tries again by connecting anew.
      log?.(`no snapshot: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      return port.close();
    }
    // In the same synchronous step: no event can slip between the snapshot and the subscription.
    send({ t: 'snapshot', value });
    if (!closed) unsubscribe = subscribe((event) => send({ t: 'event', event }));
  };

  port.onMessage((raw) => {
    if (openMessage.safeParse(raw).success) return open();
    const message = callMessage.safeParse(raw);
    if (!message.success) return port.close();
    void call(message.data.id, message.data.name, message.data.input);
  });
  port.onClose(() => {
    closed = true;
    unsubscribe?.();
  });
}

function describe(error: z.ZodError): string {
  return error.issues
    .slice(0, 3)
    .map((issue) => (issue.path.length === 0 ? issue.message : `${issue.path.join('.')}: ${issue.message}`))
    .join('; ');
}
