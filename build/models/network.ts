import { seeded } from '../../src-main/models/random.ts';
import { convolution, dense, Layer } from './layer.ts';

/** 28 x 28 -> conv 5x5/2 -> conv 3x3/2 -> 64 -> 10. About 53,000 weights. */
export function digitNetwork(seed: number): Layer[] {
  const random = seeded(seed);
  return [
    new Layer(convolution(1, 28, 5, 2, 2, 8), true, random),
    new Layer(convolution(8, 14, 3, 2, 1, 16), true, random),
    new Layer(dense(16 * 7 * 7, 64), true, random),
    new Layer(dense(64, 10), false, random),
  ];
}

export function predict(layers: readonly Layer[], input: Float32Array): Float32Array {
  return layers.reduce((values, layer) => layer.forward(values), input);
}

export interface Example {
  readonly input: Float32Array;
  readonly label: number;
}

/** Cross-entropy, Adam, batches of 32, rate falling in a straight line. Single-threaded and without any randomness of its own. */
export function train(
  layers: readonly Layer[],
  count: number,
  example: (index: number) => Example,
  progress: (line: string) => void,
): void {
  const batch = 32;
  const backs = layers.map((layer) => new Float32Array(layer.geometry.inputs));
  let hits = 0;
  for (let index = 0; index < count; index++) {
    const { input, label } = example(index);
    const scores = predict(layers, input);
    if (best(scores) === label) hits++;
    let gradient = softmax(scores);
    gradient[label] = (gradient[label] as number) - 1;
    for (let at = layers.length - 1; at >= 0; at--) {
      const back = at === 0 ? undefined : (backs[at] as Float32Array);
      (layers[at] as Layer).backward(gradient, back);
      if (back !== undefined) gradient = back;
    }
    if (index % batch === batch - 1) for (const layer of layers) layer.step(0.002 * (1 - index / count), batch);
    if (index % 20_000 === 19_999) {
      progress(`${index + 1} examples, ${((hits / 20_000) * 100).toFixed(2)} % right while learning`);
      hits = 0;
    }
  }
}

export function best(scores: ArrayLike<number>): number {
  let at = 0;
  for (let index = 1; index < scores.length; index++)
    if ((scores[index] as number) > (scores[at] as number)) at = index;
  return at;
}

function softmax(scores: Float32Array): Float32Array {
  const peak = Math.max(...scores);
  const weights = scores.map((score) => Math.exp(score - peak));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}
