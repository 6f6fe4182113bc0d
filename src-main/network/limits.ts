/** Bounds of one peer process. Every one of them is something a stranger could otherwise make us spend. */
export interface PeerLimits {
  readonly maxConnections: number;
  /** Connections that have not finished their handshake. */
  readonly maxPendingConnections: number;
  /** New inbound connections per second and IP. */
  readonly connectionsPerSecond: number;
  readonly handshakeTimeoutMs: number;
  /** Total time for one request on an own protocol, from opening the stream to its last byte. */
  readonly requestTimeoutMs: number;
  /** Blob streams served at once, to all peers together and to one of them. */
  readonly uploads: number;
  readonly uploadsPerPeer: number;
  /** Sustained blob requests per second and peer; four times as many may come in a burst. */
  readonly requestsPerSecond: number;
  /** Malformed or false answers after which a peer is banned; a wrong hash bans at once. */
  readonly faultsBeforeBan: number;
  readonly banMs: number;
  readonly maxPresences: number;
  /** A presence is forgotten this long after its last renewal was received. */
  readonly presenceTtlMs: number;
  readonly presenceEveryMs: number;
  /** Peers dialled from presences until this many connections exist; 0 = never. */
  readonly wantedConnections: number;
  /** How often expired presences are dropped and missing connections dialled. */
  readonly upkeepMs: number;
  /** A connected peer that does not speak our protocols after this long is disconnected. */
  readonly strangerMs: number;
}

export const DEFAULT_LIMITS: PeerLimits = {
  maxConnections: 100,
  maxPendingConnections: 20,
  connectionsPerSecond: 5,
  handshakeTimeoutMs: 10_000,
  requestTimeoutMs: 60_000,
  uploads: 16,
  uploadsPerPeer: 4,
  requestsPerSecond: 25,
  faultsBeforeBan: 3,
  banMs: 30 * 60_000,
  maxPresences: 4_096,
  presenceTtlMs: 15 * 60_000,
  presenceEveryMs: 4 * 60_000,
  wantedConnections: 12,
  upkeepMs: 5_000,
  strangerMs: 30_000,
};

/** Not configurable: both ends must agree on these. */
export const WIRE = {
  /** dag-cbor header of a request or answer, bytes. */
  header: 64 * 1024,
  /** One signed presence, bytes. */
  presence: 16 * 1024,
  /** Presences in one exchange. */
  presencesPerExchange: 16,
  /** Payload of an announcement, bytes. */
  announcement: 16 * 1024,
  /** Chunks in one range request. */
  chunksPerRequest: 16,
  /** Most bytes a peer may send ahead on one stream: half of what libp2p buffers for a paused stream before it resets it. */
  streamWindow: 2 * 1024 * 1024,
} as const;
