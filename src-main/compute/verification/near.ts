import { assertNever } from '../../../src-shared/domain/errors.ts';
import type { Manifest } from '../../models/manifest.ts';
import { isFloat } from '../tensor.ts';
import { floats, pieces } from './agree.ts';
import { compareValues, type Tolerance } from './tolerance.ts';

/**
 * How many times what the model allows a result may be off and still come from an honest machine of an odd kind. Models
 * are to allow ten times what machines were seen to differ by (docs/models.md), so this is forty times that. Whoever
 * stays inside the bound of every single node moves the result by less (near.test.ts).
 */
export const SLACK = 4;

/** Whether a result that does not agree is so near that rounding alone may explain it. @param published @param own wire form */
export function isNear(
  { verification, outputs }: Pick<Manifest, 'verification' | 'outputs'>,
  published: Uint8Array,
  own: Uint8Array,
): boolean {
  const allowed = allowance(verification);
  if (allowed === null || published.length !== own.length) return false;
  const whole = pieces(outputs, published, own).filter(({ spec }) => !isFloat(spec.dtype));
  if (whole.some(({ a, b }) => !Buffer.from(a).equals(b))) return false;
  return floats(outputs, published, own).every(([theirs, mine]) => compareValues(mine, theirs, allowed).agrees);
}

function allowance(verification: Manifest['verification']): Tolerance | null {
  switch (verification.kind) {
    case 'tolerance':
      return { atol: SLACK * verification.atol, rtol: SLACK * verification.rtol };
    case 'rounded':
      // Where a step is finer than a float32 is, values were not rounded.
      return { atol: SLACK * verification.step, rtol: SLACK * 2 ** -22 };
    case 'digest':
      return { atol: SLACK * verification.margin, rtol: 0 };
    case 'exact':
    case 'jury':
      return null;
    default:
      return assertNever(verification);
  }
}
