import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Digest, PeerId } from '../../src-shared/domain/ids.ts';
import type { DeviceId } from '../../src-shared/domain/machine.ts';
import { MAX_CLAIM, PROOF_RUNS, scoreShape, type ProofAnswer } from '../network/index.ts';
import { computeProof, derivedInput, judgeProof, runsFor, type ProofModel } from './speed-proof.ts';
import { SpeedProofs, type SpeedDevice } from './speed-proofs.ts';

const MODEL = `0x${'ab'.repeat(32)}` as Digest;
const SEED = `0x${'01'.repeat(32)}` as Digest;
/** In place of a lane: exact, too. */
const exact: ProofModel = {
  digest: MODEL,
  inputBytes: 100,
  run: async (input) => createHash('sha256').update(input).digest(),
};
const PEER = 'peer' as PeerId;
const PROCESSOR: SpeedDevice = { device: 'cpu' as DeviceId, provider: 'cpu', duty: 1 };
const CARD: SpeedDevice = { device: 'gpu-0' as DeviceId, provider: 'webgpu', duty: 1 };

test('the same seed gives the same digest everywhere; another seed, model or number of runs another', async () => {
  const { digest } = await computeProof(exact, SEED, 70);
  expect((await computeProof(exact, SEED, 70)).digest).toBe(digest);
  expect((await computeProof(exact, SEED, 69)).digest).not.toBe(digest);
  expect((await computeProof(exact, MODEL, 70)).digest).not.toBe(digest);
  expect((await computeProof({ ...exact, run: async () => Buffer.alloc(1) }, SEED, 70)).digest).not.toBe(digest);
  fc.assert(
    fc.property(fc.nat(5_000), fc.nat(1_000), (run, bytes) => {
      expect(derivedInput(SEED, run, bytes)).toHaveLength(bytes);
    }),
  );
  expect(derivedInput(SEED, 1, 64)).not.toEqual(derivedInput(SEED, 2, 64));
});

test('a claim holds by the asker’s own clock, and only with the right digest', () => {
  const given = { digest: SEED, roundTripMs: 1_500 };
  expect(judgeProof(1_000_000, 1_000, given, SEED)).toEqual({ kind: 'holds', measured: 1_000_000 });
  expect(judgeProof(3_000_000, 1_000, given, SEED).kind).toBe('slow');
  expect(judgeProof(1, 1_000, given, MODEL).kind).toBe('wrong');
  expect([runsFor(1, 4_096), runsFor(500_000, 4_096), runsFor(1e12, 4_096)]).toEqual([1, 1_000, 4_096]);
});

/** Two nodes in one process: what one asks, the other answers. */
interface Prover {
  readonly free?: boolean;
  readonly models?: readonly ProofModel[];
  readonly devices?: () => readonly SpeedDevice[];
  readonly mark?: () => string;
}

function pair(prover: Prover = {}, own: ProofModel = exact) {
  const store = new Map<string, unknown>();
  let answered: ProofAnswer | undefined;
  const needs = {
    settings: {
      kept: <T>(key: string, _: unknown, fallback: T): T => (store.get(key) as T) ?? fallback,
      keep: (key: string, value: unknown): void => void store.set(key, value),
    },
    devices: prover.devices ?? (() => [PROCESSOR]),
    mark: prover.mark ?? (() => 'mark'),
    log: () => undefined,
  };
  const there = new SpeedProofs({
    ...needs,
    models: async () => prover.models ?? [exact],
    free: () => prover.free ?? true,
    answer: async (_, answer) => void (answered = answer),
    ask: async () => Promise.reject(new Error('asks nobody')),
  });
  const here = new SpeedProofs({
    ...needs,
    models: async () => [own],
    free: () => true,
    answer: async () => undefined,
    ask: async (from, request) => {
      await there.answer({ id: 1, from, ...request });
      return { answer: answered ?? { status: 'busy' }, roundTripMs: 600 };
    },
  });
  return { here, there, store, answered: () => answered };
}

test('a peer proves its speed, a liar does not, and one that is busy says so', async () => {
  const claim = { model: MODEL, provider: 'cpu', runsPer1000s: 1_000 } as const;
  expect(await pair().here.challenge(PEER, claim)).toMatchObject({ kind: 'holds' });
  const liar = { ...exact, run: async () => Buffer.alloc(32) };
  expect(await pair({ models: [liar] }).here.challenge(PEER, claim)).toMatchObject({ kind: 'wrong' });
  await expect(pair({ free: false }).here.challenge(PEER, claim)).rejects.toMatchObject({ code: 'NO_PROOF' });
  await expect(pair({ models: [] }).here.challenge(PEER, claim)).rejects.toMatchObject({ code: 'NO_PROOF' });
  const broken = { ...exact, run: async () => Promise.reject(new Error('the lane died')) };
  await expect(pair({ models: [broken] }).here.challenge(PEER, claim)).rejects.toMatchObject({ code: 'NO_PROOF' });
});

test('who cannot compare blames nobody: without the model, or with a machine that contradicts itself', async () => {
  const claim = { model: MODEL, provider: 'cpu', runsPer1000s: 1_000 } as const;
  const { here } = pair();
  await expect(here.challenge(PEER, { ...claim, model: SEED })).rejects.toMatchObject({ code: 'NO_MODEL' });
  let turn = 0;
  const moody: ProofModel = { ...exact, run: async () => Uint8Array.of(turn++) };
  const { here: broken } = pair({}, moody);
  await expect(broken.challenge(PEER, claim)).rejects.toMatchObject({ code: 'OWN_FAULT' });
});

test('proofs are computed one after the other, and whoever asks meanwhile hears that this machine is busy', async () => {
  let end = (): void => undefined;
  const slow: ProofModel = {
    ...exact,
    run: (input) => new Promise((resolve) => (end = () => resolve(Buffer.from(input)))),
  };
  const { here, there, answered } = pair({ models: [slow] });
  const asked = here.challenge(PEER, { model: MODEL, provider: 'cpu', runsPer1000s: 1 });
  await new Promise((resolve) => setImmediate(resolve));
  await there.answer({ id: 2, from: PEER, model: MODEL, provider: 'cpu', seed: SEED, runs: 1 });
  expect(answered()).toEqual({ status: 'busy' });
  expect(await there.claims()).toEqual([]);
  end();
  await asked;
});

test('the own speed is measured once, and not while there is work', async () => {
  const { there, store } = pair();
  const [claim] = await there.claims();
  expect(claim).toMatchObject({ model: MODEL, provider: 'cpu' });
  expect(claim?.runsPer1000s).toBeGreaterThan(0);
  expect(await there.claims()).toEqual([claim]);
  expect(store.size).toBe(1);
  expect(await pair({ free: false }).there.claims()).toEqual([]);
});

test('each device has a speed of its own, and the proof of a claim is computed where it was measured', async () => {
  const ran: Array<DeviceId | undefined> = [];
  const model: ProofModel = {
    ...exact,
    run: (input, device) => {
      ran.push(device);
      return exact.run(input);
    },
  };
  const second = { ...CARD, device: 'gpu-1' as DeviceId };
  let devices: readonly SpeedDevice[] = [PROCESSOR, CARD, second];
  let mark = 'driver 1';
  const { there, here } = pair({ models: [model], devices: () => devices, mark: () => mark });
  const claims = await there.claims();
  expect(claims.map(({ provider }) => provider)).toEqual(['cpu', 'webgpu']);
  expect(new Set(ran)).toEqual(new Set(['cpu', 'gpu-0', 'gpu-1']));

  ran.length = 0;
  expect(await here.challenge(PEER, claims[1]!)).toMatchObject({ kind: expect.stringMatching(/holds|slow/) });
  // Only one of the cards.
  expect(new Set(ran).size).toBe(1);
  expect(ran[0]).toMatch(/^gpu-/);

  // The cards may not compute now: no time for a proof, but the claim stands. What was never claimed is not known.
  devices = [PROCESSOR];
  expect(await there.claims()).toEqual(claims);
  await expect(here.challenge(PEER, claims[1]!)).rejects.toMatchObject({ message: expect.stringContaining('no time') });
  await expect(here.challenge(PEER, { ...claims[1]!, provider: 'cuda' })).rejects.toMatchObject({
    message: expect.stringContaining('does not have'),
  });

  // Another driver: everything is measured anew.
  mark = 'driver 2';
  ran.length = 0;
  expect((await there.claims()).map(({ provider }) => provider)).toEqual(['cpu']);
  expect(new Set(ran)).toEqual(new Set(['cpu']));
});

test('a device that fails or is told to stop in the middle is left out, and measured another time', async () => {
  let works = false;
  const model: ProofModel = {
    ...exact,
    run: async (input, device) => {
      if (device === CARD.device && !works) throw new Error('the driver is gone');
      return exact.run(input);
    },
  };
  const { there } = pair({ models: [model], devices: () => [CARD, PROCESSOR] });
  expect((await there.claims()).map(({ provider }) => provider)).toEqual(['cpu']);
  works = true;
  expect((await there.claims()).map(({ provider }) => provider).toSorted()).toEqual(['cpu', 'webgpu']);
});

test('a device that is slowed down, or is while it is measured, is measured another time: it would look slow for good', async () => {
  let duty = 0.5;
  let slows = false;
  const model: ProofModel = {
    ...exact,
    run: (input) => {
      if (slows) duty = 0.5;
      return exact.run(input);
    },
  };
  const { there, store } = pair({ models: [model], devices: () => [{ ...PROCESSOR, duty }] });
  expect(await there.claims()).toEqual([]);
  [duty, slows] = [1, true];
  expect(await there.claims()).toEqual([]);
  expect(store.size).toBe(0);
  [duty, slows] = [1, false];
  expect(await there.claims()).toHaveLength(1);
});

test('no answer, however quick, shows more than can be measured; and nobody may claim more', () => {
  fc.assert(
    fc.property(fc.nat(2_000), fc.integer({ min: 1, max: MAX_CLAIM * 1_000 }), (roundTripMs, claim) => {
      const runs = runsFor(claim, PROOF_RUNS);
      const { measured } = judgeProof(claim, runs, { digest: SEED, roundTripMs }, SEED);
      expect(measured).toBeLessThanOrEqual(MAX_CLAIM);
    }),
  );
  const score = { model: MODEL, provider: 'cpu', runsPer1000s: MAX_CLAIM };
  expect(scoreShape.safeParse(score).success).toBe(true);
  expect(scoreShape.safeParse({ ...score, runsPer1000s: MAX_CLAIM + 1 }).success).toBe(false);
});
