import type { DialTarget, Libp2p } from '@libp2p/interface';
import type { Cid, PeerId } from '../../src-shared/domain/ids.ts';
import { cidToDigest, ContentError } from '../content/index.ts';
import { chunkCount, chunkLength, decodeManifest, manifestBound, type Manifest } from '../content/manifest.ts';
import { blobAnswer, parseFrame, type BlobRequest } from './blob-protocol.ts';
import { PeerAway, PeerFault } from './errors.ts';
import { Frames } from './frames.ts';

/** The peer is honest but does not help: it lacks the blob, or has too much to do. */
export class PeerDeclines extends Error {
  readonly why: 'missing' | 'busy';
  constructor(why: 'missing' | 'busy') {
    super(why);
    this.name = 'PeerDeclines';
    this.why = why;
  }
}

interface Opened {
  readonly frames: Frames;
  readonly size: number;
  readonly length: number;
}

/** Asks one peer at a time; every request is one stream with a total deadline. */
export class BlobClient {
  readonly #libp2p: Libp2p;
  readonly #protocol: string;
  readonly #requestTimeoutMs: number;
  readonly #target: (peerId: PeerId) => DialTarget;

  /** @param target where to reach a peer: its id when connected, else addresses that are known for it. */
  constructor(libp2p: Libp2p, protocol: string, requestTimeoutMs: number, target: (peerId: PeerId) => DialTarget) {
    this.#libp2p = libp2p;
    this.#protocol = protocol;
    this.#requestTimeoutMs = requestTimeoutMs;
    this.#target = target;
  }

  /** @throws PeerDeclines, PeerAway, PeerFault; ContentError `TOO_LARGE` before the manifest is read. */
  async manifest(peerId: PeerId, cid: Cid, maxBytes: number, signal: AbortSignal): Promise<Manifest> {
    return this.#request(peerId, { op: 'manifest', cid }, signal, async ({ frames, size, length }) => {
      if (size > maxBytes)
        throw new ContentError('TOO_LARGE', `the content has ${size} bytes, more than the allowed ${maxBytes}`);
      if (length > manifestBound(size)) throw new PeerFault('garbage', 'a manifest longer than its size allows');
      let manifest: Manifest;
      try {
        manifest = decodeManifest(await frames.read(length), cidToDigest(cid), maxBytes);
      } catch (cause) {
        if (cause instanceof ContentError) throw new PeerFault('lie', 'a false manifest', { cause });
        throw cause;
      }
      if (manifest.size !== size) throw new PeerFault('lie', 'two sizes for one blob');
      return manifest;
    });
  }

  /** Hands each chunk on as it arrives; `take` throws to refuse it. @throws PeerDeclines, PeerAway, PeerFault. */
  async chunks(
    peerId: PeerId,
    cid: Cid,
    manifest: Manifest,
    range: { readonly from: number; readonly count: number },
    take: (chunk: Uint8Array) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    const end = Math.min(range.from + range.count, chunkCount(manifest.size));
    const count = end - range.from;
    await this.#request(
      peerId,
      { op: 'chunks', cid, from: range.from, count },
      signal,
      async ({ frames, size, length }) => {
        let expected = 0;
        for (let index = range.from; index < end; index++) expected += chunkLength(manifest.size, index);
        if (size !== manifest.size || length !== expected) throw new PeerFault('lie', 'an answer of the wrong length');
        for (let index = range.from; index < end; index++)
          await take(await frames.read(chunkLength(manifest.size, index)));
      },
    );
  }

  async #request<T>(
    peerId: PeerId,
    request: BlobRequest,
    signal: AbortSignal,
    use: (opened: Opened) => Promise<T>,
  ): Promise<T> {
    const bounded = AbortSignal.any([signal, AbortSignal.timeout(this.#requestTimeoutMs)]);
    const stream = await this.#libp2p
      .dialProtocol(this.#target(peerId), this.#protocol, { signal: bounded })
      .catch((cause: unknown) => {
        throw new PeerAway('no stream to the peer', { cause });
      });
    const frames = new Frames(stream, bounded);
    try {
      await frames.writeFrame(request);
      const answer = parseFrame(blobAnswer, await frames.readFrame());
      if (answer.status !== 'ok') throw new PeerDeclines(answer.status);
      const result = await use({ frames, size: answer.size, length: answer.length });
      await frames.end();
      return result;
    } catch (error) {
      frames.reset(error instanceof Error ? error.message : 'failed');
      // What the library says of a stream or connection that broke under us is no fault of ours.
      const broke = error instanceof Error && /^(Stream|Connection|Muxer)\w*Error$/.test(error.name);
      throw broke ? new PeerAway('the stream broke', { cause: error }) : error;
    }
  }
}
