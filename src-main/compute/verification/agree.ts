import { assertNever } from '../../../src-shared/domain/errors.ts';
import type { Manifest } from '../../models/manifest.ts';
import { tensorBytes, type TensorSpec } from '../../models/tensors.ts';
import { isFloat, numbersOf } from '../tensor.ts';
import { compareRanking } from './ranking.ts';
import { roundLike, roundOwn } from './rounded.ts';
import { compareValues } from './tolerance.ts';

/** Whether a published result is what this machine finds right; `unknown` is for people to say. */
export interface Agreement {
  readonly verdict: 'same' | 'different' | 'unknown';
  /** One sentence. */
  readonly why: string;
}

type Outputs = Pick<Manifest, 'verification' | 'outputs'>;

/**
 * What a solver publishes for the raw output of its run: the same bytes, but for `rounded`, where every machine that is
 * near enough gets the same ones.
 * @param output wire form
 */
export function publishable({ verification, outputs }: Outputs, output: Uint8Array): Uint8Array {
  if (verification.kind !== 'rounded') return output;
  return mapFloats(outputs, output, (values) => roundOwn(values, verification.step));
}

/** Whether two honest machines publish the same bytes without knowing of each other. */
export function sameBytes({ verification }: Pick<Manifest, 'verification'>): boolean {
  return verification.kind === 'exact';
}

/**
 * Compares a published result with the raw output of an own run by the class that the model declares.
 * Integers and truth values must be equal in every class.
 * @param published wire form @param own wire form
 */
export function agree({ verification, outputs }: Outputs, published: Uint8Array, own: Uint8Array): Agreement {
  if (published.length !== own.length) return different('The result has another size.');
  if (verification.kind === 'jury') return { verdict: 'unknown', why: 'People judge the results of this model.' };
  if (verification.kind !== 'exact') {
    const whole = pieces(outputs, published, own).filter(({ spec }) => !isFloat(spec.dtype));
    if (whole.some(({ a, b }) => !Buffer.from(a).equals(b))) return different('Whole numbers of the result differ.');
  }
  switch (verification.kind) {
    case 'exact':
      return Buffer.from(published).equals(own)
        ? same('The bytes are the same.')
        : different('The bytes differ, and every machine gets the same ones with this model.');
    case 'rounded': {
      const { step } = verification;
      const expected = mapFloats(outputs, own, (values, at) => roundLike(at(published), values, step));
      return Buffer.from(published).equals(expected)
        ? same('On the solver’s grid the values are the same.')
        : different(`Values differ by more than the step of ${step} allows.`);
    }
    case 'tolerance': {
      const found = floats(outputs, published, own).map(([a, b]) => compareValues(b, a, verification));
      if (found.every(({ agrees }) => agrees)) return same('All values are as near as the model allows.');
      const worst = Math.max(...found.map(({ worstRatio }) => worstRatio));
      return different(
        worst > 1
          ? `The largest difference is ${times(worst)} what the model allows.`
          : 'All values are off in the same direction.',
      );
    }
    case 'digest': {
      const [first] = floats(outputs, published, own);
      if (first === undefined) return same('The bytes are the same.');
      const { agrees, by } = compareRanking(first[1], first[0], verification);
      const what = by === 'order' ? 'The best answers come in' : 'Some answers are nearly equal; the values are';
      if (agrees) return same(by === 'order' ? `${what} the same order.` : `${what} as near as the model allows.`);
      return different(by === 'order' ? `${what} another order.` : `${what} too far apart.`);
    }
    default:
      return assertNever(verification);
  }
}

function same(why: string): Agreement {
  return { verdict: 'same', why };
}

function different(why: string): Agreement {
  return { verdict: 'different', why };
}

function times(ratio: number): string {
  return Number.isFinite(ratio) ? `${ratio < 10 ? ratio.toFixed(1) : Math.round(ratio)} times` : 'far beyond';
}

export interface Piece {
  readonly spec: TensorSpec;
  readonly a: Uint8Array;
  readonly b: Uint8Array;
}

/** Tensors of two wire forms of the same length. */
export function pieces(outputs: readonly TensorSpec[], a: Uint8Array, b: Uint8Array): Piece[] {
  let at = 0;
  return outputs.map((spec) => {
    const [from, to] = [at, (at += tensorBytes(spec))];
    return { spec, a: a.subarray(from, to), b: b.subarray(from, to) };
  });
}

/** Tensors of floats of two wire forms of the same length. */
export function floats(
  outputs: readonly TensorSpec[],
  a: Uint8Array,
  b: Uint8Array,
): Array<[ArrayLike<number>, ArrayLike<number>]> {
  return pieces(outputs, a, b)
    .filter(({ spec }) => isFloat(spec.dtype))
    .map((piece) => [numbersOf({ ...piece.spec, bytes: piece.a }), numbersOf({ ...piece.spec, bytes: piece.b })]);
}

/** Replaces the float32 tensors of a wire form. `at` gives the same tensor of another wire form. */
function mapFloats(
  outputs: readonly TensorSpec[],
  wire: Uint8Array,
  map: (values: ArrayLike<number>, at: (other: Uint8Array) => ArrayLike<number>) => Float32Array,
): Uint8Array {
  const result = Uint8Array.from(wire);
  let from = 0;
  for (const spec of outputs) {
    const start = from;
    from += tensorBytes(spec);
    if (spec.dtype !== 'float32') continue;
    const read = (bytes: Uint8Array): ArrayLike<number> => numbersOf({ ...spec, bytes: bytes.subarray(start, from) });
    result.set(new Uint8Array(map(read(wire), read).buffer), start);
  }
  return result;
}
