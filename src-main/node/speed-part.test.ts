import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PeerId } from '../../src-shared/domain/ids.ts';
import { testPools, type TestPools } from '../compute/test-pool.ts';
import type { Machine } from '../machine/machine.ts';
import { SpeedBook } from '../machine/speed-book.ts';
import { ModelLibrary } from '../models/library.ts';
import type { ProofAnswer, ProofAsked, ProofRequest, SpeedClaim } from '../network/index.ts';
import { openStore } from '../store/open.ts';
import { Settings } from '../store/settings.ts';
import { temporaryFolder } from '../store/test-store.ts';
import type { NetworkParts } from './network-parts.ts';
import { speedPart } from './speed-part.ts';

let world: TestPools;
beforeAll(async () => void (world = await testPools()));
afterAll(() => world.clean());

const PEER = 'peer' as PeerId;

test('with a lane and the models that ship: the own speed is told once, proved, and a peer that changes a bit is found', async () => {
  const folder = temporaryFolder();
  const db = openStore(join(folder, 'node.db'));
  const log = (): void => undefined;
  const library = new ModelLibrary({
    builtIn: join(import.meta.dirname, '../../resources/models'),
    folder: join(folder, 'models'),
    log,
  });
  const models = await library.list();
  const told: SpeedClaim[][] = [];
  const faults: PeerId[] = [];
  let bend = (answer: ProofAnswer): ProofAnswer => answer;
  let ask: (question: ProofAsked) => void = () => undefined;
  const open = new Map<number, (answer: ProofAnswer) => void>();
  // A network in which the only peer is this node itself, seen in a mirror.
  const network = {
    onProof: (listener: typeof ask) => void (ask = listener),
    answerProof: async (id: number, answer: ProofAnswer) => open.get(id)?.(answer),
    askProof: async (from: PeerId, request: ProofRequest) => {
      const answer = await new Promise<ProofAnswer>((resolve) => {
        open.set(open.size, resolve);
        ask({ id: open.size - 1, from, ...request });
      });
      return { answer: bend(answer), roundTripMs: 1 };
    },
    fault: async (peer: PeerId) => void faults.push(peer),
  };
  const watch = speedPart({
    machine: { heldUp: () => null, facts: null } as unknown as Machine,
    pool: await world.open(),
    library,
    models: () => models,
    parts: {
      network,
      meeting: {
        claims: () => [{ peer: PEER, claims: told.at(-1) ?? [] }],
        claim: async (claims: SpeedClaim[]) => void told.push(claims),
      },
      speedBook: new SpeedBook(db),
    } as unknown as NetworkParts,
    settings: new Settings(db),
    changed: () => undefined,
    log,
  });
  await watch.start();
  await expect.poll(() => told.length, { timeout: 30_000 }).toBe(1);
  const [claim] = told[0]!;
  expect(models.find(({ digest }) => digest === claim!.model)?.manifest.verification.kind).toBe('exact');
  expect(claim!.runsPer1000s).toBeGreaterThan(0);

  await watch.round();
  expect(watch.views().get(PEER)).toMatchObject([{ state: 'holds', counts: true, checkable: true }]);
  expect([told.length, faults]).toEqual([1, []]);
  bend = (answer) => (answer.status === 'ok' ? { ...answer, digest: `0x${'00'.repeat(32)}` as never } : answer);
  expect(await watch.check(PEER, claim!.model, claim!.provider)).toMatchObject({ state: 'wrong', counts: false });
  expect(faults).toEqual([PEER]);
  await watch.stop();
});
