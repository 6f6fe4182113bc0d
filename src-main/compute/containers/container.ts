import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import type { Log } from '../../log.ts';
import { ComputeError } from '../job.ts';
import { networkArgs, removeNetworkArgs, runArgs, stopArgs, type ContainerLimits } from './docker-args.ts';

/** Runs the docker program; rejects with what it wrote. */
export type Docker = (args: readonly string[]) => Promise<string>;

const DOCKER_MS = 60_000;
const run = promisify(execFile);

export const docker: Docker = async (args) => {
  const { stdout } = await run('docker', [...args], { timeout: DOCKER_MS, windowsHide: true, maxBuffer: 1024 * 1024 });
  return stdout;
};

export interface ContainerOptions {
  readonly docker: Docker;
  readonly log: Log;
  /** Whether it takes predictions yet. */
  readonly ready: (url: string) => Promise<boolean>;
  readonly pause: () => Promise<void>;
}

export interface Container {
  readonly url: string;
  stop(): Promise<void>;
}

const TRIES = 240;

/**
 * Starts a Cog container and waits until it is ready. Whatever goes wrong, container and network are gone afterwards.
 * @param port free on 127.0.0.1
 * @throws ComputeError `CONTAINER`
 */
export async function startContainer(
  image: string,
  port: number,
  limits: ContainerLimits,
  { docker, log, ready, pause }: ContainerOptions,
): Promise<Container> {
  const name = `folkmoot-${randomBytes(6).toString('hex')}`;
  const network = `${name}-net`;
  const quietly = (args: readonly string[]): Promise<unknown> => docker(args).catch(() => undefined);
  const stop = async (): Promise<void> => {
    await quietly(stopArgs(name));
    await quietly(removeNetworkArgs(network));
  };
  try {
    await docker(networkArgs(network));
    await docker(runArgs({ image, name, network, port, limits }));
    const url = `http://127.0.0.1:${port}`;
    for (let tries = 0; tries < TRIES; tries++) {
      if (await ready(url).catch(() => false)) {
        log(`container ${name} is ready`);
        return { url, stop };
      }
      await pause();
    }
    throw new Error('it did not become ready');
  } catch (error) {
    await stop();
    const why = error instanceof Error ? error.message : String(error);
    throw new ComputeError('CONTAINER', `The container could not be started: ${why.slice(0, 300)}`, {
      remedy: 'Check that Docker runs and that the image was pulled.',
    });
  }
}
