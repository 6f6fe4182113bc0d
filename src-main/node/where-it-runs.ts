import type { Digest } from '../../src-shared/domain/ids.ts';
import type { Containers } from '../compute/containers/containers.ts';
import type { Manifest } from '../models/manifest.ts';
import type { Servers } from '../models/servers.ts';

interface Where {
  readonly digest: Digest;
  readonly manifest: Manifest;
  readonly signal?: AbortSignal;
}

/**
 * Runs a job with the address of the server that has its model: one that the person bound it to, or the container of the
 * image that its manifest names, started first if it does not run; none for models that need none.
 */
export function withServer<T>(
  { servers, containers }: { readonly servers: Servers; readonly containers: Containers },
  { digest, manifest, signal }: Where,
  run: (server: { readonly server?: string }) => Promise<T>,
): Promise<T> {
  const server = servers.of(digest);
  if (server !== undefined) return run({ server });
  const image = manifest.runtime === 'cog' ? manifest.cog.image : null;
  if (image === null || !containers.has(image)) return run({});
  return containers.use(image, signal, (url) => run({ server: url }));
}
