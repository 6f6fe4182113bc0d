import type { Log } from '../log.ts';
import type { Part } from '../part.ts';
import type { Store } from '../store/open.ts';
import type { ChainClient } from './client.ts';
import { ChainError } from './errors.ts';
import { decodeLog, INDEXED, type ChainEvent, type RawLog } from './events.ts';
import { IndexRows, type StoredBlock } from './index-rows.ts';

export interface IndexChange {
  /** Tasks and models whose story changed. */
  readonly subjects: ReadonlySet<string>;
  /** Set when blocks were undone: everything above this one. */
  readonly rolledBackTo: number | null;
}

/** Bigger batches lose to garbage collection, smaller ones to round trips (docs/architecture.md). */
const EVENTS_PER_BATCH = 1_000;
const FIRST_RANGE = 500;
const MAX_RANGE = 10_000;
/** How many stored headers are compared per step while searching the common ancestor. */
const ANCESTOR_STEP = 50;
const RETRY_MS = 500;
const REWIND_MS = 10_000;

/** Our contracts' events in SQLite, in step with the chain: batches adapt, parents are checked, reorgs are undone. */
export class Indexer implements Part {
  readonly rows: IndexRows;
  readonly #chain: ChainClient;
  readonly #log: Log;
  readonly #fail: (error: unknown) => void;
  readonly #listeners = new Set<(change: IndexChange) => void>();
  #range = FIRST_RANGE;
  #running = false;
  #busy: Promise<void> | undefined;
  #again = false;
  #timer: NodeJS.Timeout | undefined;
  /** Since when the endpoint does not know our newest block, ms. */
  #unknownSince: number | null = null;
  readonly #rewindMs: number;

  /**
   * @param fail receives what is neither the chain's nor the network's fault: a full or damaged disk.
   * @param rewindMs an endpoint that does not know our newest block may be behind; after this time the chain was set back.
   */
  constructor(db: Store, chain: ChainClient, log: Log, fail: (error: unknown) => void, rewindMs = REWIND_MS) {
    this.#fail = fail;
    this.rows = new IndexRows(db);
    this.#chain = chain;
    this.#log = log;
    this.#rewindMs = rewindMs;
    chain.onHead(() => this.#kick());
  }

  onChange(listener: (change: IndexChange) => void): void {
    this.#listeners.add(listener);
  }

  /** Number of the newest block that the index has read and found to follow the one before. */
  get height(): number {
    return this.rows.tip()?.number ?? -1;
  }

  /** Resolves when the index has caught up with the chain as it was at the start. May be tried again when it rejects. */
  async start(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    try {
      await this.#work();
    } catch (error) {
      this.#running = false;
      throw error;
    }
  }

  async stop(): Promise<void> {
    this.#running = false;
    clearTimeout(this.#timer);
    await this.#busy;
  }

  #kick(): void {
    if (!this.#running) return;
    this.#again = true;
    if (this.#busy !== undefined) return;
    this.#work().catch((error: unknown) => {
      // The head watcher reports a chain that is gone; the next block wakes us again.
      if (!(error instanceof ChainError)) return this.#fail(error);
      if (error.code !== 'CHAIN_GONE') this.#log(`indexer: ${error.message}`);
      return this.#later();
    });
  }

  /** One at a time, whoever asks: two would write each other's past. */
  #work(): Promise<void> {
    clearTimeout(this.#timer);
    const work = this.#catchUp().finally(() => {
      this.#busy = undefined;
      if (this.#again) this.#kick();
    });
    this.#busy = work.catch(() => undefined);
    return work;
  }

  /** Something did not fit yet: look again soon, and not at once. */
  #later(): void {
    if (!this.#running) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#kick(), RETRY_MS);
    this.#timer.unref();
  }

  async #catchUp(): Promise<void> {
    this.#again = false;
    while (this.#running) {
      const head = await this.#chain.block('latest');
      if (head === null) return this.#later();
      const tip = this.rows.tip();
      const found = tip === undefined ? 'there' : await this.#look(tip, head.number);
      if (found === 'unknown') return this.#later();
      if (tip !== undefined && found === 'replaced') {
        await this.#rollback(tip);
        continue;
      }
      const from = tip === undefined ? this.#chain.network.anchor.number : tip.number + 1;
      if (from > head.number) return;
      if (!(await this.#batch(from, Math.min(head.number, from + this.#range - 1), tip))) return this.#later();
    }
  }

  /** Public endpoints are many machines and some are behind: that one does not know our block proves nothing, for a while. */
  async #look(tip: StoredBlock, head: number): Promise<'there' | 'replaced' | 'unknown'> {
    const [known] = this.rows.blocksBelow(head, 1);
    const block = known === undefined ? null : await this.#chain.block(known.number);
    if (block !== null && block.hash !== known?.hash) return 'replaced';
    if (block !== null && known?.number === tip.number) {
      this.#unknownSince = null;
      return 'there';
    }
    this.#unknownSince ??= Date.now();
    if (Date.now() - this.#unknownSince < this.#rewindMs) return 'unknown';
    this.#unknownSince = null;
    return 'replaced';
  }

  /** @returns false when the chain moved between the requests, so that nothing was taken over. */
  async #batch(from: number, to: number, tip: StoredBlock | undefined): Promise<boolean> {
    const last = await this.#chain.block(to);
    if (last === null) return false;
    const logs = await this.#logs(from, last);
    if (logs === null) return true;
    const headers = new Map([[to, last]]);
    for (const number of new Set([from, ...logs.map((log) => Number(log.blockNumber))])) {
      const block = headers.get(number) ?? (await this.#chain.block(number));
      if (block === null) return false;
      headers.set(number, block);
    }
    // A reorg between the requests shows as a parent, a log or a last block that does not fit.
    if (tip !== undefined && headers.get(from)?.parent !== tip.hash) return false;
    if (logs.some((log) => headers.get(Number(log.blockNumber))?.hash !== log.blockHash)) return false;
    if (from !== to && (await this.#chain.block(to))?.hash !== last.hash) return false;
    if (!this.#running) return false;
    const events = logs
      .map((log) => decodeLog(this.#chain.network, log, headers.get(Number(log.blockNumber))?.time ?? 0))
      .filter((event): event is ChainEvent => event !== null);
    const withEvents = new Set(events.map(({ block }) => block));
    const subjects = this.rows.append(
      [...headers.values()].filter(({ number }) => number === to || withEvents.has(number)),
      events,
    );
    const grown = Math.floor((this.#range * EVENTS_PER_BATCH) / Math.max(logs.length, EVENTS_PER_BATCH / 4));
    this.#range = Math.max(1, Math.min(MAX_RANGE, grown));
    if (subjects.size > 0) this.#tell({ subjects, rolledBackTo: null });
    return true;
  }

  /**
   * Logs of our contracts from block `from` to `last`. A single block is asked for by hash: an endpoint that does not
   * know it says so, instead of answering with nothing. @returns null when the endpoint wants a smaller range.
   */
  async #logs(from: number, last: StoredBlock): Promise<RawLog[] | null> {
    const address = INDEXED.map((name) => this.#chain.network.contracts[name]);
    const single = from === last.number;
    const where = single ? { blockHash: last.hash } : { fromBlock: hex(from), toBlock: hex(last.number) };
    try {
      return await this.#chain.request<RawLog[]>('eth_getLogs', [{ address, ...where }]);
    } catch (error) {
      if (single || !(error instanceof ChainError)) throw error;
      // Too many blocks, too many results, or too slow: every endpoint has its own limit and words.
      this.#range = Math.max(1, Math.floor((last.number - from + 1) / 2));
      if (error.code === 'CHAIN_GONE') throw error;
      return null;
    }
  }

  async #rollback(tip: StoredBlock): Promise<void> {
    let ancestor = this.#chain.network.anchor.number - 1;
    let below = tip.number;
    search: for (;;) {
      const stored = this.rows.blocksBelow(below, ANCESTOR_STEP);
      if (stored.length === 0) break;
      for (const block of stored) {
        if ((await this.#chain.block(block.number))?.hash === block.hash) {
          ancestor = block.number;
          break search;
        }
        below = block.number - 1;
      }
    }
    this.#log(`indexer: the chain changed its mind, ${tip.number - ancestor} blocks undone`);
    const subjects = this.rows.rollback(ancestor);
    this.#tell({ subjects, rolledBackTo: ancestor });
  }

  #tell(change: IndexChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
