import type { Manifest } from '../../models/manifest.ts';

/** Honest engines differ at least by this share of the largest value somewhere; nobody needs more than the upper one. */
const LEAST = 2 ** -18;
const MOST = 2 ** -8;

/**
 * How far two values between the nodes may be apart, as a share of the largest value of their tensor: what the class of
 * the model allows in its result, carried over.
 * @param largest absolute value in the result
 */
export function innerShare(verification: Manifest['verification'], largest: number): number {
  const allowed = allowedAt(verification, largest);
  const share = largest > 0 && Number.isFinite(largest) ? allowed / largest : MOST;
  return Math.min(MOST, Math.max(LEAST, share));
}

function allowedAt(verification: Manifest['verification'], largest: number): number {
  switch (verification.kind) {
    case 'tolerance':
      return verification.atol + verification.rtol * largest;
    case 'rounded':
      return verification.step / 4;
    case 'digest':
      // Scores nearer than the margin are compared by it; what makes them differ is far smaller.
      return verification.margin / 10;
    case 'exact':
    case 'jury':
      return 0;
  }
}
