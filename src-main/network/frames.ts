import { decode, encode } from '@ipld/dag-cbor';
import type { Stream } from '@libp2p/interface';
import { ByteQueue } from './byte-queue.ts';
import { PeerAway, PeerFault, PeerSlow } from './errors.ts';
import { WIRE } from './limits.ts';

/** More than this unread, and the sender is paused, bytes. */
const HIGH_WATER = 1024 * 1024;
/** Three bytes carry lengths to 2 MiB - 1: enough for every header. */
const MAX_PREFIX = 3;

/**
 * Own protocols speak frames: an unsigned varint length of at most 3 bytes, then strict dag-cbor; raw bytes of a length
 * that a frame declared may follow. Reading pauses the sender when we are slower (libp2p's byte streams do not),
 * every wait ends with `signal`, and no length is believed before it is compared with a bound.
 */
export class Frames {
  readonly #stream: Stream;
  readonly #signal: AbortSignal;
  readonly #buffer = new ByteQueue();
  #wanted = 0;
  #wake: (() => void) | undefined;

  /** @param signal total deadline of the exchange: when it fires, the stream is reset. */
  constructor(stream: Stream, signal: AbortSignal) {
    this.#stream = stream;
    this.#signal = signal;
    const wake = (): void => this.#wake?.();
    stream.addEventListener('message', (event) => {
      const { data } = event;
      if (data instanceof Uint8Array) this.#buffer.push(data);
      else for (const part of data) this.#buffer.push(part);
      if (this.#buffer.length > Math.max(HIGH_WATER, this.#wanted) && stream.readStatus === 'readable') stream.pause();
      wake();
    });
    stream.addEventListener('remoteCloseWrite', wake);
    stream.addEventListener('close', wake);
    const abort = (): void => {
      stream.abort(new Error('deadline'));
      wake();
    };
    signal.addEventListener('abort', abort, { once: true });
    stream.addEventListener('close', () => signal.removeEventListener('abort', abort));
    if (signal.aborted) abort();
  }

  /** Exactly `length` bytes. @throws PeerAway when the stream ends or is reset, PeerSlow when the time is over. */
  async read(length: number): Promise<Uint8Array> {
    this.#wanted = length;
    while (this.#buffer.length < length) {
      const woken = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      if (this.#stream.readStatus === 'paused') {
        this.#resume();
        continue;
      }
      if (this.#signal.aborted) throw new PeerSlow('out of time');
      const ended = this.#stream.status !== 'open' || this.#stream.remoteWriteStatus !== 'writable';
      if (ended && this.#stream.readBufferLength === 0) throw new PeerAway('the stream ended early');
      await woken;
    }
    return this.#buffer.take(length);
  }

  /**
   * One frame of at most `bound` bytes.
   * @throws PeerFault `garbage` when it is longer, its length never ends, or it is not strict dag-cbor.
   */
  async readFrame(bound: number = WIRE.header): Promise<unknown> {
    let length = 0;
    for (let index = 0; ; index++) {
      if (index === MAX_PREFIX) throw new PeerFault('garbage', 'a length of more than 3 bytes');
      const [byte = 0] = await this.read(1);
      length |= (byte & 0x7f) << (7 * index);
      if (byte < 0x80) {
        if (index > 0 && byte === 0) throw new PeerFault('garbage', 'a length that is not minimal');
        break;
      }
    }
    if (length > bound) throw new PeerFault('garbage', `a frame of ${length} bytes where ${bound} are allowed`);
    return strictDecode(await this.read(length));
  }

  async writeFrame(value: unknown): Promise<void> {
    const body = encode(value);
    const prefix: number[] = [];
    for (let rest = body.length; ; rest >>>= 7) {
      prefix.push(rest > 0x7f ? (rest & 0x7f) | 0x80 : rest);
      if (rest <= 0x7f) break;
    }
    await this.write(Buffer.concat([Uint8Array.from(prefix), body]));
  }

  /** Waits while the other side is slower. @throws PeerAway. */
  async write(bytes: Uint8Array): Promise<void> {
    if (this.#signal.aborted) throw new PeerSlow('out of time');
    let sent: boolean;
    try {
      sent = this.#stream.send(bytes);
    } catch (cause) {
      throw new PeerAway('the stream is closed', { cause });
    }
    if (!sent) await this.#drained();
  }

  /** Ends our side, politely; what was written still arrives. */
  async end(): Promise<void> {
    await this.#stream.close({ signal: this.#signal }).catch(() => this.reset('could not close'));
  }

  reset(why: string): void {
    this.#stream.abort(new Error(why));
  }

  /** Resuming tells the other side so: on a stream that just closed, that throws. */
  #resume(): void {
    try {
      this.#stream.resume();
    } catch (cause) {
      throw new PeerAway('the stream is closed', { cause });
    }
  }

  #drained(): Promise<void> {
    const stream = this.#stream;
    return new Promise((resolve, reject) => {
      const done = (): void => {
        stream.removeEventListener('drain', done);
        stream.removeEventListener('close', closed);
        resolve();
      };
      const closed = (): void => {
        stream.removeEventListener('drain', done);
        reject(this.#signal.aborted ? new PeerSlow('out of time') : new PeerAway('the stream closed while we wrote'));
      };
      stream.addEventListener('drain', done);
      stream.addEventListener('close', closed, { once: true });
      if (stream.status !== 'open') closed();
    });
  }
}

/** One value has one encoding: whatever is not canonical dag-cbor is garbage. @throws PeerFault. */
export function strictDecode(bytes: Uint8Array): unknown {
  try {
    const value: unknown = decode(bytes);
    if (Buffer.compare(encode(value), bytes) === 0) return value;
  } catch (cause) {
    throw new PeerFault('garbage', 'not dag-cbor', { cause });
  }
  throw new PeerFault('garbage', 'dag-cbor that is not canonical');
}
