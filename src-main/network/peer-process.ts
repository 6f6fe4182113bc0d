import { parentChannel } from '../process/channel.ts';
import { serve } from '../process/rpc.ts';
import { NetworkError } from './errors.ts';
import { PeerNode } from './peer-node.ts';
import type { PeerEvents, PeerMethods } from './protocol.ts';

let running: Promise<PeerNode> | undefined;

async function node(): Promise<PeerNode> {
  if (running === undefined)
    throw new NetworkError('NETWORK_NOT_STARTED', 'The peer process has not been given its key yet.');
  return running;
}

const { emit } = serve<PeerMethods, PeerEvents>(parentChannel(), {
  init: async (input) => {
    if (running !== undefined) throw new NetworkError('NETWORK_BAD_INPUT', 'the peer process is running already');
    running = PeerNode.start(input, (name, payload) => emit(name, payload));
    running.catch(() => {
      running = undefined;
    });
    return (await running).status();
  },
  status: async () => (await node()).status(),
  connectTo: async ({ addr }) => (await node()).connectTo(addr),
  peers: async () => (await node()).peers(),
  fetchBlob: async (request) => (await node()).fetchBlob(request),
  cancelFetch: async ({ cid }) => {
    (await node()).cancelFetch(cid);
    return null;
  },
  provide: async ({ cid }) => (await node()).provide(cid),
  has: async ({ cid }) => (await node()).has(cid),
  setPresence: async (input) => (await node()).setPresence(input),
  presences: async () => (await node()).presences(),
  announce: async ({ topic, payload }) => (await node()).announce(topic, payload),
  askProof: async ({ peerId, ...request }) => (await node()).askProof(peerId, request),
  answerProof: async ({ id, answer }) => {
    (await node()).answerProof(id, answer);
    return null;
  },
  ban: async ({ peerId, ms, reason }) => {
    (await node()).ban(peerId, ms, reason);
    return null;
  },
  fault: async ({ peerId, reason }) => {
    (await node()).fault(peerId, reason);
    return null;
  },
});
