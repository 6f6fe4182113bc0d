import type { Containers } from '../compute/containers/containers.ts';
import { ComputeError } from '../compute/job.ts';
import type { Pool } from '../compute/pool.ts';
import type { LocalModel } from '../models/catalogue.ts';
import type { Servers } from '../models/servers.ts';
import type { Readiness } from '../tasks/readiness.ts';
import { clause } from '../tasks/work-book.ts';

export interface Outside {
  readonly servers: Pick<Servers, 'of' | 'look'>;
  readonly containers: Pick<Containers, 'has' | 'view' | 'look'>;
  readonly pool: Pick<Pool, 'refuses'>;
}

/** Failures that are over once the server answers, or Docker and the container do. */
export const SERVER_CODES: ReadonlySet<string> = new Set(['SERVER_GONE']);
const CONTAINER_CODES: ReadonlySet<string> = new Set(['DOCKER_ABSENT', 'CONTAINER']);

/** What stands against running a model here whatever happens by itself, as part of a sentence; null: nothing. */
export function lacks({ servers, containers, pool }: Outside, { digest, manifest }: LocalModel): string | null {
  switch (manifest.runtime) {
    case 'openai':
      return servers.of(digest) === undefined ? 'its server was removed' : null;
    case 'cog':
      if (servers.of(digest) !== undefined || containerOf(containers, manifest) !== null) return null;
      return manifest.cog.image === null ? 'its server was removed' : 'its container is not in the list';
    default: {
      const refusal = pool.refuses(manifest);
      return refusal === null ? null : clause(refusal);
    }
  }
}

/** Asks the server of a model, or Docker for its container, whether it is there; undefined: it needs neither. */
export function lookFor({ servers, containers }: Outside, { digest, manifest }: LocalModel): Promise<void> | undefined {
  if (servers.of(digest) !== undefined) return servers.look(digest);
  if (containerOf(containers, manifest) === null) return undefined;
  return containers.look().then(() => {
    const { trouble } = containers.view().engine;
    if (trouble !== null) throw new ComputeError('DOCKER_ABSENT', trouble.message);
  });
}

/** What Docker and the containers said last, for the models that run in one. */
export function hearContainers(readiness: Readiness, outside: Outside, models: readonly LocalModel[]): void {
  const { engine, containers } = outside.containers.view();
  for (const { digest, manifest } of models) {
    const image = containerOf(outside.containers, manifest);
    if (image === null || outside.servers.of(digest) !== undefined) continue;
    const container = containers.find((each) => each.image === image);
    const trouble = engine.trouble ?? (container?.state === 'failed' ? container.trouble : null);
    if (trouble !== null) readiness.gone(digest, trouble);
    else if (container?.state === 'ready') readiness.there(digest, CONTAINER_CODES);
  }
}

/** Image of the container in which a model runs here; null: it runs in none. */
function containerOf(containers: Pick<Containers, 'has'>, manifest: LocalModel['manifest']): string | null {
  if (manifest.runtime !== 'cog' || manifest.cog.image === null) return null;
  return containers.has(manifest.cog.image) ? manifest.cog.image : null;
}
