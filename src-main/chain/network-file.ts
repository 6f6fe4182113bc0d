import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Address } from '../../src-shared/domain/ids.ts';
import { ChainError } from './errors.ts';

const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/) as unknown as z.ZodType<Address>;

/** Everything a node needs to take part in one network. Written by the sandbox, or handed out by whoever deployed one. */
export const networkFile = z.object({
  format: z.literal(1),
  /** Lower case, part of every peer protocol's name: networks never mix. */
  name: z.string().regex(/^[a-z0-9-]{1,24}$/),
  kind: z.enum(['sandbox', 'live']),
  chainId: z.number().int().positive(),
  rpc: z.url({ protocol: /^https?$/ }),
  /**
   * A block after the contracts' deployment and before their first event: the index starts there, and two chains that
   * share an id never share its hash. Not block 0: anvil makes a new one at every start.
   */
  anchor: z.object({ number: z.number().int().nonnegative(), hash: z.string().regex(/^0x[0-9a-f]{64}$/) }),
  contracts: z.object({
    token: address,
    vault: address,
    registry: address,
    court: address,
    market: address,
    duty: address,
    replicas: address,
    batches: address,
  }),
  pollMs: z.number().int().min(100).max(60_000),
  /** Multiaddrs of peers to meet first. */
  bootstrap: z.array(z.string().max(400)).max(50),
});
export type NetworkFile = z.infer<typeof networkFile>;

/** @throws ChainError `NETWORK_FILE` with the field that is wrong. */
export function readNetworkFile(path: string): NetworkFile {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new ChainError('NETWORK_FILE', `The network file ${path} cannot be read.`, { cause: error });
  }
  return parseNetworkFile(text, path);
}

export function parseNetworkFile(text: string, path: string): NetworkFile {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new ChainError('NETWORK_FILE', `The network file ${path} is not JSON.`);
  }
  const parsed = networkFile.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new ChainError(
    'NETWORK_FILE',
    `The network file ${path} is not valid: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
  );
}
