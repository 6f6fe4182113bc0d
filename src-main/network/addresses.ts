import { isLoopback, isPrivate } from '@libp2p/utils';
import { multiaddr, type Multiaddr } from '@multiformats/multiaddr';
import { NetworkError } from './errors.ts';

/**
 * Which addresses told by others are dialled. `loopback`: a sandbox, nothing leaves the machine. `lan`: a person switched
 * on local discovery. `public`: strangers cannot make us knock at doors of the local network.
 */
export type DialScope = 'loopback' | 'lan' | 'public';

/** @throws NetworkError `NETWORK_BAD_INPUT`. */
export function parseAddress(text: string): Multiaddr {
  try {
    const address = text.length <= 256 ? multiaddr(text) : undefined;
    if (address !== undefined && address.getComponents().length > 0) return address;
  } catch {
    // Named below.
  }
  throw new NetworkError('NETWORK_BAD_INPUT', `“${text.slice(0, 60)}” is not a peer address`);
}

function isNamed(address: Multiaddr): boolean {
  return address.getComponents().some(({ name }) => name.startsWith('dns'));
}

/** A name could resolve to anything, so it does not count as loopback. */
export function isLoopbackAddress(address: Multiaddr): boolean {
  return !isNamed(address) && isLoopback(address);
}

export function dialScope(listen: readonly string[], mdns: boolean): DialScope {
  if (mdns) return 'lan';
  return listen.length > 0 && listen.every((text) => isLoopbackAddress(parseAddress(text))) ? 'loopback' : 'public';
}

export function mayDial(address: Multiaddr, scope: DialScope): boolean {
  const [first] = address.getComponents();
  if (first === undefined || !['ip4', 'ip6', 'dns', 'dns4', 'dns6', 'dnsaddr'].includes(first.name)) return false;
  if (first.name === 'ip4' && first.value?.startsWith('0.')) return false;
  if (scope === 'loopback') return isLoopbackAddress(address);
  if (isLoopbackAddress(address)) return false;
  return scope === 'lan' || isNamed(address) || !isPrivate(address);
}

/** The peer id at the end of an address, if it has one. */
export function peerIn(address: Multiaddr): string | undefined {
  return address.getComponents().findLast(({ name }) => name === 'p2p')?.value;
}
