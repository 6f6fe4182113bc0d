import { lookup } from 'node:dns/promises';
import { BlockList, isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Digest } from '../../src-shared/domain/ids.ts';
import type { Containers } from '../compute/containers/containers.ts';
import type { Job } from '../compute/job.ts';
import type { Manifest } from '../models/manifest.ts';
import type { Servers } from '../models/servers.ts';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

interface Where {
  readonly digest: Digest;
  readonly manifest: Manifest;
  readonly signal?: AbortSignal;
}

/**
 * Runs a job with the address of the server that has its model: one that the person bound it to, or the container of the
 * image that its manifest names, started first if it does not run; none for models that need none.
 */
export async function withServer<T>(
  { servers, containers }: { readonly servers: Servers; readonly containers: Containers },
  { digest, manifest, signal }: Where,
  run: (server: Pick<Job, 'server' | 'serverAt'>) => Promise<T>,
): Promise<T> {
  const server = servers.of(digest);
  if (server !== undefined) return run({ server, serverAt: await whereIs(server) });
  const image = manifest.runtime === 'cog' ? manifest.cog.image : null;
  if (image === null || !containers.has(image)) return run({});
  return containers.use(image, signal, (url) => run({ server: url, serverAt: 'here' }));
}

/** Whether a server uses the devices of this machine. One whose name means nothing cannot be asked, wherever it is. */
export async function whereIs(server: string): Promise<'here' | 'elsewhere'> {
  const host = new URL(server).hostname.replace(/^\[|\]$/g, '');
  const found = await lookup(host, { all: true }).catch(() => []);
  const own = Object.values(networkInterfaces()).flatMap((each) => each?.map(({ address }) => address) ?? []);
  return found.some(
    ({ address }) => own.includes(address) || LOOPBACK.check(address, isIPv6(address) ? 'ipv6' : 'ipv4'),
  )
    ? 'here'
    : 'elsewhere';
}
