import { createHash } from 'node:crypto';
import type { Digest } from '../../src-shared/domain/ids.ts';
import type { DeviceId } from '../../src-shared/domain/machine.ts';
import { PROOF_WAY_MS, type SpeedClaim } from '../network/index.ts';

/** Runs one exact model, wire bytes in and out. */
export interface ProofModel {
  readonly digest: Digest;
  readonly inputBytes: number;
  /** @param device any when absent */
  readonly run: (input: Uint8Array, device?: DeviceId) => Promise<Uint8Array>;
}

interface ProofOptions {
  /** Only there. */
  readonly device?: DeviceId;
  readonly now?: () => number;
  readonly signal?: AbortSignal;
}

/** As many at once as travel together in one message to a lane. */
const TOGETHER = 32;

/** Pure. The input of one run: sha256 of seed and counter, as often as it takes. Nobody knows it before the seed. */
export function derivedInput(seed: Digest, run: number, bytes: number): Uint8Array {
  const blocks: Buffer[] = [];
  for (let block = 0; block * 32 < bytes; block++) {
    const counter = Buffer.alloc(8);
    counter.writeUInt32BE(run, 0);
    counter.writeUInt32BE(block, 4);
    blocks.push(
      createHash('sha256')
        .update(Buffer.from(seed.slice(2), 'hex'))
        .update(counter)
        .digest(),
    );
  }
  return Buffer.concat(blocks).subarray(0, bytes);
}

/** Computes all runs, and one digest over what came out. @throws whatever a run throws, and the reason of `signal` */
export async function computeProof(
  model: ProofModel,
  seed: Digest,
  runs: number,
  { device, now = () => performance.now(), signal }: ProofOptions = {},
): Promise<{ readonly digest: Digest; readonly elapsedMs: number }> {
  const hash = createHash('sha256');
  const began = now();
  for (let from = 0; from < runs; from += TOGETHER) {
    signal?.throwIfAborted();
    const some = Array.from({ length: Math.min(TOGETHER, runs - from) }, (_, at) =>
      model.run(derivedInput(seed, from + at, model.inputBytes), device),
    );
    for (const output of await Promise.all(some)) hash.update(createHash('sha256').update(output).digest());
  }
  return { digest: `0x${hash.digest('hex')}` as Digest, elapsedMs: Math.round(now() - began) };
}

export interface SpeedVerdict {
  readonly kind: 'holds' | 'slow' | 'wrong';
  /** Runs per 1,000 s by the own clock; the way there and back counts against the prover. */
  readonly measured: number;
}

/** By how much a claim may be missed: the machine has other things to do now and then. */
const TOLERANCE = 0.5;

/** Pure. Whether a claim holds: the digest must be right, and the time is the asker's own, which nobody can shorten. */
export function judgeProof(
  claim: number,
  runs: number,
  given: { readonly digest: Digest; readonly roundTripMs: number },
  own: Digest,
): SpeedVerdict {
  // What took no longer than the way says nothing finer.
  const measured = (runs * 1_000_000) / Math.max(PROOF_WAY_MS, given.roundTripMs - PROOF_WAY_MS);
  if (given.digest !== own) return { kind: 'wrong', measured: 0 };
  return { kind: measured >= claim * TOLERANCE ? 'holds' : 'slow', measured };
}

/** Pure. Enough runs for two seconds at the speed that was claimed. */
export function runsFor(claim: number, most: number): number {
  return Math.min(most, Math.max(1, Math.ceil((claim / 1_000) * 2)));
}

/** Pure. Of several claims of one kind only the highest. */
export function fastest(claims: readonly SpeedClaim[]): SpeedClaim[] {
  const highest = new Map<string, SpeedClaim>();
  for (const claim of claims) {
    const key = `${claim.model} ${claim.provider}`;
    if ((highest.get(key)?.runsPer1000s ?? 0) < claim.runsPer1000s) highest.set(key, claim);
  }
  return [...highest.values()];
}
