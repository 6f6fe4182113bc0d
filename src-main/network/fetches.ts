import type { Cid, PeerId } from '../../src-shared/domain/ids.ts';
import { ContentError } from '../content/index.ts';
import { BlobFetch, type FetchSurroundings } from './blob-fetch.ts';
import { NetworkError } from './errors.ts';
import type { FetchRequest, FetchResult } from './protocol.ts';

interface Running {
  readonly result: Promise<FetchResult>;
  readonly controller: AbortController;
}

const MAX_RUNNING = 8;

/** Fetches in progress: one per blob, joined by later callers, a few at once, each with its deadline. */
export class Fetches {
  readonly #around: FetchSurroundings;
  readonly #running = new Map<Cid, Running>();
  readonly #queue: Array<() => void> = [];
  #active = 0;

  constructor(around: FetchSurroundings) {
    this.#around = around;
  }

  /** Who joins a fetch shares its deadline and providers, not its size limit. */
  async fetch(request: FetchRequest): Promise<FetchResult> {
    const { cid, maxBytes } = request;
    const joined = this.#running.get(cid);
    if (joined === undefined) return this.#start(request);
    const result = await joined.result;
    if (result.size > maxBytes)
      throw new ContentError('TOO_LARGE', `the content has ${result.size} bytes, more than the allowed ${maxBytes}`);
    return result;
  }

  cancel(cid: Cid): void {
    this.#running.get(cid)?.controller.abort(new NetworkError('NETWORK_CANCELLED', 'The transfer was cancelled.'));
  }

  stop(): void {
    for (const cid of this.#running.keys()) this.cancel(cid);
  }

  async #start(request: FetchRequest): Promise<FetchResult> {
    const controller = new AbortController();
    const late = (): void =>
      controller.abort(new NetworkError('NETWORK_DEADLINE', 'The content did not arrive in time; what did is kept.'));
    const timer = setTimeout(late, request.deadlineMs);
    const result = this.#inTurn(() => new BlobFetch(this.#around, request, controller.signal).run());
    this.#running.set(request.cid, { result, controller });
    try {
      return await result;
    } finally {
      clearTimeout(timer);
      this.#running.delete(request.cid);
    }
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#active >= MAX_RUNNING) await new Promise<void>((resolve) => this.#queue.push(resolve));
    this.#active++;
    try {
      return await work();
    } finally {
      this.#active--;
      this.#queue.shift()?.();
    }
  }
}

/** Wakes waiting fetches when something changed: a peer came, or said that it holds something. */
export class News {
  readonly #waiting = new Set<() => void>();

  wake(): void {
    for (const resolve of this.#waiting) resolve();
  }

  wait(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        this.#waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener('abort', done);
      this.#waiting.add(done);
      if (signal.aborted) done();
    });
  }
}

/** Peers to ask for a blob: those that announced it, then everybody connected. */
export function providerOrder(
  announced: readonly PeerId[],
  connected: readonly PeerId[],
  isBanned: (peerId: PeerId) => boolean,
): PeerId[] {
  return [...new Set([...announced, ...connected])].filter((peerId) => !isBanned(peerId));
}
