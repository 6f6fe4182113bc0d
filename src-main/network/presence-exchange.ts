import type { Libp2p, Connection, Stream } from '@libp2p/interface';
import { z } from 'zod';
import type { PeerId } from '../../src-shared/domain/ids.ts';
import { parseFrame } from './blob-protocol.ts';
import { PeerAway, PeerFault } from './errors.ts';
import { Frames } from './frames.ts';
import type { Gate } from './gate.ts';
import { WIRE, type PeerLimits } from './limits.ts';
import { openPresence, type SignedPresence } from './presence-codec.ts';
import type { PresenceTable } from './presence-table.ts';
import { PeerRate } from './rate.ts';

const exchangeShape = z
  .array(
    z.strictObject({
      /** Milliseconds since the sender received it from its author; 0 for its own. */
      age: z.number().int().min(0).max(86_400_000),
      wire: z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length <= WIRE.presence),
    }),
  )
  .max(WIRE.presencesPerExchange);

export interface ExchangeOptions {
  readonly networkId: string;
  readonly protocol: string;
  readonly table: PresenceTable;
  readonly gate: Gate;
  readonly limits: PeerLimits;
  own(): SignedPresence | undefined;
  accepted(signed: SignedPresence): void;
}

/** On a new connection the dialler sends whom it knows, itself first, and gets the same back. */
export class PresenceExchange {
  readonly #options: ExchangeOptions;
  readonly #rate = new PeerRate(0.1, 6);

  constructor(options: ExchangeOptions) {
    this.#options = options;
  }

  async start(libp2p: Libp2p): Promise<void> {
    const { protocol } = this.#options;
    await libp2p.handle(protocol, (stream, connection) => this.#answer(stream, connection), {
      maxInboundStreams: 2,
      maxOutboundStreams: 2,
    });
    await libp2p.register(protocol, {
      onConnect: (_peerId, connection) => {
        if (connection.direction === 'outbound') void this.#ask(connection);
      },
    });
  }

  async #ask(connection: Connection): Promise<void> {
    const signal = this.#deadline();
    const stream = await connection.newStream(this.#options.protocol, { signal }).catch(() => undefined);
    if (stream === undefined) return;
    await this.#guarded(stream, connection, signal, async (frames, peerId) => {
      await this.#say(frames);
      await this.#hear(frames, peerId);
    });
  }

  async #answer(stream: Stream, connection: Connection): Promise<void> {
    await this.#guarded(stream, connection, this.#deadline(), async (frames, peerId) => {
      // A peer that restarts again and again is a nuisance, not a liar: refused without blame.
      if (!this.#rate.take(peerId)) throw new PeerAway('too many presence exchanges');
      await this.#hear(frames, peerId);
      await this.#say(frames);
    });
  }

  #deadline(): AbortSignal {
    return AbortSignal.timeout(this.#options.limits.requestTimeoutMs);
  }

  async #guarded(
    stream: Stream,
    connection: Connection,
    signal: AbortSignal,
    use: (frames: Frames, peerId: PeerId) => Promise<void>,
  ): Promise<void> {
    const peerId = connection.remotePeer.toString() as PeerId;
    const frames = new Frames(stream, signal);
    try {
      await use(frames, peerId);
      await frames.end();
    } catch (error) {
      if (error instanceof PeerFault) this.#options.gate.fault(peerId, error.kind, error.message);
      frames.reset(error instanceof Error ? error.message : 'failed');
    }
  }

  async #say(frames: Frames): Promise<void> {
    const { own, table } = this.#options;
    const mine = own.call(this.#options);
    const list = mine === undefined ? [] : [{ age: 0, wire: mine.wire }];
    // Room for the map and list heads beside the statements themselves.
    let room = WIRE.header - 256 - (mine?.wire.length ?? 0);
    for (const entry of table.recent(WIRE.presencesPerExchange - list.length)) {
      room -= entry.wire.length + 32;
      if (room < 0) break;
      list.push(entry);
    }
    await frames.writeFrame(list);
  }

  async #hear(frames: Frames, peerId: PeerId): Promise<void> {
    const { networkId, table, accepted } = this.#options;
    for (const { age, wire } of parseFrame(exchangeShape, await frames.readFrame())) {
      const signed = await openPresence(wire, networkId);
      if (signed.presence.peerId === peerId && age !== 0)
        throw new PeerFault('garbage', 'its own presence with an age');
      if (this.#options.own()?.presence.peerId === signed.presence.peerId) continue;
      if (table.offer(signed, age) === 'new') accepted.call(this.#options, signed);
    }
  }
}
