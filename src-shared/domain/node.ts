import type { ErrorView } from './errors.ts';
import type { Amount, Address, PeerId, Timestamp } from './ids.ts';
import type { ClaimView, OwnClaim } from './speed.ts';

export const STAGES = ['store', 'chain', 'contracts', 'wallet', 'peers', 'compute'] as const;
export type StageId = (typeof STAGES)[number];

/** `needs-you`: waits for a person (no wallet yet, wallet locked). */
export type StageState = 'waiting' | 'starting' | 'ready' | 'needs-you' | 'failed';

export interface Stage {
  readonly id: StageId;
  readonly state: StageState;
  /** One sentence for people, with the cause when it failed. */
  readonly detail: string;
}

export interface NodeView {
  readonly version: string;
  readonly host: 'desktop' | 'rig';
  readonly network: 'sandbox' | 'live';
  readonly networkName: string;
  readonly chainId: number;
  readonly stages: readonly Stage[];
  /** Things a person should know now: chain gone, disk full, clock off. Empty when everything is all right. */
  readonly notices: readonly Notice[];
}

export interface Notice {
  readonly id: string;
  readonly level: 'info' | 'need' | 'trouble';
  readonly text: string;
  readonly remedy?: string;
  readonly since: Timestamp;
}

export type ActivityState = 'starting' | 'working' | 'waiting' | 'paused' | 'needs-you' | 'stopped';

/** What the machine does and why: the one sentence that tray, Home, log and command line share. */
export interface Activity {
  readonly state: ActivityState;
  /** Stable, for tests and programs. */
  readonly code: string;
  /** "Working on 1 task", "Waiting for work". */
  readonly title: string;
  readonly why: string;
  /** What would change it, if anything can. */
  readonly change?: string;
  /** When paused: until when; null means until resumed by hand. */
  readonly pausedUntil?: Timestamp | null;
}

export interface WalletView {
  readonly state: 'none' | 'locked' | 'unlocked' | 'damaged';
  readonly error?: ErrorView;
  readonly address: Address | null;
  /** True once the person proved to have written the words down. */
  readonly backedUp: boolean;
  readonly balances: Balances | null;
}

/** All in MOOT base units, except `gas` (wei of the chain's own coin). */
export interface Balances {
  /** Tokens in the wallet itself. */
  readonly wallet: Amount;
  /** In the vault, ready to pay for tasks. */
  readonly prepaid: Amount;
  /** In the vault as stake, locked part included. */
  readonly stake: Amount;
  /** Part of the stake that secures pending results. */
  readonly locked: Amount;
  readonly gas: string;
  readonly at: Timestamp;
}

export interface NetworkView {
  readonly peerId: PeerId | null;
  readonly addresses: readonly string[];
  readonly state: 'starting' | 'online' | 'alone' | 'down';
  readonly peers: readonly PeerView[];
  /** How fast this node says it is, as peers are told it now; empty until something was told. */
  readonly ownClaims: readonly OwnClaim[];
  /** Whether this machine checks claims of speed now and then by itself. */
  readonly checksSpeed: boolean;
  readonly chain: ChainView;
}

export interface PeerView {
  readonly id: PeerId;
  readonly address: Address | null;
  readonly multiaddr: string;
  readonly since: Timestamp;
  /** What the peer says it does: "takes part". */
  readonly says: string;
  /** How fast it says it is, and whether that holds. */
  readonly claims: readonly ClaimView[];
  /** It gave a wrong result when it was asked for proof: none of its claims counts, and it is asked last for content. */
  readonly distrusted: boolean;
}

export interface ChainView {
  readonly state: 'starting' | 'ok' | 'gone';
  readonly block: number;
  readonly blockAt: Timestamp | null;
  readonly endpoint: string;
  /** Chain clock minus this machine's clock, in seconds; null while unknown. */
  readonly clockSkew: number | null;
}
