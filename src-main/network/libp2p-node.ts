import { generateKeyPairFromSeed } from '@libp2p/crypto/keys';
import type { GossipSub } from '@libp2p/gossipsub';
import { FaultTolerance, type ComponentLogger, type Libp2p, type PrivateKey, type ServiceMap } from '@libp2p/interface';
import { identify, identifyPush, type Identify, type IdentifyPush } from '@libp2p/identify';
import { mdns } from '@libp2p/mdns';
import { noise } from '@libp2p/noise';
import { ping, type Ping } from '@libp2p/ping';
import { tcp } from '@libp2p/tcp';
import { tls } from '@libp2p/tls';
import { yamux } from '@libp2p/yamux';
import { createLibp2p } from 'libp2p';
import type { PeerId } from '../../src-shared/domain/ids.ts';
import { mayDial, type DialScope } from './addresses.ts';
import { gossipService } from './gossip.ts';
import { WIRE, type PeerLimits } from './limits.ts';
import type { NetworkNames } from './names.ts';
import type { PeerInit } from './protocol.ts';

export interface NodeServices extends ServiceMap {
  readonly identify: Identify;
  readonly identifyPush: IdentifyPush;
  readonly ping: Ping;
  readonly pubsub: GossipSub;
}

export interface NodeOptions {
  readonly init: PeerInit;
  readonly names: NetworkNames;
  readonly limits: PeerLimits;
  readonly scope: DialScope;
  isBanned(peerId: PeerId): boolean;
  /** Addresses that a person named are dialled whatever the scope says. */
  isNamed(address: string): boolean;
  readonly logger?: ComponentLogger;
}

export interface Libp2pNode {
  readonly libp2p: Libp2p<NodeServices>;
  readonly key: PrivateKey;
}

/** libp2p with every limit set; reasons for each value: docs/network.md. */
export async function createNode(options: NodeOptions): Promise<Libp2pNode> {
  const { init, names, limits, scope, isBanned, isNamed } = options;
  const key = await generateKeyPairFromSeed('Ed25519', init.seed);
  const banned = (peerId: { toString(): string }): boolean => isBanned(peerId.toString() as PeerId);
  const protocolPrefix = names.prefix;
  const libp2p = await createLibp2p<NodeServices>({
    privateKey: key,
    ...(options.logger === undefined ? {} : { logger: options.logger }),
    nodeInfo: { name: 'folkmoot', version: '1', userAgent: 'folkmoot/1' },
    addresses: { listen: [...init.listen] },
    transports: [tcp({ maxConnections: limits.maxConnections * 2, backlog: 64 })],
    // TLS first: measured up to four times faster than noise where a platform lacks ChaCha20.
    connectionEncrypters: [tls(), noise()],
    streamMuxers: [yamux({ streamOptions: { maxStreamWindowSize: WIRE.streamWindow } })],
    // Stock pings would abort every connection after five seconds without CPU time.
    connectionMonitor: { abortConnectionOnPingFailure: false, protocolPrefix },
    transportManager: { faultTolerance: FaultTolerance.NO_FATAL },
    connectionManager: {
      maxConnections: limits.maxConnections,
      inboundConnectionThreshold: limits.connectionsPerSecond,
      maxIncomingPendingConnections: limits.maxPendingConnections,
      inboundUpgradeTimeout: limits.handshakeTimeoutMs,
      inboundStreamProtocolNegotiationTimeout: limits.handshakeTimeoutMs,
      outboundStreamProtocolNegotiationTimeout: limits.handshakeTimeoutMs,
      maxParallelDials: 16,
      maxDialQueueLength: 128,
      maxPeerAddrsToDial: 8,
    },
    connectionGater: {
      denyDialPeer: banned,
      denyInboundEncryptedConnection: banned,
      denyOutboundEncryptedConnection: banned,
      denyDialMultiaddr: (address) => !mayDial(address, scope) && !isNamed(address.toString()),
      filterMultiaddrForPeer: (_peerId, address) => mayDial(address, scope) || isNamed(address.toString()),
    },
    peerDiscovery: init.mdns ? [mdns({ serviceTag: `_${names.prefix.replace('/', '-')}._udp.local` })] : [],
    services: {
      identify: identify({ protocolPrefix, maxMessageSize: 8192 }),
      identifyPush: identifyPush({ protocolPrefix, maxMessageSize: 8192 }),
      ping: ping({ protocolPrefix }),
      pubsub: gossipService(names),
    },
  });
  return { libp2p, key };
}
