import type { Connection, Libp2p, Stream } from '@libp2p/interface';
import { cidToDigest, ContentError, type BlobStore } from '../content/index.ts';
import { CHUNK_BYTES, chunkCount, encodeManifest } from '../content/manifest.ts';
import type { PeerId } from '../../src-shared/domain/ids.ts';
import { blobRequest, parseFrame, type BlobAnswer, type BlobRequest } from './blob-protocol.ts';
import { PeerFault } from './errors.ts';
import { Frames } from './frames.ts';
import type { Gate } from './gate.ts';
import type { PeerLimits } from './limits.ts';
import { PeerRate, PeerSlots } from './rate.ts';

/** Answers blob requests from the store: a rate per peer, few streams at once, a deadline for each. */
export class BlobServer {
  readonly #store: BlobStore;
  readonly #gate: Gate;
  readonly #limits: PeerLimits;
  readonly #rate: PeerRate;
  readonly #slots: PeerSlots;
  #bytes = 0;

  constructor(store: BlobStore, gate: Gate, limits: PeerLimits) {
    this.#store = store;
    this.#gate = gate;
    this.#limits = limits;
    this.#rate = new PeerRate(limits.requestsPerSecond, limits.requestsPerSecond * 4);
    this.#slots = new PeerSlots(limits.uploads, limits.uploadsPerPeer);
  }

  get bytesServed(): number {
    return this.#bytes;
  }

  async start(libp2p: Libp2p, protocol: string): Promise<void> {
    const options = { maxInboundStreams: this.#limits.uploadsPerPeer * 2, maxOutboundStreams: 64 };
    await libp2p.handle(protocol, (stream, connection) => this.#serve(stream, connection), options);
  }

  async #serve(stream: Stream, connection: Connection): Promise<void> {
    const peerId = connection.remotePeer.toString() as PeerId;
    const frames = new Frames(stream, AbortSignal.timeout(this.#limits.requestTimeoutMs));
    const release = this.#rate.take(peerId) ? this.#slots.take(peerId) : undefined;
    try {
      if (release === undefined) {
        // Said before the request is read: being refused costs us next to nothing.
        await frames.writeFrame({ status: 'busy' } satisfies BlobAnswer);
      } else {
        await this.#answer(frames, parseFrame(blobRequest, await frames.readFrame()));
      }
      await frames.end();
    } catch (error) {
      if (error instanceof PeerFault) this.#gate.fault(peerId, error.kind, error.message);
      frames.reset(error instanceof Error ? error.message : 'failed');
    } finally {
      release?.();
    }
  }

  async #answer(frames: Frames, request: BlobRequest): Promise<void> {
    const digest = cidToDigest(request.cid);
    const manifest = await this.#store.manifest(digest).catch((error: unknown) => {
      if (error instanceof ContentError) return undefined;
      throw error;
    });
    if (manifest === undefined) return frames.writeFrame({ status: 'missing' } satisfies BlobAnswer);
    const { size } = manifest;
    if (request.op === 'manifest') {
      const bytes = encodeManifest(manifest);
      await frames.writeFrame({ status: 'ok', size, length: bytes.length } satisfies BlobAnswer);
      return frames.write(bytes);
    }
    if (request.from + request.count > chunkCount(size)) throw new PeerFault('garbage', 'chunks beyond the end');
    const start = request.from * CHUNK_BYTES;
    const length = Math.min(size, start + request.count * CHUNK_BYTES) - start;
    await frames.writeFrame({ status: 'ok', size, length } satisfies BlobAnswer);
    // Each chunk is verified before it leaves: a rotten disk must not make liars of us.
    for await (const chunk of this.#store.chunks(digest, request.from, request.count)) {
      await frames.write(chunk);
      this.#bytes += chunk.length;
    }
  }
}
