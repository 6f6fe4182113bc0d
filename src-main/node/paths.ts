import { join } from 'node:path';

/** Everything a node owns, by place. Wallet, models and blobs outlive a network; the rest belongs to one. */
export function profilePaths(profile: string, network: string | null) {
  const data = network === null ? join(profile, 'sandbox') : join(profile, 'networks', network);
  return {
    wallet: join(profile, 'wallet'),
    models: join(profile, 'models'),
    blobs: join(profile, 'blobs'),
    held: join(profile, 'held'),
    data,
    store: join(data, 'folkmoot.db'),
    peers: join(data, 'peers'),
  };
}
export type ProfilePaths = ReturnType<typeof profilePaths>;

/** What lanes read and write, emptied at each start, and what outlives one; both on the disk of the models. */
export function poolFolders(profile: string): { readonly scratch: string; readonly checkpoints: string } {
  return { scratch: join(profile, 'scratch'), checkpoints: join(profile, 'checkpoints') };
}
