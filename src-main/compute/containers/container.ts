import { randomBytes } from 'node:crypto';
import type { Log } from '../../log.ts';
import { ComputeError } from '../job.ts';
import type { Docker } from './docker.ts';
import {
  addressArgs,
  COG_PORT,
  networkArgs,
  portArgs,
  removeNetworkArgs,
  runArgs,
  stateArgs,
  stopArgs,
  type ContainerLimits,
} from './docker-args.ts';
import type { ImageRef } from './image-ref.ts';

export interface ContainerOptions {
  readonly docker: Docker;
  readonly log: Log;
  /** Id of the profile. */
  readonly owner: string;
  /** Its health, as Cog words it. Rejects when nothing answers. */
  readonly health: (url: string, signal?: AbortSignal) => Promise<string>;
  /** Between two looks. */
  readonly pause: () => Promise<void>;
  /** Whether it was waited for long enough. */
  readonly late: () => boolean;
  /** Ends the start; what was started is gone afterwards. */
  readonly signal?: AbortSignal | undefined;
}

export interface Container {
  readonly url: string;
  /** How it ended, one clause; null: it runs. */
  ended(): Promise<string | null>;
  /** Bounded in time; may be called again. */
  stop(): Promise<void>;
}

const REMOVE_MS = 15_000;
const LOOK_MS = 10_000;
/** Each so many looks at its health it is asked whether it runs at all. */
const LOOK_EVERY = 5;
/** What Cog says when it will never be ready. */
const LOST: Readonly<Record<string, string>> = {
  SETUP_FAILED: 'the model in it could not be set up',
  DEFUNCT: 'the model in it broke for good',
};

/**
 * Starts a Cog container and waits until it is ready. Whatever goes wrong, container and network are gone afterwards.
 * @param port free on 127.0.0.1
 * @throws ComputeError `CONTAINER`
 */
export async function startContainer(
  image: ImageRef,
  port: number,
  limits: ContainerLimits,
  { docker, log, owner, health, pause, late, signal }: ContainerOptions,
): Promise<Container> {
  const name = `folkmoot-${randomBytes(6).toString('hex')}`;
  const network = `${name}-net`;
  const quietly = (args: readonly string[]): Promise<unknown> =>
    docker(args, { timeoutMs: REMOVE_MS }).catch(() => undefined);
  const stop = async (): Promise<void> => {
    await quietly(stopArgs(name));
    await quietly(removeNetworkArgs(network));
  };
  const ended = async (): Promise<string | null> => {
    const said = await docker(stateArgs(name), { timeoutMs: LOOK_MS }).catch(() => '');
    const [, running, code, memory] = /^(true|false) (-?\d{1,10}) (true|false)\s*$/.exec(said) ?? [];
    if (running === 'true') return null;
    if (memory === 'true') return 'it needed more memory than work may take here';
    return code === undefined ? 'it is gone' : `it ended by itself with code ${code}`;
  };
  try {
    await docker(networkArgs(network, owner), { signal });
    await docker(runArgs({ image, name, network, owner, port, limits }), { signal });
    const said = async (args: readonly string[]): Promise<string> =>
      (await docker(args, { signal }).catch(() => '')).trim();
    const address = await said(addressArgs(name));
    // The answer of a program becomes an address that is asked: nothing but an IPv4 address counts.
    const inside = /^\d{1,3}(\.\d{1,3}){3}$/.test(address) ? [`http://${address}:${COG_PORT}`] : [];
    // Another program of this machine may listen on the port: it is asked only where the engine says that it is its own.
    const here = `127.0.0.1:${port}`;
    const published = (await said(portArgs(name))).split('\n').includes(here) ? [`http://${here}`] : [];
    const urls = [...inside, ...published];
    if (urls.length === 0) throw new Error('Docker gave it no address');
    let heard = false;
    for (let look = 1; !late(); look++) {
      for (const url of urls) {
        signal?.throwIfAborted();
        const state = await health(url, signal).catch(() => null);
        heard ||= state !== null;
        if (state === 'READY') {
          log(`container ${name} is ready`);
          return { url, ended, stop };
        }
        const lost = LOST[state ?? ''];
        if (lost !== undefined) throw new Error(lost);
      }
      const why = look % LOOK_EVERY === 0 ? await ended() : null;
      if (why !== null) throw new Error(why);
      await pause();
    }
    throw new Error(
      heard ? 'it answered but did not become ready in time' : `nothing answered at ${urls.join(' or ')} in time`,
    );
  } catch (error) {
    await stop();
    if (signal?.aborted) throw new ComputeError('CONTAINER', 'The container was stopped while it started.');
    if (error instanceof ComputeError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new ComputeError(
      'CONTAINER',
      `The container could not be started: ${why.replace(/\.+$/, '').slice(0, 300)}.`,
      {
        remedy: 'Check that Docker runs, that the image is one made by Cog, and that work may take enough memory.',
      },
    );
  }
}
