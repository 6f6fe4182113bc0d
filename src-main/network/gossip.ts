import { createHash } from 'node:crypto';
import { gossipsub, StrictSign, TopicValidatorResult, type GossipSub, type Message } from '@libp2p/gossipsub';
import type { Cid, PeerId } from '../../src-shared/domain/ids.ts';
import { isCid } from '../content/index.ts';
import { PeerFault } from './errors.ts';
import type { Gate } from './gate.ts';
import { WIRE } from './limits.ts';
import type { NetworkNames } from './names.ts';
import { openPresence, type SignedPresence } from './presence-codec.ts';
import type { PresenceTable } from './presence-table.ts';
import type { Announcement } from './protocol.ts';
import { PeerRate } from './rate.ts';

const { Accept, Ignore, Reject } = TopicValidatorResult;

/** Invalid messages cost standing at once (stock parameters let them pass unpunished): one silences, two shut out. */
const TOPIC_SCORE = {
  topicWeight: 1,
  timeInMeshWeight: 0.01,
  timeInMeshQuantum: 1_000,
  timeInMeshCap: 300,
  firstMessageDeliveriesWeight: 0.5,
  firstMessageDeliveriesDecay: 0.95,
  firstMessageDeliveriesCap: 20,
  // Quiet topics: nobody owes us messages, so P3 is off; its other values only have to be valid.
  meshMessageDeliveriesWeight: 0,
  meshMessageDeliveriesDecay: 0.5,
  meshMessageDeliveriesCap: 100,
  meshMessageDeliveriesThreshold: 20,
  meshMessageDeliveriesWindow: 10,
  meshMessageDeliveriesActivation: 5_000,
  meshFailurePenaltyWeight: 0,
  meshFailurePenaltyDecay: 0.5,
  invalidMessageDeliveriesWeight: -20,
  invalidMessageDeliveriesDecay: 0.99,
};

/** Gossipsub as the network uses it: signed, three topics, bounded messages, scores that bite. */
export function gossipService(names: NetworkNames): ReturnType<typeof gossipsub> {
  const topics = Object.values(names.topics);
  return gossipsub({
    globalSignaturePolicy: StrictSign,
    // Duplicates are recognized before their signature is verified: half the CPU time.
    fastMsgIdFn: (message) =>
      createHash('sha256')
        .update(message.signature ?? new Uint8Array())
        .digest('base64'),
    allowedTopics: topics,
    allowPublishToZeroTopicPeers: true,
    fallbackToFloodsub: false,
    floodPublish: false,
    batchPublish: true,
    doPX: false,
    emitSelf: false,
    maxInboundStreams: 2,
    maxOutboundStreams: 2,
    maxInboundDataLength: 128 * 1024,
    maxOutboundBufferSize: 4 * 1024 * 1024,
    maxTopicBytesPerPeer: 64 * 1024,
    decodeRpcLimits: {
      maxSubscriptions: 32,
      maxMessages: 64,
      maxIhaveMessageIDs: 512,
      maxIwantMessageIDs: 512,
      maxIdontwantMessageIDs: 512,
      maxControlMessages: 64,
      maxPeerInfos: 16,
    },
    scoreParams: {
      topics: Object.fromEntries(topics.map((topic) => [topic, TOPIC_SCORE])),
      // A campus or a carrier's NAT is not an attack: mild, and only for crowds.
      IPColocationFactorWeight: -1,
      IPColocationFactorThreshold: 32,
      IPColocationFactorWhitelist: new Set(['127.0.0.1', '::1']),
    },
    scoreThresholds: { gossipThreshold: -10, publishThreshold: -50, graylistThreshold: -79 },
  });
}

export interface GossipOptions {
  readonly names: NetworkNames;
  readonly networkId: string;
  readonly table: PresenceTable;
  readonly gate: Gate;
  announced(announcement: Announcement): void;
  present(signed: SignedPresence): void;
}

/** Validators (nothing unchecked is delivered or passed on) and delivery. */
export function attachGossip(pubsub: GossipSub, options: GossipOptions): void {
  const { names, networkId, table, gate } = options;
  const { results, blobs, presence } = names.topics;
  const rate = new PeerRate(2, 30);

  const author = (message: Message): PeerId | undefined =>
    message.type === 'signed' ? (message.from.toString() as PeerId) : undefined;
  /** Too much from one author is dropped without blame: who passes it on may not know. */
  const welcome = (from: PeerId): boolean => !gate.isBanned(from) && rate.take(from);

  pubsub.topicValidators.set(results, (_source, message) => {
    const from = author(message);
    if (from === undefined || message.data.length > WIRE.announcement) return Reject;
    return welcome(from) ? Accept : Ignore;
  });
  pubsub.topicValidators.set(blobs, (_source, message) => {
    const from = author(message);
    if (from === undefined || readCid(message.data) === undefined) return Reject;
    return welcome(from) ? Accept : Ignore;
  });
  pubsub.topicValidators.set(presence, async (source, message) => {
    const from = author(message);
    if (from === undefined) return Reject;
    if (!welcome(from)) return Ignore;
    try {
      const signed = await openPresence(message.data, networkId);
      if (signed.presence.peerId !== from) throw new PeerFault('lie', 'a presence published by another peer');
      if (table.offer(signed) !== 'new') return Ignore;
      options.present(signed);
      return Accept;
    } catch (error) {
      if (!(error instanceof PeerFault)) throw error;
      gate.fault(source.toString() as PeerId, error.kind, error.message);
      return Reject;
    }
  });

  pubsub.addEventListener('message', ({ detail: message }) => {
    const from = author(message);
    if (from === undefined || message.topic === presence) return;
    options.announced({ topic: message.topic === blobs ? 'blobs' : 'results', from, payload: message.data });
  });
  for (const topic of Object.values(names.topics)) pubsub.subscribe(topic);
}

/** The `blobs` topic carries one content id in ASCII, nothing else. */
export function readCid(payload: Uint8Array): Cid | undefined {
  if (payload.length !== 59) return undefined;
  const text = Buffer.from(payload).toString('latin1');
  return isCid(text) ? text : undefined;
}
