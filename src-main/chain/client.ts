import type { Abi } from 'abitype';
import { FetchRequest, JsonRpcProvider } from 'ethers';
import type { ChainView } from '../../src-shared/domain/node.ts';
import type { Log } from '../log.ts';
import type { Part } from '../part.ts';
import {
  describeRevert,
  encodeCall,
  type Contract,
  type FunctionArgs,
  type FunctionName,
  type FunctionResult,
} from './abi.ts';
import { ChainError, chainGone } from './errors.ts';
import type { NetworkFile } from './network-file.ts';

export interface Head {
  readonly number: number;
  readonly hash: string;
  /** Block time, seconds since 1970. */
  readonly time: number;
}

const REQUEST_TIMEOUT_MS = 10_000;
const RETRY_MS = 3_000;
/** A clock that is off by less is taken for right. */
const SKEW_TOLERANCE_S = 5;

/** The chain as the node sees it: raw requests with a deadline, typed reads, and a watch on the newest block. */
export class ChainClient implements Part {
  readonly network: NetworkFile;
  readonly #provider: JsonRpcProvider;
  readonly #log: Log;
  readonly #retryMs: number;
  readonly #headListeners = new Set<(head: Head) => void>();
  readonly #viewListeners = new Set<() => void>();
  #head: Head | undefined;
  #state: ChainView['state'] = 'starting';
  #skew: number | null = null;
  /** When the chain was last looked at, ms. */
  #lookedAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #running = false;

  /** @param retryMs pause after a look that failed. */
  constructor(network: NetworkFile, log: Log, retryMs = RETRY_MS) {
    this.network = network;
    this.#retryMs = retryMs;
    this.#log = log;
    const request = new FetchRequest(network.rpc);
    request.timeout = REQUEST_TIMEOUT_MS;
    this.#provider = new JsonRpcProvider(request, network.chainId, {
      staticNetwork: true,
      batchMaxCount: 1,
      cacheTimeout: -1,
    });
  }

  get head(): Head | undefined {
    return this.#head;
  }

  view(): ChainView {
    return {
      state: this.#state,
      block: this.#head?.number ?? 0,
      blockAt: this.#head === undefined ? null : this.#head.time * 1_000,
      endpoint: new URL(this.network.rpc).origin,
      clockSkew: this.#skew,
    };
  }

  /** Chain time in seconds: this machine's clock corrected by what new blocks said. */
  now(): number {
    const wall = Math.floor(Date.now() / 1_000) + (this.#skew ?? 0);
    return Math.max(wall, this.#head?.time ?? 0);
  }

  onHead(listener: (head: Head) => void): void {
    this.#headListeners.add(listener);
  }
  onView(listener: () => void): void {
    this.#viewListeners.add(listener);
  }

  /** @throws ChainError `CHAIN_WRONG` when the endpoint serves another chain, `CHAIN_GONE` when nobody answers. */
  async start(): Promise<void> {
    if (this.#running) return;
    const { number, hash } = this.network.anchor;
    const anchor = await this.block(number);
    const id = Number(await this.request<string>('eth_chainId', []));
    if (id !== this.network.chainId || anchor?.hash !== hash) {
      throw new ChainError(
        'CHAIN_WRONG',
        `The endpoint serves chain ${id}, not the network “${this.network.name}” that was asked for.`,
        {
          remedy: 'Check the address in the network file.',
        },
      );
    }
    this.#running = true;
    await this.#poll();
  }

  async stop(): Promise<void> {
    this.#running = false;
    clearTimeout(this.#timer);
    this.#provider.destroy();
  }

  /** @throws ChainError `CHAIN_GONE`, `CHAIN_BUSY`, or `CHAIN_REFUSED` with the contract's own reason. */
  async request<T>(method: string, params: readonly unknown[]): Promise<T> {
    try {
      return (await this.#provider.send(method, [...params])) as T;
    } catch (error) {
      throw this.#translate(method, error);
    }
  }

  async read<A extends Abi, N extends FunctionName<A>>(
    contract: Contract<A>,
    address: string,
    name: N,
    args: FunctionArgs<A, N>,
  ): Promise<FunctionResult<A, N>> {
    const data = encodeCall(contract, name, args);
    const answer = await this.request<string>('eth_call', [{ to: address, data }, 'latest']);
    const decoded = contract.codec.decodeFunctionResult(name, answer);
    return (decoded.length === 1 ? decoded[0] : decoded) as FunctionResult<A, N>;
  }

  async block(tag: number | 'latest'): Promise<(Head & { readonly parent: string; readonly baseFee: bigint }) | null> {
    const raw = await this.request<{
      number: string;
      hash: string;
      timestamp: string;
      parentHash: string;
      baseFeePerGas?: string;
    } | null>('eth_getBlockByNumber', [tag === 'latest' ? tag : `0x${tag.toString(16)}`, false]);
    if (raw === null) return null;
    return {
      number: Number(raw.number),
      hash: raw.hash,
      time: Number(raw.timestamp),
      parent: raw.parentHash,
      baseFee: BigInt(raw.baseFeePerGas ?? '0x0'),
    };
  }

  async #poll(): Promise<void> {
    let delay = this.network.pollMs;
    try {
      const block = await this.block('latest');
      if (block !== null) this.#seen(block);
      this.#lookedAt = Date.now();
      this.#setState('ok');
    } catch (error) {
      delay = this.#retryMs;
      if (this.#state !== 'gone') this.#log(`chain: ${error instanceof Error ? error.message : String(error)}`);
      this.#setState('gone');
    }
    if (!this.#running) return;
    this.#timer = setTimeout(() => void this.#poll(), delay);
    this.#timer.unref();
  }

  #seen(block: Head): void {
    if (block.hash === this.#head?.hash) return;
    // Only a block that arrived while we watched tells the time: it was made between the last look and this one.
    if (this.#head !== undefined) {
      const newest = block.time - Math.floor(Date.now() / 1_000);
      const oldest = block.time - Math.floor(this.#lookedAt / 1_000);
      this.#skew = newest > SKEW_TOLERANCE_S ? newest : oldest < -SKEW_TOLERANCE_S ? oldest : 0;
    }
    this.#head = { number: block.number, hash: block.hash, time: block.time };
    for (const listener of this.#headListeners) listener(this.#head);
    for (const listener of this.#viewListeners) listener();
  }

  #setState(state: ChainView['state']): void {
    if (this.#state === state) return;
    this.#state = state;
    for (const listener of this.#viewListeners) listener();
  }

  #translate(method: string, error: unknown): ChainError {
    const { error: inner, info, data } = error as { error?: RpcError; info?: { error?: RpcError }; data?: unknown };
    const rpc = inner ?? info?.error;
    if (rpc === undefined) return chainGone(new URL(this.network.rpc).origin, error);
    const why = typeof data === 'string' && data !== '0x' ? describeRevert(data) : (rpc.message ?? 'no reason given');
    const said = why.slice(0, MAX_REASON);
    if (isRefusal(method, rpc, data)) return new ChainError('CHAIN_REFUSED', said, { cause: error });
    return new ChainError('CHAIN_BUSY', `The chain's endpoint could not answer ${method}: ${said}`, { cause: error });
  }
}

const MAX_REASON = 300;

/** Whether the contract or the chain's rules said no, and not an endpoint that is busy, limited or behind. */
function isRefusal(method: string, { code, message = '' }: RpcError, data: unknown): boolean {
  if (method === 'eth_sendRawTransaction') return true;
  if (method !== 'eth_call' && method !== 'eth_estimateGas') return false;
  return (
    code === 3 || typeof data === 'string' || /revert|insufficient funds|gas required exceeds|out of gas/i.test(message)
  );
}

interface RpcError {
  readonly code?: number;
  readonly message?: string;
}
