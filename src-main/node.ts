import type { HostOptions } from '../src-shared/bridge/host.ts';
import type { NodeConfig } from './config.ts';
import { LogRing } from './diagnostics/log-ring.ts';
import { callHandlers } from './node/calls.ts';
import { Runtime } from './node/runtime.ts';
import type { Part } from './part.ts';

export interface FolkmootNode extends Part {
  /** What a host (rig, shell, local socket) serves to front ends with `serveBridge`. Usable before `start` resolves: stages are live. */
  readonly bridge: HostOptions;
  /** Resolves when a front end asked the node to stop (`node.stop`). */
  readonly stopRequested: Promise<void>;
}

/** Composition root: builds the node for a profile. @throws ChainError `NETWORK_FILE` when the network file is not usable. */
export function createNode(given: NodeConfig): FolkmootNode {
  const logs = new LogRing();
  const config = { ...given, log: logs.tee(given.log) };
  const runtime = new Runtime(config);
  return {
    bridge: {
      handlers: callHandlers(runtime, logs),
      snapshot: () => {
        // Whoever opens a front end wants to see figures that move.
        runtime.machine.watched();
        return runtime.hub.snapshot();
      },
      subscribe: (listener) => runtime.hub.subscribe(listener),
      log: config.log,
    },
    stopRequested: runtime.stopRequested,
    start: () => runtime.start(),
    stop: () => runtime.stop(),
  };
}
