import { seeded } from '../../src-main/models/random.ts';
import { parseMoot } from '../../src-shared/domain/amounts.ts';
import { best } from './network.ts';
import { fragment, LANGUAGES, sentences, textWire, type Sentence } from './sentences.ts';
import { emptyWeights, features, scores, TEXT_BYTES, trigramGraph, type TrigramWeights } from './trigrams.ts';
import type { Trained } from './write.ts';

const EPOCHS = 120;
const TOP = 127;

type Table = Float64Array;

/** Logistic regression over pairs and triples of letters, on whole sentences and on pieces of them. */
function learn(progress: (line: string) => void): { pairs: Table; triples: Table; bias: Table } {
  const weights = emptyWeights(LANGUAGES.length);
  const random = seeded(8);
  const examples = sentences('training');
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    const rate = 0.06 * (1 - epoch / EPOCHS);
    for (let step = 0; step < examples.length; step++) {
      const { text, label } = examples[random.below(examples.length)] as Sentence;
      const piece = random.next() < 0.3 ? text : fragment(text, 2 + random.below(6), random);
      const wire = textWire(random.next() < 0.15 ? piece.toUpperCase() : piece);
      adjust(weights, wire, label, rate);
    }
  }
  progress(`learned from ${examples.length} sentences, ${EPOCHS} times`);
  return weights;
}

function adjust(
  weights: { pairs: Table; triples: Table; bias: Table },
  wire: Uint8Array,
  label: number,
  rate: number,
): void {
  const found = features(wire);
  const sums = scores(found, weights);
  const peak = Math.max(...sums);
  const shares = sums.map((sum) => Math.exp(sum - peak));
  const total = shares.reduce((sum, share) => sum + share, 0);
  shares.forEach((share, language) => {
    const error = share / total - (language === label ? 1 : 0);
    const change = (table: Table, row: number): void => {
      // Row 0 is padding: it must weigh nothing, or the answer would depend on the length of the text.
      if (row === 0) return;
      const at = row * LANGUAGES.length + language;
      table[at] = (table[at] as number) * (1 - rate * 1e-3) - rate * error;
    };
    for (const row of found.pairs) change(weights.pairs, row);
    for (const row of found.triples) change(weights.triples, row);
    weights.bias[language] = (weights.bias[language] as number) - rate * error;
  });
}

/** Rounds to int8 with one scale for all tables. @returns score units per logit */
function toIntegers(weights: { pairs: Table; triples: Table; bias: Table }): {
  integers: TrigramWeights;
  unit: number;
} {
  const most = [weights.pairs, weights.triples].reduce(
    (peak, table) => table.reduce((high, weight) => Math.max(high, Math.abs(weight)), peak),
    0,
  );
  const unit = TOP / most;
  const round = (table: Table): Int32Array => Int32Array.from(table, (weight) => Math.round(weight * unit));
  return {
    integers: { pairs: round(weights.pairs), triples: round(weights.triples), bias: round(weights.bias) },
    unit,
  };
}

function share(examples: readonly Sentence[], weights: TrigramWeights): string {
  const right = examples.filter(({ text, label }) => best(scores(features(textWire(text)), weights)) === label).length;
  return `${((right / examples.length) * 100).toFixed(1)} % (${right} of ${examples.length})`;
}

export function trainLanguageGuesser(progress: (line: string) => void): Trained {
  const { integers, unit } = toIntegers(learn(progress));
  const held = sentences('held-out');
  const random = seeded(9);
  const pieces = (words: number): Sentence[] =>
    Array.from({ length: 8 }, () =>
      held.map(({ text, label }) => ({ text: fragment(text, words, random), label })),
    ).flat();
  const accuracy = `${share(held, integers)} of held-out sentences; of pieces of them with five words ${share(pieces(5), integers)}, three words ${share(pieces(3), integers)}`;
  progress(accuracy);
  return {
    folder: 'language-guesser',
    graph: trigramGraph(integers),
    measured: [
      accuracy,
      `trained on ${sentences('training').length} sentences in ${LANGUAGES.length} languages, written for this project`,
    ],
    story: {
      name: 'Language guesser',
      description: `Says in which language a sentence is written: ${LANGUAGES.map(({ name }) => name).join(', ')}. Adds up how typical its pairs and triples of letters are, in integers only: every computer that runs it gets the same bytes.`,
      verification: { kind: 'exact' },
      inputs: [{ name: 'text', dtype: 'uint8', shape: [TEXT_BYTES] }],
      outputs: [{ name: 'scores', dtype: 'int32', shape: [LANGUAGES.length] }],
      presentation: {
        input: { kind: 'text', maxBytes: TEXT_BYTES, encoding: 'utf8', pad: 0 },
        output: { kind: 'classes', labels: LANGUAGES.map(({ name }) => name), unit: Math.round(unit) },
      },
      fee: parseMoot('0.005'),
      bounds: { memoryBytes: 128 * 1024 * 1024, timeMs: 5_000 },
      accuracy,
    },
  };
}
