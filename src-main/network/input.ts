import { peerIdFromString } from '@libp2p/peer-id';
import type { PeerId as Libp2pPeerId } from '@libp2p/interface';
import type { PeerId } from '../../src-shared/domain/ids.ts';
import { isLoopbackAddress, parseAddress, peerIn, type DialScope } from './addresses.ts';
import { NetworkError } from './errors.ts';
import type { PresenceInput } from './presence.ts';
import { scoresShape } from './proof-protocol.ts';
import type { PeerInit } from './protocol.ts';
import { bindingShape, modelsShape, rolesShape } from './presence-codec.ts';

/** Mistakes of our own parent are named, not guessed around. All throw NetworkError `NETWORK_BAD_INPUT`. */
export function checkInit(init: PeerInit, scope: DialScope): void {
  if (init.seed.length !== 32) throw new NetworkError('NETWORK_BAD_INPUT', 'the peer key needs a seed of 32 bytes');
  for (const text of init.bootstrap) {
    const address = parseAddress(text);
    if (peerIn(address) === undefined)
      throw new NetworkError('NETWORK_BAD_INPUT', `bootstrap ${text} does not end in /p2p/<peer id>`);
    if (scope === 'loopback' && !isLoopbackAddress(address)) {
      throw new NetworkError(
        'NETWORK_BAD_INPUT',
        `bootstrap ${text} leaves this machine, but the node listens on loopback only`,
      );
    }
  }
}

export function checkPresence(input: PresenceInput): void {
  const parts = [
    bindingShape.safeParse(input.binding),
    rolesShape.safeParse(input.roles),
    modelsShape.safeParse(input.models),
    scoresShape.optional().safeParse(input.scores),
  ];
  if (parts.some(({ success }) => !success)) throw new NetworkError('NETWORK_BAD_INPUT', 'the presence is not valid');
}

export function parsePeerId(text: PeerId): Libp2pPeerId {
  try {
    return peerIdFromString(text);
  } catch (cause) {
    throw new NetworkError('NETWORK_BAD_INPUT', 'not a peer id', { cause });
  }
}
