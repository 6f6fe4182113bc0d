import type { Address, Digest, TaskId } from '../../src-shared/domain/ids.ts';
import type { ChainClient } from '../chain/client.ts';
import type { IndexRows } from '../chain/index-rows.ts';
import type { Outbox } from '../chain/outbox.ts';
import type { Log } from '../log.ts';
import type { Catalogue } from '../models/catalogue.ts';
import type { Store } from '../store/open.ts';
import type { Steps } from '../store/steps.ts';

/** Bytes by digest: kept here, or fetched from peers and checked. */
export interface Blobs {
  /** Stores and keeps until `release`; peers may fetch it from now on. */
  keep(bytes: Uint8Array): Promise<{ readonly digest: Digest; readonly size: number }>;
  /** Stores what nobody else must know yet: no peer hears of it or gets it before `show`. */
  hold(bytes: Uint8Array): Promise<{ readonly digest: Digest; readonly size: number }>;
  /** Peers may fetch from now on what was held; nothing if it is shown already or not here. */
  show(digest: Digest): Promise<void>;
  /**
   * From here or from peers. @param from account whose peers are asked first.
   * @throws FolkmootError when nobody has it in time, it is larger than `maxBytes`, or the disk is full.
   */
  get(digest: Digest, maxBytes: number, from: Address | null): Promise<Uint8Array>;
}

/** What both sides of the open lane, asking and solving, work with. */
export interface TaskContext {
  readonly db: Store;
  readonly chain: ChainClient;
  readonly index: IndexRows;
  readonly outbox: Outbox;
  readonly catalogue: Catalogue;
  readonly blobs: Blobs;
  readonly steps: Steps;
  readonly log: Log;
  /** Known also while the wallet is locked; null before there is one. */
  readonly account: () => Address | null;
  readonly canSign: () => boolean;
  readonly taskSalt: (task: TaskId) => Promise<`0x${string}`>;
  /** Stake that is not locked, from the vault; null while unknown. */
  readonly freeStake: () => bigint | null;
  /** Whether the chain counts this account as a newcomer, whose results are checked more often. */
  readonly newcomer: () => boolean;
  /** Receives what must stop the node's work: a full or damaged disk. */
  readonly fail: (error: unknown) => void;
}
