import type { Address, ModelId, PeerId, Timestamp } from '../../src-shared/domain/ids.ts';
import type { SpeedClaim } from './proof-protocol.ts';

/**
 * The Ethereum account behind a peer, said once per period and signed by the account (EIP-191 personal message over
 * `bindingText`). The peer process cannot make one: it only carries it.
 */
export interface PresenceBinding {
  readonly address: Address;
  readonly issued: Timestamp;
  /** At most `MAX_BINDING_MS` after `issued`. */
  readonly expires: Timestamp;
  /** 0x and 130 hex digits. */
  readonly signature: string;
}

/** What a node says about itself. Signed by the peer key as a whole; the binding inside is signed by the account too. */
export interface Presence {
  readonly network: string;
  readonly peerId: PeerId;
  /** Where it listens, multiaddr text, best first; may be empty. */
  readonly addrs: readonly string[];
  /** Short words such as `worker`, `validator`, `juror`, `relay`. */
  readonly roles: readonly string[];
  readonly models: readonly ModelId[];
  /** How fast it says it is; anybody may ask for a proof. */
  readonly scores?: readonly SpeedClaim[] | undefined;
  /** The sender's clock; up to two hours wrong is tolerated. */
  readonly time: Timestamp;
  /** Grows with every statement of this peer; the higher one replaces the lower. */
  readonly seq: number;
  readonly binding: PresenceBinding;
}

/** What main hands over; address list, time, seq and the peer signature are the peer process's own. */
export interface PresenceInput {
  readonly roles: readonly string[];
  readonly models: readonly ModelId[];
  readonly scores?: readonly SpeedClaim[] | undefined;
  readonly binding: PresenceBinding;
}

export const MAX_BINDING_MS = 92 * 24 * 3_600_000;
export const CLOCK_SKEW_MS = 2 * 3_600_000;

/** The text that the Ethereum account signs; one line per fact, so that a person can read it in a wallet. */
export function bindingText(network: string, peerId: PeerId, binding: Omit<PresenceBinding, 'signature'>): string {
  return [
    // The wallet signs only texts that begin like this (wallet/statement.ts).
    'Folkmoot peer-binding',
    'This peer acts for this account.',
    `network: ${network}`,
    `peer: ${peerId}`,
    `account: ${binding.address.toLowerCase()}`,
    `from: ${new Date(binding.issued).toISOString()}`,
    `until: ${new Date(binding.expires).toISOString()}`,
  ].join('\n');
}

/**
 * Whether the account really signed the binding and it is in force, seen from a clock that may be two hours off.
 * @param recover address that signed `text` (EIP-191), such as ethers' `verifyMessage`; may throw.
 */
export function bindingHolds(
  presence: Presence,
  now: Timestamp,
  recover: (text: string, signature: string) => string,
): boolean {
  const { binding, network, peerId } = presence;
  if (binding.expires < now - CLOCK_SKEW_MS || binding.issued > now + CLOCK_SKEW_MS) return false;
  try {
    const signer = recover(bindingText(network, peerId, binding), binding.signature);
    return signer.toLowerCase() === binding.address.toLowerCase();
  } catch {
    return false;
  }
}
