import { afterEach, expect, test } from 'vitest';
import type { Digest } from '../../src-shared/domain/ids.ts';
import { checkPresence } from './input.ts';
import { scoresShape } from './proof-protocol.ts';
import { NAMES, presenceOf, Stage, until } from './testing.ts';

const stage = new Stage();
afterEach(() => stage.end());
const hex = (pair: string): Digest => `0x${pair.repeat(32)}` as Digest;
const request = { model: hex('aa'), provider: 'cpu', seed: hex('bb'), runs: 5 } as const;

test('a proof is asked of one peer and answered by its node; the third within ten minutes is refused', async () => {
  const [a, b] = await Promise.all([stage.peer(), stage.peer()]);
  await b.client.call('connectTo', { addr: a.addr });
  for (const elapsedMs of [7, 8]) {
    const asked = b.client.call('askProof', { peerId: a.peerId, ...request });
    await until(() => expect(a.heard.proofAsked).toHaveLength(elapsedMs - 6));
    const question = a.heard.proofAsked.at(-1)!;
    expect(question).toMatchObject({ ...request, from: b.peerId });
    await a.client.call('answerProof', { id: question.id, answer: { status: 'ok', digest: hex('cc'), elapsedMs } });
    expect(await asked).toMatchObject({
      answer: { status: 'ok', digest: hex('cc'), elapsedMs },
      roundTripMs: expect.any(Number),
    });
  }
  expect((await b.client.call('askProof', { peerId: a.peerId, ...request })).answer).toEqual({ status: 'busy' });
  expect(a.heard.proofAsked).toHaveLength(2);
  // Nobody waits for this one.
  await a.client.call('answerProof', { id: 99, answer: { status: 'busy' } });
});

test('a question beyond all bounds is a fault of whoever asks, and reaches no lane', async () => {
  const a = await stage.peer();
  const rogue = await stage.rogue();
  const { multiaddr } = await import('@multiformats/multiaddr');
  const stream = await rogue.dialProtocol(multiaddr(a.addr), NAMES.proof);
  const { encode } = await import('@ipld/dag-cbor');
  const body = encode({ ...request, runs: 1_000_000 });
  stream.send(Buffer.concat([Buffer.from([(body.length & 0x7f) | 0x80, body.length >> 7]), body]));
  await until(async () => expect((await a.client.call('status', null)).faults).toBe(1));
  expect(a.heard.proofAsked).toEqual([]);
});

test('whoever opens a stream and says nothing keeps nobody else from being answered', async () => {
  const a = await stage.peer();
  const b = await stage.peer();
  const rogue = await stage.rogue();
  const { multiaddr } = await import('@multiformats/multiaddr');
  await rogue.dialProtocol(multiaddr(a.addr), NAMES.proof);
  await b.client.call('connectTo', { addr: a.addr });
  const asked = b.client.call('askProof', { peerId: a.peerId, ...request });
  await until(() => expect(a.heard.proofAsked).toHaveLength(1));
  const { id } = a.heard.proofAsked[0]!;
  await a.client.call('answerProof', { id, answer: { status: 'ok', digest: hex('cc'), elapsedMs: 1 } });
  expect(await asked).toMatchObject({ answer: { status: 'ok' } });
});

test('scores in a presence are bounded', async () => {
  const [a, b] = await Promise.all([stage.peer(), stage.peer()]);
  const score = { model: hex('aa'), provider: 'cpu', runsPer1000s: 1_000 } as const;
  const { roles, models, binding } = presenceOf(a.peerId, 1);
  await a.client.call('setPresence', { roles, models, binding, scores: [score] });
  await b.client.call('connectTo', { addr: a.addr });
  await until(() => expect(b.heard.presence.at(-1)).toMatchObject({ peerId: a.peerId, scores: [score] }));
  for (const scores of [
    Array.from({ length: 9 }, () => score),
    [{ ...score, runsPer1000s: 0 }],
    [{ ...score, runsPer1000s: 1.5 }],
    [{ ...score, provider: 'abacus' }],
  ]) {
    expect(scoresShape.safeParse(scores).success).toBe(false);
    expect(() => checkPresence({ roles, models, binding, scores: scores as never })).toThrow('not valid');
  }
});
