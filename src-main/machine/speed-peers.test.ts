import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Digest } from '../../src-shared/domain/ids.ts';
import type { DeviceId } from '../../src-shared/domain/machine.ts';
import type { ClaimState } from '../../src-shared/domain/speed.ts';
import { MAX_CLAIM, type SpeedClaim } from '../network/index.ts';
import { presenceOf, Stage, until, type TestPeer } from '../network/testing.ts';
import { openStore } from '../store/open.ts';
import { temporaryFolder } from '../store/test-store.ts';
import { SpeedBook } from './speed-book.ts';
import type { ProofModel } from './speed-proof.ts';
import { SpeedProofs } from './speed-proofs.ts';
import { SpeedWatch } from './speed-watch.ts';

const stage = new Stage();
afterEach(() => stage.end());

const MODEL = `0x${'ab'.repeat(32)}` as Digest;
const sum = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();
const honest: ProofModel = { digest: MODEL, inputBytes: 64, run: async (input) => sum(input) };
/** 20 ms for what travels together: 1,600 runs a second at most. */
const slow: ProofModel = { ...honest, run: (input) => new Promise((done) => setTimeout(() => done(sum(input)), 20)) };
const crooked: ProofModel = { ...honest, run: async () => new Uint8Array(32) };

/** The node behind a real peer process, with a model that needs no lane. */
function nodeOf(peer: TestPeer, model: ProofModel): SpeedProofs {
  const proofs = new SpeedProofs({
    models: async () => [model],
    devices: () => [{ device: 'cpu' as DeviceId, provider: 'cpu', duty: 1 }],
    free: () => true,
    settings: { kept: (_, __, fallback) => fallback, keep: () => undefined },
    mark: () => '',
    answer: async (id, answer) => void (await peer.client.call('answerProof', { id, answer })),
    ask: (peerId, request) => peer.client.call('askProof', { peerId, ...request }),
    log: () => undefined,
  });
  peer.client.on('proofAsked', (question) => void proofs.answer(question));
  return proofs;
}

test('real peers: who is honest holds, a liar by time and a liar by result are found, and the latter has a fault', async () => {
  const asker = await stage.peer();
  // A claim of one run in 1,000 s holds on any machine.
  const others = [
    { model: honest, runsPer1000s: 1, state: 'holds' },
    { model: slow, runsPer1000s: MAX_CLAIM, state: 'slow' },
    { model: crooked, runsPer1000s: 1, state: 'wrong' },
  ] as const satisfies ReadonlyArray<{ model: ProofModel; runsPer1000s: number; state: ClaimState }>;
  const peers = await Promise.all(others.map(() => stage.peer()));
  for (const [index, peer] of peers.entries()) {
    const { model, runsPer1000s } = others[index]!;
    nodeOf(peer, model);
    const { roles, models, binding } = presenceOf(peer.peerId, 1);
    const scores: SpeedClaim[] = [{ model: MODEL, provider: 'cpu', runsPer1000s }];
    await peer.client.call('setPresence', { roles, models, binding, scores });
    await asker.client.call('connectTo', { addr: peer.addr });
  }
  await until(() => expect(new Set(asker.heard.presence.map(({ peerId }) => peerId)).size).toBe(3));

  const watch = new SpeedWatch({
    proofs: nodeOf(asker, honest),
    book: new SpeedBook(openStore(join(temporaryFolder(), 'book.db'))),
    peers: () => asker.heard.presence.map(({ peerId, scores }) => ({ peer: peerId, claims: scores ?? [] })),
    modelName: (digest) => (digest === MODEL ? 'Sums' : null),
    free: () => true,
    heldUp: () => null,
    publish: async () => undefined,
    fault: async (peerId, reason) => void (await asker.client.call('fault', { peerId, reason })),
    settings: { kept: (_, __, fallback) => fallback, keep: () => undefined },
    changed: () => undefined,
    log: () => undefined,
    later: () => () => undefined,
  });
  await watch.start();
  const states = (): unknown[] => peers.map(({ peerId }) => watch.views().get(peerId)?.[0]?.state);
  expect(states()).toEqual(['unchecked', 'unchecked', 'unchecked']);
  for (const asked of [1, 2, 3]) {
    await watch.round();
    expect(states().filter((state) => state !== 'unchecked')).toHaveLength(asked);
  }
  expect(states()).toEqual(others.map(({ state }) => state));
  await until(async () => expect((await asker.client.call('status', null)).faults).toBe(1));
  // Everybody was asked once, and nobody is asked again.
  await watch.round();
  expect(peers.map(({ heard }) => heard.proofAsked.length)).toEqual([1, 1, 1]);
  await watch.stop();
});
