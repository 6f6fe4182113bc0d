import { drawDigit } from '../../src-main/models/digits.ts';
import { parseMoot } from '../../src-shared/domain/amounts.ts';
import { digitGraph } from './digit-graph.ts';
import { best, digitNetwork, train, type Example } from './network.ts';
import { integerScores, quantise } from './quantise.ts';
import type { Trained } from './write.ts';

const EXAMPLES = 160_000;
const CHECKS = 10_000;
/** Seeds from here on were never trained on (see drawDigit). */
const HELD_OUT = 2 ** 30;

const example = (index: number): Example => {
  const label = index % 10;
  return { label, input: Float32Array.from(drawDigit(label, Math.floor(index / 10)), (byte) => byte / 255) };
};

export function trainDigitReader(progress: (line: string) => void): Trained {
  const layers = digitNetwork(20_260);
  train(layers, EXAMPLES, example, progress);
  const samples = Array.from({ length: 400 }, (_, index) => example(index).input);
  const network = quantise(layers, 255, samples);
  const right = Array.from({ length: 10 }, () => 0);
  for (let index = 0; index < CHECKS; index++) {
    const label = index % 10;
    if (best(integerScores(network.layers, drawDigit(label, HELD_OUT + index))) === label)
      right[label] = (right[label] ?? 0) + 1;
  }
  const share = ((right.reduce((sum, count) => sum + count, 0) / CHECKS) * 100).toFixed(2);
  const worst = right.reduce((at, count, digit) => (count < (right[at] ?? 0) ? digit : at), 0);
  const accuracy = `${share} % of ${CHECKS} generated digits with seeds that were not trained on; worst digit ${worst} with ${(((right[worst] ?? 0) / CHECKS) * 1000).toFixed(1)} %`;
  progress(accuracy);
  return {
    folder: 'digit-reader',
    graph: digitGraph(network),
    measured: [accuracy, `trained on ${EXAMPLES} generated digits, once each; no picture of a real hand was used`],
    story: {
      name: 'Digit reader',
      description:
        'Reads one handwritten digit. A small convolutional network in integers only: every computer that runs it gets the same bytes.',
      verification: { kind: 'exact' },
      inputs: [{ name: 'pixels', dtype: 'uint8', shape: [1, 1, 28, 28] }],
      outputs: [{ name: 'scores', dtype: 'int32', shape: [1, 10] }],
      presentation: {
        input: {
          kind: 'image',
          width: 28,
          height: 28,
          channels: 1,
          layout: 'chw',
          ink: 'light',
          normalise: 'centre',
          scale: 1,
          offset: 0,
        },
        output: {
          kind: 'classes',
          labels: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
          unit: Math.round(network.unit),
        },
      },
      fee: parseMoot('0.01'),
      bounds: { memoryBytes: 128 * 1024 * 1024, timeMs: 5_000 },
      accuracy,
    },
  };
}
