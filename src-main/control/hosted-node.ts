import type { NodeConfig } from '../config.ts';
import type { FolkmootNode } from '../node.ts';
import { ControlHost } from './control-host.ts';
import { lockProfile } from './profile-lock.ts';

/** A node that does not stop is left behind after this: the process ends anyway, and the store survives a crash. */
const STOP_MS = 15_000;

export interface HostedNode {
  readonly node: FolkmootNode;
  /** Starts the node's parts; front ends see the stages meanwhile. */
  start(): Promise<void>;
  /** Idempotent, bounded: the node, then the socket, then the lock. `false` when the node had to be left behind. */
  stop(): Promise<boolean>;
}

export interface HostingOptions {
  readonly config: NodeConfig;
  readonly create: (config: NodeConfig) => FolkmootNode;
  readonly url?: () => string | undefined;
  readonly stopMs?: number;
}

/** What both hosts share: profile locked, node made, control socket open. @throws ControlError `PROFILE_BUSY`. */
export async function hostNode({ config, create, url, stopMs = STOP_MS }: HostingOptions): Promise<HostedNode> {
  const lock = await lockProfile(config.profile);
  let stopping: Promise<boolean> | undefined;
  try {
    const node = create(config);
    const control = new ControlHost({ lock, bridge: node.bridge, log: config.log, ...(url && { url }) });
    await control.start();
    const stop = async (): Promise<boolean> => {
      const clean = await within(node.stop(), stopMs, config.log);
      // The socket outlives the node: while it answers, nobody else takes the profile.
      await control.stop();
      lock.release();
      return clean;
    };
    return { node, start: () => node.start(), stop: () => (stopping ??= stop()) };
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function within(work: Promise<void>, limitMs: number, log: (line: string) => void): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => {
      log(`the node did not stop within ${limitMs / 1_000} s and is left behind`);
      resolve(false);
    }, limitMs);
  });
  const done = work.then(
    () => true,
    (error: unknown) => {
      log(`the node did not stop cleanly: ${error instanceof Error ? error.message : String(error)}`);
      return false;
    },
  );
  try {
    return await Promise.race([done, late]);
  } finally {
    clearTimeout(timer);
  }
}
