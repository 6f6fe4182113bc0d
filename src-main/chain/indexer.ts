import type { Log } from '../log.ts';
import type { Part } from '../part.ts';
import type { Store } from '../store/open.ts';
import type { ChainClient } from './client.ts';
import { ChainError } from './errors.ts';
import { decodeLog, type ChainEvent, type RawLog } from './events.ts';
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

  /** @param fail receives what is neither the chain's nor the network's fault: a full or damaged disk. */
  constructor(db: Store, chain: ChainClient, log: Log, fail: (error: unknown) => void) {
    this.#fail = fail;
    this.rows = new IndexRows(db);
    this.#chain = chain;
    this.#log = log;
    chain.onHead(() => this.#kick());
  }

  onChange(listener: (change: IndexChange) => void): void {
    this.#listeners.add(listener);
  }

  /** Resolves when the index has caught up with the chain as it was at the start. */
  async start(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    await this.#catchUp();
    this.#kick();
  }

  async stop(): Promise<void> {
    this.#running = false;
    await this.#busy;
  }

  #kick(): void {
    if (!this.#running) return;
    this.#again = true;
    this.#busy ??= this.#catchUp()
      .catch((error: unknown) => {
        // The head watcher reports a chain that is gone; the next block wakes us again.
        if (!(error instanceof ChainError)) return this.#fail(error);
        if (error.code !== 'CHAIN_GONE') this.#log(`indexer: ${error.message}`);
        return undefined;
      })
      .finally(() => {
        this.#busy = undefined;
        if (this.#again) this.#kick();
      });
  }

  async #catchUp(): Promise<void> {
    this.#again = false;
    for (;;) {
      const head = await this.#chain.block('latest');
      if (head === null) return;
      const tip = this.rows.tip();
      if (tip !== undefined && !(await this.#stillThere(tip, head.number))) {
        await this.#rollback(tip);
        continue;
      }
      const from = tip === undefined ? this.#chain.network.deployBlock : tip.number + 1;
      if (from > head.number) return;
      await this.#batch(from, Math.min(head.number, from + this.#range - 1), tip);
      if (!this.#running) return;
    }
  }

  async #stillThere(tip: StoredBlock, head: number): Promise<boolean> {
    if (tip.number > head) return false;
    return (await this.#chain.block(tip.number))?.hash === tip.hash;
  }

  async #batch(from: number, to: number, tip: StoredBlock | undefined): Promise<void> {
    const { market, registry } = this.#chain.network.contracts;
    const logs = await this.#chain.request<RawLog[]>('eth_getLogs', [
      { address: [market, registry], fromBlock: hex(from), toBlock: hex(to) },
    ]);
    const numbers = new Set([from, to, ...logs.map((log) => Number(log.blockNumber))]);
    const headers = new Map<number, StoredBlock & { parent: string }>();
    for (const number of numbers) {
      const block = await this.#chain.block(number);
      if (block === null) return;
      headers.set(number, block);
    }
    // A reorg between the requests shows as a parent or a log that does not fit: ask again.
    if (tip !== undefined && headers.get(from)?.parent !== tip.hash) return;
    if (logs.some((log) => headers.get(Number(log.blockNumber))?.hash !== log.blockHash)) return;
    const events = logs
      .map((log) => decodeLog(this.#chain.network, log, headers.get(Number(log.blockNumber))?.time ?? 0))
      .filter((event): event is ChainEvent => event !== null);
    const keep = [...headers.values()].filter(
      ({ number }) => number === to || events.some((event) => event.block === number),
    );
    const subjects = this.rows.append(keep, events);
    this.#range = Math.max(
      1,
      Math.min(MAX_RANGE, Math.floor((this.#range * EVENTS_PER_BATCH) / Math.max(logs.length, EVENTS_PER_BATCH / 4))),
    );
    if (subjects.size > 0) this.#tell({ subjects, rolledBackTo: null });
  }

  async #rollback(tip: StoredBlock): Promise<void> {
    let ancestor = this.#chain.network.deployBlock - 1;
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
