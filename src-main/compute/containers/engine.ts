import type { EngineView } from '../../../src-shared/domain/containers.ts';
import { toErrorView } from '../../../src-shared/domain/errors.ts';
import { ComputeError } from '../job.ts';
import type { Docker } from './docker.ts';
import { imageArgs, listArgs, listNetworksArgs, removeNetworkArgs, stopArgs, VERSION_ARGS } from './docker-args.ts';
import type { ImageRef } from './image-ref.ts';

const LOOK_MS = 10_000;
const REMOVE_MS = 15_000;
const MOST_LEFT = 100;

/** Whether an engine answers, and in words for people why not. Never rejects. */
export async function lookForEngine(docker: Docker): Promise<EngineView> {
  try {
    const version = (await docker(VERSION_ARGS, { timeoutMs: LOOK_MS })).trim();
    if (!/^[\w.+~-]{1,60}$/.test(version)) throw new Error('it did not say which version it is');
    return { state: 'ready', version, trouble: null };
  } catch (error) {
    return { state: 'absent', version: null, trouble: toErrorView(engineTrouble(error)) };
  }
}

/** @throws ComputeError `CONTAINER_IMAGE` when it is not there */
export async function imageIsHere(docker: Docker, image: ImageRef): Promise<void> {
  try {
    await docker(imageArgs(image), { timeoutMs: LOOK_MS });
  } catch (error) {
    const why = messageOf(error);
    if (!/no such image|not found/i.test(why)) throw engineTrouble(error);
    throw new ComputeError('CONTAINER_IMAGE', 'This image is not on this computer.', {
      remedy: `Folkmoot fetches no images by itself. Run “docker pull ${image}”, then try again.`,
    });
  }
}

/** Removes what an earlier node of this profile left behind when it was killed. @returns how many containers */
export async function removeLeftovers(docker: Docker, owner: string): Promise<number> {
  const ids = async (args: readonly string[]): Promise<readonly string[]> =>
    (await docker(args, { timeoutMs: LOOK_MS }))
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => /^[0-9a-f]{12,64}$/.test(line))
      .slice(0, MOST_LEFT);
  const left = await ids(listArgs(owner));
  const networks = await ids(listNetworksArgs(owner));
  for (const id of left) await docker(stopArgs(id), { timeoutMs: REMOVE_MS });
  for (const id of networks) await docker(removeNetworkArgs(id), { timeoutMs: REMOVE_MS });
  return left.length;
}

function engineTrouble(error: unknown): ComputeError {
  if (error instanceof ComputeError) return error;
  const why = messageOf(error);
  if (/permission denied|access is denied/i.test(why))
    return new ComputeError('DOCKER_ABSENT', 'Docker runs, but you may not use it.', {
      remedy:
        'Allow your user to use Docker (its manual says how; it gives much power over this computer), then look again.',
    });
  return new ComputeError('DOCKER_ABSENT', `Docker is installed, but its engine does not answer: ${clean(why)}.`, {
    remedy: 'Start Docker, then look again.',
  });
}

/** Its first sentence, without the full stop. */
function clean(why: string): string {
  return why.replace(/[.?!](\s.*)?$/, '').slice(0, 200);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
