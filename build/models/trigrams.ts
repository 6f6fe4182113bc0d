import { GraphBuilder } from '../../src-main/models/onnx/graph.ts';
import type { ModelProto } from '../../src-main/models/onnx/types.ts';

/** Bytes of text that the model reads. */
export const TEXT_BYTES = 256;
const CLASSES = 64;
/** Rows of the table of trigrams; a prime, so that the remainder spreads them. */
const ROWS = 16_381;
const OTHER = 1;
const PREFIX = 2;
const INT32 = 6;

/** Letters in one class per letter whatever their case, accents by their second UTF-8 byte, all else 0. */
export const BYTE_CLASS: Int32Array = Int32Array.from({ length: 256 }, (_, byte) => {
  const lower = byte | 0x20;
  if (byte < 0x80) return lower >= 0x61 && lower <= 0x7a ? 3 + lower - 0x61 : 0;
  if (byte === 0xc3) return PREFIX;
  // U+00C0 to U+00FF: capitals lie 0x20 below small letters. Marks such as « or ¿ start with 0xC2 and stay OTHER.
  return byte <= 0xbf ? 29 + (lower & 0x1f) : OTHER;
});

/** Weights are laid out row by row, one column per language. */
export interface TrigramWeights {
  readonly pairs: Float64Array | Int32Array;
  readonly triples: Float64Array | Int32Array;
  readonly bias: Float64Array | Int32Array;
}

export function emptyWeights(languages: number): { pairs: Float64Array; triples: Float64Array; bias: Float64Array } {
  const table = (rows: number): Float64Array => new Float64Array(rows * languages);
  return { pairs: table(CLASSES * CLASSES), triples: table(ROWS), bias: table(1) };
}

export interface Features {
  /** Rows of the two tables, one entry per place in the text; row 0 of each is padding and weighs nothing. */
  readonly pairs: readonly number[];
  readonly triples: readonly number[];
}

/** @param wire text, filled up with zeros to TEXT_BYTES */
export function features(wire: Uint8Array): Features {
  const at = (index: number): number => BYTE_CLASS[wire[index] ?? 0] ?? 0;
  const pairs = Array.from({ length: TEXT_BYTES - 1 }, (_, index) => at(index) * CLASSES + at(index + 1));
  const triples = Array.from(
    { length: TEXT_BYTES - 2 },
    (_, index) => ((pairs[index] ?? 0) * CLASSES + at(index + 2)) % ROWS,
  );
  return { pairs, triples };
}

/** Sums of the rows: in integers this is what every runtime must give. */
export function scores({ pairs, triples }: Features, weights: TrigramWeights): number[] {
  const languages = weights.bias.length;
  return Array.from(weights.bias, (bias, language) => {
    let sum = bias;
    for (const row of pairs) sum += weights.pairs[row * languages + language] ?? 0;
    for (const row of triples) sum += weights.triples[row * languages + language] ?? 0;
    return sum;
  });
}

/** The same in ONNX: all of it 32-bit integers. */
export function trigramGraph(weights: TrigramWeights): ModelProto {
  const languages = weights.bias.length;
  const graph = new GraphBuilder('language-guesser');
  const input = { name: 'text', dtype: 'uint8', shape: [TEXT_BYTES] } as const;
  const output = { name: 'scores', dtype: 'int32', shape: [languages] } as const;
  const number = (value: number): string => graph.constant('int32', [], [value]);
  const index = (value: number): string => graph.constant('int64', [1], [value]);
  const cut = (value: string, from: number, to: number): string => graph.op('Slice', [value, index(from), index(to)]);
  const classes = graph.constant('int32', [256], BYTE_CLASS, 'classes');
  const codes = graph.op('Gather', [classes, graph.op('Cast', [input.name], { to: INT32 })]);
  const step = number(CLASSES);
  const next = (value: string, from: number, length: number): string =>
    graph.op('Add', [graph.op('Mul', [value, step]), cut(codes, from, from + length)]);
  const pairs = next(cut(codes, 0, TEXT_BYTES - 1), 1, TEXT_BYTES - 1);
  const triples = graph.op('Mod', [next(cut(pairs, 0, TEXT_BYTES - 2), 2, TEXT_BYTES - 2), number(ROWS)]);
  const sum = (rows: string, table: TrigramWeights['pairs'], name: string): string => {
    const held = graph.constant('int8', [table.length / languages, languages], Int8Array.from(table), name);
    const found = graph.op('Cast', [graph.op('Gather', [held, rows])], { to: INT32 });
    return graph.op('ReduceSum', [found, index(0)], { keepdims: 0 });
  };
  const both = graph.op('Add', [sum(pairs, weights.pairs, 'pairs'), sum(triples, weights.triples, 'triples')]);
  graph.op('Add', [both, graph.constant('int32', [languages], Int32Array.from(weights.bias), 'bias')], {}, output.name);
  return graph.build([input], [output]);
}
