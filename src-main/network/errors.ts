import { FolkmootError } from '../../src-shared/domain/errors.ts';
import type { NetworkErrorCode } from './protocol.ts';

/** An error of the network that the parent may see; content errors keep their own class and codes. */
export class NetworkError extends FolkmootError {
  declare readonly code: NetworkErrorCode;
  constructor(code: NetworkErrorCode, message: string, options: { cause?: unknown; remedy?: string } = {}) {
    super(code, message, options);
  }
}

/**
 * A peer broke the protocol. `lie` = it vouched for bytes that are not what they claim: banned at once.
 * `garbage` = it cannot be read, or it wastes our time: banned after a few. Never leaves the peer process.
 */
export class PeerFault extends Error {
  readonly kind: 'lie' | 'garbage';
  constructor(kind: 'lie' | 'garbage', message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PeerFault';
    this.kind = kind;
  }
}

/** The other side closed, reset or stayed silent: no proof of bad intent. Never leaves the peer process. */
export class PeerAway extends Error {
  override readonly name: string = 'PeerAway';
}

/** It was there, but our time for it ran out. */
export class PeerSlow extends PeerAway {
  override readonly name = 'PeerSlow';
}
