import type { HostOptions } from '../src-shared/bridge/host.ts';
import type { NodeConfig } from './config.ts';
import type { Part } from './part.ts';

export interface FolkmootNode extends Part {
  /** What a host (rig, shell, local socket) serves to front ends with `serveBridge`. Usable before `start` resolves: stages are live. */
  readonly bridge: HostOptions;
  /** Resolves when a front end asked the node to stop (`node.stop`). */
  readonly stopRequested: Promise<void>;
}

export function createNode(_config: NodeConfig): FolkmootNode {
  throw new Error('composition root is being built');
}
