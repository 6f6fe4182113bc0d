import type { Cid, Digest, PeerId, Timestamp } from '../../src-shared/domain/ids.ts';
import type { PeerLimits } from './limits.ts';
import type { Presence, PresenceInput } from './presence.ts';
import type { ProofAnswer, ProofAsked, ProofGiven, ProofRequest } from './proof-protocol.ts';

/** What main may announce; each is one gossip topic of this network. */
export type AnnouncementTopic = 'results' | 'blobs';

export interface PeerInit {
  /** Lower case letters, digits and `-`, at most 32: names every protocol and topic, so networks never mix. */
  readonly networkId: string;
  /** 32 bytes: the Ed25519 seed of the peer key. Made and kept by the parent; never written by the peer process. */
  readonly seed: Uint8Array;
  /** Multiaddr text. If all are loopback, nothing but loopback is ever dialled. */
  readonly listen: readonly string[];
  /** Multiaddr text with `/p2p/<id>`. */
  readonly bootstrap: readonly string[];
  /** Announces this machine on the local network: off unless a person asked for it. */
  readonly mdns: boolean;
  readonly blobDirectory: string;
  readonly limits?: Partial<PeerLimits>;
}

export interface PeerStatus {
  readonly peerId: PeerId;
  readonly addrs: readonly string[];
  readonly connections: number;
  readonly presences: number;
  readonly banned: readonly PeerId[];
  /** Malformed or false messages since the start. */
  readonly faults: number;
  readonly mdns: boolean;
  /** Blob bytes since the start. */
  readonly bytesServed: number;
  readonly bytesFetched: number;
}

export interface PeerView {
  readonly peerId: PeerId;
  /** Address of the open connection, multiaddr text. */
  readonly addr: string;
  readonly direction: 'inbound' | 'outbound';
  /** `/tls/1.0.0` or `/noise`. */
  readonly encryption: string;
  readonly since: Timestamp;
}

export interface FetchRequest {
  readonly cid: Cid;
  /** A blob that says it is larger is refused before its first byte. */
  readonly maxBytes: number;
  /** Asked first, in this order; then peers that announced the CID, then every connected peer. */
  readonly providers?: readonly PeerId[];
  /** Whole transfer, milliseconds; what has arrived by then is kept for the next try. */
  readonly deadlineMs: number;
}

export interface FetchResult {
  readonly cid: Cid;
  readonly digest: Digest;
  readonly size: number;
}

/** Errors of the network that the parent sees; content errors (`TOO_LARGE`, `DISK_FULL`, ...) keep their own codes. */
export type NetworkErrorCode =
  | 'NETWORK_BAD_INPUT'
  | 'NETWORK_NOT_STARTED'
  | 'NETWORK_UNREACHABLE'
  | 'NETWORK_NO_PROVIDER'
  | 'NETWORK_DEADLINE'
  | 'NETWORK_CANCELLED';

export type PeerMethods = {
  init: { input: PeerInit; output: PeerStatus };
  status: { input: null; output: PeerStatus };
  /** Multiaddr text with `/p2p/<id>`. */
  connectTo: { input: { addr: string }; output: { peerId: PeerId } };
  peers: { input: null; output: readonly PeerView[] };
  fetchBlob: { input: FetchRequest; output: FetchResult };
  cancelFetch: { input: { cid: Cid }; output: null };
  /** Says on `blobs` that this node holds the blob. @throws `NOT_FOUND`. */
  provide: { input: { cid: Cid }; output: { recipients: number } };
  /** Size in bytes, or null. */
  has: { input: { cid: Cid }; output: number | null };
  /** null = stop speaking; what others know of us expires. */
  setPresence: { input: PresenceInput | null; output: { seq: number } };
  presences: { input: null; output: readonly Presence[] };
  /** `recipients` 0 means that nobody heard it: nothing is queued. */
  announce: { input: { topic: AnnouncementTopic; payload: Uint8Array }; output: { recipients: number } };
  /** Asks a peer to compute something now. @throws `NETWORK_UNREACHABLE`. */
  askProof: { input: ProofRequest & { peerId: PeerId }; output: ProofGiven };
  /** What the node computed for a `proofAsked`. */
  answerProof: { input: { id: number; answer: ProofAnswer }; output: null };
  ban: { input: { peerId: PeerId; ms: number; reason: string }; output: null };
  /** Counts something against a peer that only the node could see; a few of them shut it out. */
  fault: { input: { peerId: PeerId; reason: string }; output: null };
};

export interface Announcement {
  readonly topic: AnnouncementTopic;
  /** The signer of the message, not who passed it on. */
  readonly from: PeerId;
  readonly payload: Uint8Array;
}

export interface TransferProgress {
  readonly cid: Cid;
  readonly received: number;
  readonly size: number;
  readonly provider: PeerId;
}

export type PeerEvents = {
  peersChanged: { readonly connections: number };
  /** New or renewed; the peer's signature was checked, the account's was not. */
  presence: Presence;
  announcement: Announcement;
  transferProgress: TransferProgress;
  /** Answered with `answerProof`; rate and number are bounded already. */
  proofAsked: ProofAsked;
  /** A peer was shut out. */
  banned: { readonly peerId: PeerId; readonly reason: string; readonly until: Timestamp };
};
