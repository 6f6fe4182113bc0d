import { Transaction } from 'ethers';
import { FolkmootError } from '../../src-shared/domain/errors.ts';
import type { Address } from '../../src-shared/domain/ids.ts';
import type { Log } from '../log.ts';
import type { Part } from '../part.ts';
import type { Store } from '../store/open.ts';
import type { ChainClient } from './client.ts';
import { ChainError } from './errors.ts';
import { OutboxRows, type Attempt, type OutboxRow, type Spend } from './outbox-rows.ts';

export interface TransactionRequest {
  readonly chainId: number;
  readonly to: string;
  readonly data: string;
  readonly nonce: number;
  readonly gasLimit: bigint;
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
}

/** What the outbox needs of the wallet. `address` is null while it is locked. */
export interface TransactionSigner {
  readonly address: () => Address | null;
  readonly sign: (
    request: TransactionRequest,
  ) => Promise<{ readonly raw: string; readonly hash: string; readonly spend: Spend | null }>;
}

export interface OutboxOptions {
  readonly db: Store;
  readonly chain: ChainClient;
  readonly signer: TransactionSigner;
  readonly log: Log;
  /** Receives what is neither the chain's nor the wallet's fault: a full or damaged disk. */
  readonly fail: (error: unknown) => void;
  /** Height that the index has verified: a receipt above it is not believed yet, or a reorg could go unnoticed. */
  readonly indexed?: () => number;
  /** A transaction that is not mined within this time is sent again with a higher fee; each next time it waits longer. */
  readonly stuckMs?: number;
  /** A nonce must be seen in somebody else's hands for this long before an intent is signed anew. */
  readonly takenMs?: number;
}

const IDLE_MS = 2_000;
/** Nodes refuse a replacement that raises the fee by less than 10 %. */
const BUMP_PERCENT = 125n;
const TIP = 1_000_000_000n;

/**
 * Every transaction of the node: intent row, nonce, signature on disk, wire, receipt. One at a time, in order.
 * After a crash it looks at the chain first: the same intent is never signed for two nonces that can both be mined.
 */
export class Outbox implements Part {
  readonly #rows: OutboxRows;
  readonly #options: OutboxOptions;
  readonly #listeners = new Set<(row: OutboxRow) => void>();
  /** Rows whose nonce was seen used without a receipt of ours, and since when (ms): the endpoint may be behind. */
  readonly #suspects = new Map<number, number>();
  /** Rows whose replacement the wallet refused, and when (ms). */
  readonly #refusedAt = new Map<number, number>();
  /** Counts reorgs: an answer from before one is worth nothing after it. */
  #reorgs = 0;
  #timer: NodeJS.Timeout | undefined;
  #running = false;
  #pumping: Promise<void> | undefined;
  #again = false;

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#rows = new OutboxRows(options.db);
    options.chain.onHead(() => this.kick());
  }

  onChange(listener: (row: OutboxRow) => void): void {
    this.#listeners.add(listener);
  }

  /** Writes the intent; idempotent by `key`. May be called inside the caller's own database transaction. */
  enqueue(intent: { readonly key: string; readonly label: string; readonly to: string; readonly data: string }): void {
    if (this.#rows.insert(intent)) this.kick();
  }

  get(key: string): OutboxRow | undefined {
    return this.#rows.get(key);
  }

  /** The intent that became transaction `hash`, by any of its attempts. */
  keyOf(hash: string): string | undefined {
    return this.#rows.keyOf(hash);
  }

  /** What the signer counted in the last 24 hours, for a signer that starts anew. */
  recentSpends(): Spend[] {
    return this.#rows.spends(Date.now() - 86_400_000);
  }

  /** Tries a failed intent again, for causes that pass (a clock, an empty account). */
  retry(key: string): void {
    const row = this.#rows.get(key);
    if (row?.state !== 'failed') return;
    this.#rows.forget(row.id);
    this.#rows.restart(row.id);
    this.kick();
  }

  /** After a reorg down to block `ancestor`. */
  rollback(ancestor: number): void {
    this.#reorgs++;
    this.#rows.unmine(ancestor);
    this.kick();
  }

  async start(): Promise<void> {
    this.#running = true;
    this.kick();
  }

  async stop(): Promise<void> {
    this.#running = false;
    clearTimeout(this.#timer);
    await this.#pumping;
  }

  kick(): void {
    if (!this.#running) return;
    this.#again = true;
    // Not at once: the caller may be inside a database transaction that fails yet.
    this.#pumping ??= Promise.resolve()
      .then(() => this.#pump())
      .finally(() => {
        this.#pumping = undefined;
        if (this.#again) this.kick();
      });
  }

  async #pump(): Promise<void> {
    this.#again = false;
    clearTimeout(this.#timer);
    try {
      for (const row of this.#rows.in('signed', 'sent')) {
        if (!this.#running) return;
        await this.#follow(row);
      }
      for (const row of this.#rows.in('intent')) if (!this.#running || !(await this.#submit(row))) break;
    } catch (error) {
      // Chain and wallet come back and the next round goes on; a disk that refuses does not.
      if (!(error instanceof FolkmootError)) this.#options.fail(error);
      else if (error.code !== 'CHAIN_GONE') this.#options.log(`outbox: ${error.message}`);
    }
    if (!this.#running) return;
    this.#timer = setTimeout(() => this.kick(), IDLE_MS);
    this.#timer.unref();
  }

  /** Looks before it acts: receipt of any attempt, nonce used elsewhere, stuck, unknown to the chain. */
  async #follow(row: OutboxRow): Promise<void> {
    const { chain, signer, stuckMs = 60_000 } = this.#options;
    const attempts = this.#rows.attempts(row.id);
    if (await this.#settled(row, attempts)) return;
    const latest = attempts.find(({ hash }) => hash === row.hash);
    if (latest === undefined || row.nonce === null || signer.address() === null) return;
    if (row.nonce < (await this.#nonce('latest'))) return this.#taken(row);
    this.#suspects.delete(row.id);
    const known = (await chain.request<object | null>('eth_getTransactionByHash', [latest.hash])) !== null;
    const since = Math.max(latest.at, this.#refusedAt.get(row.id) ?? 0);
    const age = Date.now() - since;
    // A clock that was set back must not keep it waiting for as long.
    const stuck = age < 0 || age > stuckMs * attempts.length;
    // A node also forgets what pays too little: sending that again would not help.
    if (stuck && (known || row.state === 'sent')) await this.#replace(row, latest);
    else if (!known) await this.#broadcast(row.id, latest.raw);
    else if (row.state === 'signed') this.#rows.sent(row.id);
  }

  /** @returns true when an attempt was mined, also when it is too early to believe it. */
  async #settled(row: OutboxRow, attempts: readonly Attempt[]): Promise<boolean> {
    const { chain, indexed = () => Infinity } = this.#options;
    for (const attempt of attempts) {
      const reorgs = this.#reorgs;
      const receipt = await chain.request<Receipt | null>('eth_getTransactionReceipt', [attempt.hash]);
      if (receipt === null) continue;
      const error = receipt.status === '0x0' ? await this.#reason(row, receipt) : null;
      const block = Number(receipt.blockNumber);
      if (block > indexed() || reorgs !== this.#reorgs) return true;
      const cost = BigInt(receipt.gasUsed) * BigInt(receipt.effectiveGasPrice ?? '0x0');
      // An attempt from before the intent was signed anew has another nonce than the row.
      const { nonce } = Transaction.from(attempt.raw);
      this.#rows.mined(row.id, { hash: attempt.hash, nonce, block, gasCost: cost.toString(), error });
      this.#suspects.delete(row.id);
      this.#refusedAt.delete(row.id);
      this.#changed(row.key);
      return true;
    }
    return false;
  }

  /** Why a mined transaction was reverted: asked again, since receipts do not say it. */
  async #reason(row: OutboxRow, { from, blockNumber }: Receipt): Promise<string> {
    try {
      await this.#options.chain.request('eth_call', [{ from, to: row.to, data: row.data }, blockNumber]);
    } catch (error) {
      if (!(error instanceof ChainError) || error.code === 'CHAIN_GONE') throw error;
      if (error.code === 'CHAIN_REFUSED') return error.message;
    }
    return 'the contract refused it';
  }

  /** Its nonce is used and not by us: sign anew, once that is beyond doubt. The attempts stay known, should one be mined yet. */
  #taken(row: OutboxRow): void {
    const { takenMs = 30_000 } = this.#options;
    const since = Math.min(this.#suspects.get(row.id) ?? Infinity, Date.now());
    this.#suspects.set(row.id, since);
    if (Date.now() - since < takenMs) return;
    this.#suspects.delete(row.id);
    this.#rows.restart(row.id);
    this.#again = true;
    this.#changed(row.key);
  }

  /** @returns false when the wallet is locked and nothing further can be sent. */
  async #submit(row: OutboxRow): Promise<boolean> {
    const { chain, signer } = this.#options;
    const from = signer.address();
    if (from === null) return false;
    if (await this.#settled(row, this.#rows.attempts(row.id))) return true;
    let gas: bigint;
    try {
      const estimate = await chain.request<string>('eth_estimateGas', [
        { from, to: row.to, data: row.data },
        'pending',
      ]);
      gas = (BigInt(estimate) * 125n) / 100n;
    } catch (error) {
      if (!(error instanceof ChainError) || error.code !== 'CHAIN_REFUSED') throw error;
      this.#rows.refused(row.id, error.message);
      this.#changed(row.key);
      return true;
    }
    const nonce = Math.max(await this.#nonce('pending'), (this.#rows.highestPendingNonce() ?? -1) + 1);
    await this.#sign(row, nonce, gas, await this.#maxFee(), TIP, false);
    return true;
  }

  async #replace(row: OutboxRow, { max_fee, priority_fee }: Attempt): Promise<void> {
    if (row.nonce === null || row.gas_limit === null) return;
    this.#options.log(`outbox: ${row.label} is stuck, sending it again with a higher fee`);
    const bumped = (fee: string): bigint => (BigInt(fee) * BUMP_PERCENT) / 100n + 1n;
    const now = await this.#maxFee();
    const maxFee = bumped(max_fee) > now ? bumped(max_fee) : now;
    await this.#sign(row, row.nonce, BigInt(row.gas_limit), maxFee, bumped(priority_fee), true);
  }

  /** Wei per gas that hold for a few full blocks. */
  async #maxFee(): Promise<bigint> {
    const head = await this.#options.chain.block('latest');
    return 2n * (head?.baseFee ?? 0n) + TIP;
  }

  async #sign(
    row: OutboxRow,
    nonce: number,
    gasLimit: bigint,
    maxFeePerGas: bigint,
    maxPriorityFeePerGas: bigint,
    replacing: boolean,
  ): Promise<void> {
    const { chain, signer } = this.#options;
    const request = {
      chainId: chain.network.chainId,
      to: row.to,
      data: row.data,
      nonce,
      gasLimit,
      maxFeePerGas,
      maxPriorityFeePerGas,
    };
    let signed: Awaited<ReturnType<TransactionSigner['sign']>>;
    try {
      signed = await signer.sign(request);
    } catch (error) {
      const code = (error as { code?: string }).code;
      if (code !== 'POLICY') throw error;
      if (replacing) {
        // What was sent before may be mined yet: it is followed as it is.
        this.#refusedAt.set(row.id, Date.now());
        return this.#options.log(`outbox: ${row.label} stays as it is: ${(error as Error).message}`);
      }
      this.#rows.refused(row.id, (error as Error).message);
      return this.#changed(row.key);
    }
    const attempt = {
      hash: signed.hash,
      raw: signed.raw,
      max_fee: maxFeePerGas.toString(),
      priority_fee: maxPriorityFeePerGas.toString(),
    };
    this.#rows.signed(row.id, nonce, gasLimit.toString(), attempt, signed.spend);
    await this.#broadcast(row.id, signed.raw);
    this.#changed(row.key);
  }

  async #broadcast(id: number, raw: string): Promise<void> {
    try {
      await this.#options.chain.request('eth_sendRawTransaction', [raw]);
    } catch (error) {
      // "already known" and "nonce too low" mean that it, or a rival, is on its way: the next look tells which.
      if (!(error instanceof ChainError) || error.code !== 'CHAIN_REFUSED') throw error;
      this.#options.log(`outbox: the chain answered “${error.message}”`);
    }
    this.#rows.sent(id);
  }

  async #nonce(tag: 'latest' | 'pending'): Promise<number> {
    const { chain, signer } = this.#options;
    const from = signer.address();
    if (from === null) throw new ChainError('WALLET_LOCKED', 'The wallet is locked.');
    return Number(await chain.request<string>('eth_getTransactionCount', [from, tag]));
  }

  #changed(key: string): void {
    const row = this.#rows.get(key);
    if (row !== undefined) for (const listener of this.#listeners) listener(row);
  }
}

interface Receipt {
  readonly status: string;
  readonly from: string;
  readonly blockNumber: string;
  readonly gasUsed: string;
  readonly effectiveGasPrice?: string;
}
