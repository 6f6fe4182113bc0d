import { z } from 'zod';
import type { Digest, PeerId } from '../../src-shared/domain/ids.ts';
import { PROVIDERS, type Provider } from '../../src-shared/domain/machine.ts';

/** Most runs that anybody may ask for, and most time that an answer may take, ms. */
export const PROOF_RUNS = 4_096;
export const PROOF_MS = 30_000;
/** How often one peer may ask, per second, and how often at once. */
export const PROOF_RATE = 1 / 600;
export const PROOF_BURST = 2;
/** The same for all peers together: names of peers cost nothing, electricity does. */
export const PROOFS_RATE = 1 / 120;
export const PROOFS_BURST = 8;
/** What the way there and back may take of the time that is measured, ms. */
export const PROOF_WAY_MS = 500;
/** Runs per 1,000 s. Beyond it the most runs that may be asked for take no longer than the way: it could not be checked. */
export const MAX_CLAIM = (PROOF_RUNS * 1_000_000) / PROOF_WAY_MS;

const digest = z
  .string()
  .regex(/^0x[0-9a-f]{64}$/)
  .transform((text) => text as Digest);

/** What a node says it is capable of: runs of an exact model per 1,000 seconds, so that it is a whole number. */
export interface SpeedClaim {
  readonly model: Digest;
  readonly provider: Provider;
  readonly runsPer1000s: number;
}

export const MAX_SCORES = 8;
export const scoreShape = z.strictObject({
  model: digest,
  provider: z.enum(PROVIDERS),
  runsPer1000s: z.number().int().min(1).max(MAX_CLAIM),
});
export const scoresShape = z.array(scoreShape).max(MAX_SCORES);

/** A model that gives the same bytes everywhere, by which means, a seed that nobody could know before, and how often. */
export const proofRequest = z.strictObject({
  model: digest,
  provider: z.enum(PROVIDERS),
  seed: digest,
  runs: z.number().int().min(1).max(PROOF_RUNS),
});
export type ProofRequest = z.infer<typeof proofRequest>;

export const proofAnswer = z.discriminatedUnion('status', [
  z.strictObject({ status: z.literal('ok'), digest, elapsedMs: z.number().int().min(0).max(PROOF_MS) }),
  /** Has other things to do, or was asked too often. */
  z.strictObject({ status: z.literal('busy') }),
  z.strictObject({ status: z.literal('unknown') }),
]);
export type ProofAnswer = z.infer<typeof proofAnswer>;

/** A peer asks; `id` names the question between the peer process and the node. */
export interface ProofAsked extends ProofRequest {
  readonly id: number;
  readonly from: PeerId;
}

export interface ProofGiven {
  readonly answer: ProofAnswer;
  /** From question to answer on the own clock, ms: what the other side cannot make shorter. */
  readonly roundTripMs: number;
}
