import { NetworkError } from './errors.ts';

/** Every name on the wire carries the network id: peers of two networks share no protocol, not even ping. */
export interface NetworkNames {
  /** Prefix of libp2p's own identify and ping. */
  readonly prefix: string;
  readonly blob: string;
  readonly presence: string;
  readonly proof: string;
  readonly topics: { readonly results: string; readonly blobs: string; readonly presence: string };
}

/** @throws NetworkError `NETWORK_BAD_INPUT` unless the id is 1 to 32 of a-z, 0-9, `-`. */
export function networkNames(networkId: string): NetworkNames {
  if (!/^[a-z0-9][a-z0-9-]{0,31}$/.test(networkId))
    throw new NetworkError('NETWORK_BAD_INPUT', 'the network id is not valid');
  const prefix = `folkmoot/${networkId}`;
  return {
    prefix,
    blob: `/${prefix}/blob/1.0.0`,
    presence: `/${prefix}/presence/1.0.0`,
    proof: `/${prefix}/proof/1.0.0`,
    topics: {
      results: `/${prefix}/gossip/results`,
      blobs: `/${prefix}/gossip/blobs`,
      presence: `/${prefix}/gossip/presence`,
    },
  };
}
