import type { Channel } from '../process/channel.ts';
import type { Child, ProcessEntry, Spawner, SpawnOptions } from '../process/spawner.ts';

/** A child asks its parent for a process of its own, and speaks with it through the parent. `ref` is the child's number for it. */
export type SpawnRequest =
  | { readonly spawner: 'spawn'; readonly ref: number; readonly entry: ProcessEntry; readonly options: SpawnOptions }
  | { readonly spawner: 'send'; readonly ref: number; readonly message: unknown }
  | { readonly spawner: 'kill'; readonly ref: number };

export type SpawnReport =
  | { readonly spawner: 'message'; readonly ref: number; readonly message: unknown }
  | { readonly spawner: 'stderr'; readonly ref: number; readonly text: string }
  | { readonly spawner: 'exit'; readonly ref: number; readonly code: number | null };

interface Listeners {
  readonly message: Array<(message: unknown) => void>;
  readonly stderr: Array<(text: string) => void>;
  readonly exit: Array<(code: number | null) => void>;
}

/**
 * For a node that is itself a utility process of Electron, where neither `fork` nor `utilityProcess` exists: the parent
 * makes the processes. Used by the peers of the sandbox in the desktop app.
 */
export function brokeredSpawner(parent: Channel): Spawner {
  const running = new Map<number, Listeners>();
  let next = 1;
  const ask = (request: SpawnRequest): void => parent.send(request);
  parent.onMessage((raw) => {
    const report = raw as SpawnReport;
    const listeners = running.get(report.ref);
    if (listeners === undefined) return;
    if (report.spawner === 'message') for (const listener of listeners.message) listener(report.message);
    else if (report.spawner === 'stderr') for (const listener of listeners.stderr) listener(report.text);
    else if (report.spawner === 'exit') {
      running.delete(report.ref);
      for (const listener of listeners.exit) listener(report.code);
    }
  });
  return {
    spawn(entry, options = {}): Child {
      const ref = next++;
      const listeners: Listeners = { message: [], stderr: [], exit: [] };
      running.set(ref, listeners);
      ask({ spawner: 'spawn', ref, entry, options });
      return {
        // Known to the parent only; nobody but a person reading a log would want it.
        pid: undefined,
        channel: {
          send: (message) => running.has(ref) && ask({ spawner: 'send', ref, message }),
          onMessage: (listener) => void listeners.message.push(listener),
          onClose: (listener) => void listeners.exit.push(() => listener()),
        },
        kill: () => running.has(ref) && ask({ spawner: 'kill', ref }),
        onExit: (listener) => void listeners.exit.push(listener),
        onStderr: (listener) => void listeners.stderr.push(listener),
      };
    },
  };
}
