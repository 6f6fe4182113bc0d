import { drawDigit } from '../../src-main/models/digits.ts';
import type { TensorSpec } from '../../src-main/models/tensors.ts';
import { GraphBuilder } from '../../src-main/models/onnx/graph.ts';
import { parseMoot } from '../../src-shared/domain/amounts.ts';
import type { Layer } from './layer.ts';
import { best, digitNetwork, predict, train, type Example } from './network.ts';
import type { Trained } from './write.ts';

const EXAMPLES = 100_000;
const CHECKS = 10_000;
/** Seeds from here on were never trained on (see drawDigit). */
const HELD_OUT = 2 ** 30;
const FLOAT = 1;
const INPUT: TensorSpec = { name: 'pixels', dtype: 'uint8', shape: [1, 1, 28, 28] };
const OUTPUT: TensorSpec = { name: 'odds', dtype: 'float32', shape: [1, 10] };

const inputOf = (label: number, seed: number): Float32Array =>
  Float32Array.from(drawDigit(label, seed), (byte) => byte / 255);
const example = (index: number): Example => ({ label: index % 10, input: inputOf(index % 10, Math.floor(index / 10)) });

/** The network of the digit reader in plain floats: what machines compute alike, but not bit for bit. */
export function trainNumberOdds(progress: (line: string) => void): Trained {
  const layers = digitNetwork(77_001);
  train(layers, EXAMPLES, example, progress);
  let right = 0;
  for (let index = 0; index < CHECKS; index++) {
    if (best(predict(layers, inputOf(index % 10, HELD_OUT + index))) === index % 10) right++;
  }
  const accuracy = `${((right / CHECKS) * 100).toFixed(2)} % of ${CHECKS} generated digits with seeds that were not trained on`;
  progress(accuracy);
  return {
    folder: 'number-odds',
    graph: oddsGraph(layers),
    measured: [accuracy, `trained on ${EXAMPLES} generated digits, once each; no picture of a real hand was used`],
    story: {
      name: 'Number odds',
      description:
        'Says how likely each digit is for a handwritten one, as logarithms of probabilities. Computed in floating point: honest computers differ in the last places, so results are compared within a tolerance.',
      verification: { kind: 'tolerance', atol: 1e-3, rtol: 1e-4 },
      inputs: [{ ...INPUT, shape: [...INPUT.shape] }],
      outputs: [{ ...OUTPUT, shape: [...OUTPUT.shape] }],
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
        output: { kind: 'classes', labels: [...'0123456789'], unit: 1 },
      },
      fee: parseMoot('0.01'),
      bounds: { memoryBytes: 128 * 1024 * 1024, timeMs: 5_000 },
      accuracy,
    },
  };
}

function oddsGraph(layers: readonly Layer[]): Trained['graph'] {
  const graph = new GraphBuilder('number-odds');
  const bytes = graph.op('Cast', [INPUT.name], { to: FLOAT });
  let value = graph.op('Mul', [bytes, graph.constant('float32', [], [1 / 255])]);
  layers.forEach(({ geometry, weights, bias, relu }, index) => {
    const b = graph.constant('float32', [bias.length], bias, `bias${index}`);
    const shapes = [
      [8, 1, 5, 5],
      [16, 8, 3, 3],
      [64, 784],
      [10, 64],
    ];
    const w = graph.constant('float32', shapes[index] ?? [], weights, `weights${index}`);
    if (index < 2) {
      const [kernel, pad] = index === 0 ? [5, 2] : [3, 1];
      value = graph.op('Conv', [value, w, b], {
        strides: [2, 2],
        pads: [pad, pad, pad, pad],
        kernel_shape: [kernel, kernel],
      });
    } else {
      if (geometry.window === 784) value = graph.op('Reshape', [value, graph.constant('int64', [2], [1, 784])]);
      value = graph.op('Gemm', [value, w, b], { transB: 1 });
    }
    if (relu) value = graph.op('Relu', [value]);
  });
  graph.op('LogSoftmax', [value], { axis: 1 }, OUTPUT.name);
  return graph.build([INPUT], [OUTPUT]);
}
