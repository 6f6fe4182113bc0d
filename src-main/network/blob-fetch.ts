import type { Cid, PeerId } from '../../src-shared/domain/ids.ts';
import { cidToDigest, ContentError, type BlobStore } from '../content/index.ts';
import { manifestKey, PartialBlob } from '../content/partial-blob.ts';
import { PeerDeclines, type BlobClient } from './blob-client.ts';
import { NetworkError, PeerAway, PeerFault, PeerSlow } from './errors.ts';
import { WIRE } from './limits.ts';
import type { FetchRequest, FetchResult, TransferProgress } from './protocol.ts';

/** What a fetch needs from the node around it. */
export interface FetchSurroundings {
  readonly store: BlobStore;
  readonly client: Pick<BlobClient, 'manifest' | 'chunks'>;
  readonly requestTimeoutMs: number;
  /** Peers to ask, best first, without banned ones; called again in every round. */
  providers(cid: Cid): readonly PeerId[];
  isBanned(peerId: PeerId): boolean;
  fault(peerId: PeerId, kind: 'lie' | 'garbage', reason: string): void;
  /** Resolves when a peer connects or announces, and after `ms` at the latest. */
  news(ms: number, signal: AbortSignal): Promise<void>;
  /** After every chunk that was verified and written; `bytes` is its length. */
  progress(progress: TransferProgress, bytes: number): void;
}

type Outcome = 'done' | 'missing' | 'too-large' | 'retry' | 'gone';

/**
 * One blob from whoever has it: providers in turn, chunk by chunk, never trusting the one who sends.
 * Blame is only laid where there is proof: a chunk against the sender's own manifest, or the whole against the content
 * id, which convicts everybody who vouched for that manifest.
 */
export class BlobFetch {
  readonly #around: FetchSurroundings;
  readonly #request: FetchRequest;
  readonly #signal: AbortSignal;
  /** manifest key -> who vouched for it. */
  readonly #vouchers = new Map<string, Set<PeerId>>();

  constructor(around: FetchSurroundings, request: FetchRequest, signal: AbortSignal) {
    this.#around = around;
    this.#request = request;
    this.#signal = signal;
  }

  /** @throws NetworkError `NETWORK_NO_PROVIDER`, `NETWORK_DEADLINE`; ContentError `TOO_LARGE`, `DISK_FULL`. */
  async run(): Promise<FetchResult> {
    const { cid, maxBytes, providers = [] } = this.#request;
    const digest = cidToDigest(cid);
    for (let pause = 250; ; pause = Math.min(pause * 2, 5_000)) {
      const size = await this.#around.store.size(digest);
      if (size !== undefined) {
        if (size > maxBytes)
          throw new ContentError('TOO_LARGE', `the content has ${size} bytes, more than the allowed ${maxBytes}`);
        return { cid, digest, size };
      }
      const outcomes = new Set<Outcome>();
      for (const peerId of new Set([...providers, ...this.#around.providers(cid)])) {
        if (this.#around.isBanned(peerId)) continue;
        const outcome = await this.#from(peerId);
        this.#checkTime();
        if (outcome === 'done') break;
        outcomes.add(outcome);
      }
      if (await this.#around.store.has(digest)) continue;
      if (!outcomes.has('retry')) {
        if (outcomes.has('too-large'))
          throw new ContentError('TOO_LARGE', `every provider says it has more than ${maxBytes} bytes`);
        throw new NetworkError('NETWORK_NO_PROVIDER', 'No connected peer has this content.');
      }
      await this.#around.news(pause, this.#signal);
      this.#checkTime();
    }
  }

  #checkTime(): void {
    if (!this.#signal.aborted) return;
    if (this.#signal.reason instanceof NetworkError) throw this.#signal.reason;
    throw new NetworkError('NETWORK_DEADLINE', 'The content did not arrive in time; what did is kept.');
  }

  async #from(peerId: PeerId): Promise<Outcome> {
    const { fault } = this.#around;
    try {
      await this.#transfer(peerId);
      return 'done';
    } catch (error) {
      if (error instanceof PeerDeclines) return error.why === 'missing' ? 'missing' : 'retry';
      if (error instanceof PeerSlow && !this.#signal.aborted) {
        // Not one chunk in a whole request: a drip that only holds us.
        fault.call(this.#around, peerId, 'garbage', 'nothing within the deadline');
      }
      if (error instanceof PeerAway) return this.#around.isBanned(peerId) ? 'gone' : 'retry';
      if (error instanceof PeerFault) {
        fault.call(this.#around, peerId, error.kind, error.message);
        return this.#around.isBanned(peerId) ? 'gone' : 'retry';
      }
      if (error instanceof ContentError && error.code === 'TOO_LARGE') return 'too-large';
      throw error;
    }
  }

  async #transfer(peerId: PeerId): Promise<void> {
    const { cid, maxBytes } = this.#request;
    const { client, store, requestTimeoutMs } = this.#around;
    const digest = cidToDigest(cid);
    const manifest = await client.manifest(peerId, cid, maxBytes, this.#signal);
    const key = manifestKey(manifest);
    const vouchers = this.#vouchers.get(key) ?? new Set();
    this.#vouchers.set(key, vouchers.add(peerId));

    const partial = await PartialBlob.open(store, digest, manifest);
    let finished = false;
    try {
      const take = async (chunk: Uint8Array): Promise<void> => {
        if (!(await partial.append(chunk))) throw new PeerFault('lie', 'a chunk that does not match its hash');
        this.#around.progress({ cid, received: partial.received, size: manifest.size, provider: peerId }, chunk.length);
      };
      // Short requests first: a slow line must be able to finish one within its deadline.
      for (let count = 1; !partial.complete;) {
        const range = { from: partial.next, count };
        const began = performance.now();
        try {
          await client.chunks(peerId, cid, manifest, range, take, this.#signal);
        } catch (error) {
          if (!(error instanceof PeerSlow) || this.#signal.aborted || partial.next === range.from) throw error;
          count = 1; // A slow line, but it moves: ask for less.
          continue;
        }
        if (performance.now() - began < requestTimeoutMs / 4) count = Math.min(count * 2, WIRE.chunksPerRequest);
      }
      finished = true;
      if (!(await partial.finish())) {
        for (const liar of vouchers) if (liar !== peerId) this.#around.fault(liar, 'lie', 'a false manifest');
        throw new PeerFault('lie', 'a manifest that does not make the content');
      }
    } finally {
      if (!finished) await partial.close();
    }
  }
}
