import type { NodeProto } from '../../../models/onnx/types.ts';
import { broadcast, unravel } from './places.ts';
import { exactly, float, nearly, roughly, word, type Recomputed, type Rule } from './values.ts';

type Unary = (x: number, node: NodeProto) => number;
type Judged = (value: number) => Recomputed;

const EXACT: Readonly<Record<string, Unary>> = {
  Abs: Math.abs,
  Ceil: Math.ceil,
  Dropout: (x) => x,
  Floor: Math.floor,
  Identity: (x) => x,
  Neg: (x) => -x,
  Relu: (x) => (x < 0 ? 0 : x),
  // Half to even, as the standard has it.
  Round: (x) => (Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x)),
  Sign: Math.sign,
};

const NEAR: Readonly<Record<string, Unary>> = {
  LeakyRelu: (x, node) => (x < 0 ? float(node, 'alpha', 0.01) * x : x),
  Reciprocal: (x) => 1 / x,
  Sqrt: Math.sqrt,
};

const ROUGH: Readonly<Record<string, Unary>> = {
  Cos: Math.cos,
  Elu: (x, node) => (x < 0 ? float(node, 'alpha', 1) * Math.expm1(x) : x),
  Erf: erf,
  Exp: Math.exp,
  Gelu: (x, node) => (word(node, 'approximate', 'none') === 'tanh' ? geluTanh(x) : 0.5 * x * (1 + erf(x / Math.SQRT2))),
  HardSigmoid: (x, node) => Math.min(1, Math.max(0, float(node, 'alpha', 0.2) * x + float(node, 'beta', 0.5))),
  HardSwish: (x) => x * Math.min(1, Math.max(0, x / 6 + 0.5)),
  Log: Math.log,
  Mish: (x) => x * Math.tanh(Math.log1p(Math.exp(x))),
  Sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  Sin: Math.sin,
  Softplus: (x) => (x > 30 ? x : Math.log1p(Math.exp(x))),
  Softsign: (x) => x / (1 + Math.abs(x)),
  Tanh: Math.tanh,
};

const PAIRS: Readonly<Record<string, readonly [(a: number, b: number) => number, Judged]>> = {
  Add: [(a, b) => a + b, nearly],
  Div: [(a, b) => a / b, nearly],
  Max: [(a, b) => Math.max(a, b), exactly],
  Min: [(a, b) => Math.min(a, b), exactly],
  Mul: [(a, b) => a * b, nearly],
  PRelu: [(a, b) => (a < 0 ? a * b : a), nearly],
  Pow: [(a, b) => a ** b, roughly],
  Sub: [(a, b) => a - b, nearly],
  Sum: [(a, b) => a + b, nearly],
};

const unary =
  (of: Unary, judged: Judged): Rule =>
  ({ node, inputs: [x], element }) =>
    x === undefined ? null : judged(of(x.at(element), node));

/** From left to right over all inputs: Max, Min and Sum take any number. */
const pairs =
  (of: (a: number, b: number) => number, judged: Judged): Rule =>
  ({ inputs, shape, element }) => {
    const index = unravel(element, shape);
    const values = inputs.flatMap((input) => (input === undefined ? [] : [broadcast(input, index)]));
    return values.length < 2 ? null : judged(values.reduce(of));
  };

const clip: Rule = ({ node, inputs: [x, low, high], element }) => {
  // Before operator set 11 the borders were attributes.
  if (x === undefined || (node.attributes?.length ?? 0) > 0) return null;
  const [least, most] = [low?.at(0) ?? -Infinity, high?.at(0) ?? Infinity];
  return exactly(Math.min(most, Math.max(least, x.at(element))));
};

const where: Rule = ({ inputs: [condition, a, b], shape, element }) => {
  if (condition === undefined || a === undefined || b === undefined) return null;
  const index = unravel(element, shape);
  return exactly(broadcast(broadcast(condition, index) === 0 ? b : a, index));
};

/** Operators that look at one place of each input. */
export const POINTWISE: Readonly<Record<string, Rule>> = {
  ...rules(EXACT, (of) => unary(of, exactly)),
  ...rules(NEAR, (of) => unary(of, nearly)),
  ...rules(ROUGH, (of) => unary(of, roughly)),
  ...rules(PAIRS, ([of, judged]) => pairs(of, judged)),
  Clip: clip,
  Where: where,
};

function rules<T>(table: Readonly<Record<string, T>>, make: (entry: T) => Rule): Record<string, Rule> {
  return Object.fromEntries(Object.entries(table).map(([op, entry]) => [op, make(entry)]));
}

/** 2/sqrt(pi) exp(-x^2) sum 2^n x^(2n+1) / (2n+1)!! (Abramowitz and Stegun 7.1.6): all terms of one sign, so nothing cancels. */
export function erf(x: number): number {
  if (Number.isNaN(x)) return x;
  if (Math.abs(x) > 6) return Math.sign(x);
  let [term, sum] = [x, x];
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

function geluTanh(x: number): number {
  return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
}
