export { PeerRate } from './rate.ts';
export { DEFAULT_LIMITS, type PeerLimits } from './limits.ts';
export { Network, type NetworkConfig, type NetworkOptions } from './network.ts';
export { bindingText, MAX_BINDING_MS, type Presence, type PresenceBinding, type PresenceInput } from './presence.ts';
export type {
  Announcement,
  AnnouncementTopic,
  FetchRequest,
  FetchResult,
  NetworkErrorCode,
  PeerStatus,
  PeerView,
  TransferProgress,
} from './protocol.ts';
export {
  MAX_CLAIM,
  PROOF_BURST,
  PROOF_MS,
  PROOF_RATE,
  PROOF_RUNS,
  PROOF_WAY_MS,
  MAX_SCORES,
  scoreShape,
  type ProofAnswer,
  type ProofAsked,
  type ProofGiven,
  type ProofRequest,
  type SpeedClaim,
} from './proof-protocol.ts';
