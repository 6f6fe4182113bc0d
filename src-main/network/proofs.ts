import type { Connection, DialTarget, Libp2p, Stream } from '@libp2p/interface';
import type { PeerId } from '../../src-shared/domain/ids.ts';
import { parseFrame } from './blob-protocol.ts';
import { NetworkError, PeerAway, PeerFault } from './errors.ts';
import { Frames } from './frames.ts';
import type { Gate } from './gate.ts';
import {
  PROOF_BURST,
  PROOF_MS,
  PROOF_RATE,
  PROOFS_BURST,
  PROOFS_RATE,
  proofAnswer,
  proofRequest,
  type ProofAnswer,
  type ProofAsked,
  type ProofGiven,
  type ProofRequest,
} from './proof-protocol.ts';
import { PeerRate, PeerSlots } from './rate.ts';

export interface ProofOptions {
  readonly protocol: string;
  readonly gate: Gate;
  readonly target: (peerId: PeerId) => DialTarget;
  /** Asks the node to compute; it answers with `answer`. */
  readonly asked: (question: ProofAsked) => void;
  readonly now?: () => number;
}

/** Time for the way there and back, beside the computation. */
const WAY_MS = 10_000;
/** Time for the question itself, once the stream is open. */
const ASK_MS = 5_000;
/** All peers together, as one. */
const EVERYBODY = 'everybody' as PeerId;

/** Timed proofs of speed, asked and answered. The computation itself is the node's. */
export class Proofs {
  readonly #options: ProofOptions;
  readonly #rate: PeerRate;
  readonly #rateOfAll: PeerRate;
  /** One at a time: two at once would slow each other down. */
  readonly #slots = new PeerSlots(1, 1);
  readonly #open = new Map<number, (answer: ProofAnswer) => void>();
  #libp2p: Libp2p | undefined;
  #next = 1;

  constructor(options: ProofOptions) {
    this.#options = options;
    this.#rate = new PeerRate(PROOF_RATE, PROOF_BURST, options.now);
    this.#rateOfAll = new PeerRate(PROOFS_RATE, PROOFS_BURST, options.now);
  }

  async start(libp2p: Libp2p): Promise<void> {
    this.#libp2p = libp2p;
    await libp2p.handle(this.#options.protocol, (stream, connection) => this.#serve(stream, connection), {
      maxInboundStreams: 2,
      maxOutboundStreams: 8,
    });
  }

  /** The node's answer to a question; one that nobody waits for any more is dropped. */
  answer(id: number, answer: ProofAnswer): void {
    this.#open.get(id)?.(answer);
  }

  /** @throws NetworkError `NETWORK_UNREACHABLE` when the peer is away or says nothing that could be understood */
  async ask(peerId: PeerId, request: ProofRequest): Promise<ProofGiven> {
    const { protocol, target, gate } = this.#options;
    const signal = AbortSignal.timeout(PROOF_MS + WAY_MS);
    try {
      if (this.#libp2p === undefined) throw new PeerAway('not started');
      const stream = await this.#libp2p.dialProtocol(target(peerId), protocol, { signal });
      const frames = new Frames(stream, signal);
      try {
        const began = performance.now();
        await frames.writeFrame(request);
        const answer = parseFrame(proofAnswer, await frames.readFrame());
        const roundTripMs = performance.now() - began;
        await frames.end();
        return { answer, roundTripMs };
      } catch (error) {
        frames.reset('failed');
        throw error;
      }
    } catch (cause) {
      if (cause instanceof PeerFault) gate.fault(peerId, cause.kind, cause.message);
      throw new NetworkError('NETWORK_UNREACHABLE', 'The peer gave no proof of its speed.', { cause });
    }
  }

  async #serve(stream: Stream, connection: Connection): Promise<void> {
    const peerId = connection.remotePeer.toString() as PeerId;
    const late = AbortSignal.timeout(PROOF_MS + WAY_MS);
    const silent = new AbortController();
    const frames = new Frames(stream, AbortSignal.any([late, silent.signal]));
    let release: (() => void) | undefined;
    try {
      const timer = setTimeout(() => silent.abort(new PeerAway('no question came')), ASK_MS);
      const request = await frames.readFrame().finally(() => clearTimeout(timer));
      const question = parseFrame(proofRequest, request);
      // Only now: whoever opens a stream and says nothing keeps nobody else waiting.
      if (this.#rate.take(peerId)) release = this.#slots.take(peerId);
      const may = release !== undefined && this.#rateOfAll.take(EVERYBODY);
      await frames.writeFrame(may ? await this.#compute(peerId, question) : ({ status: 'busy' } satisfies ProofAnswer));
      await frames.end();
    } catch (error) {
      if (error instanceof PeerFault) this.#options.gate.fault(peerId, error.kind, error.message);
      frames.reset(error instanceof Error ? error.message : 'failed');
    } finally {
      release?.();
    }
  }

  async #compute(from: PeerId, request: ProofRequest): Promise<ProofAnswer> {
    const id = this.#next++;
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<ProofAnswer>((resolve) => {
        this.#open.set(id, resolve);
        timer = setTimeout(() => resolve({ status: 'busy' }), PROOF_MS);
        this.#options.asked({ id, from, ...request });
      });
    } finally {
      clearTimeout(timer);
      this.#open.delete(id);
    }
  }
}
