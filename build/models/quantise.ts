import type { Geometry, Layer } from './layer.ts';
import { predict } from './network.ts';

/** Largest weight and largest activation: seven bits, so that 784 products still sum below 2^24. */
const TOP = 127;
/** float32 holds every integer below this exactly, in whatever order a sum is made. */
export const EXACT = 2 ** 24;

/** z = weights * x + bias; the next layer sees clip(floor(z / 2^shift), 0, 127). The last layer has no shift. */
export interface IntegerLayer {
  readonly geometry: Geometry;
  readonly weights: Int32Array;
  readonly bias: Int32Array;
  readonly shift: number | undefined;
}

export interface IntegerNetwork {
  readonly layers: readonly IntegerLayer[];
  /** Score units per logit. */
  readonly unit: number;
}

/**
 * Rounds a trained ReLU network to integers. Each layer may have any positive scale (ReLU does not mind), so that all
 * rescaling is by powers of two. @param inputTop largest input value, which stood for 1 in training
 */
export function quantise(layers: readonly Layer[], inputTop: number, samples: readonly Float32Array[]): IntegerNetwork {
  let scale = inputTop;
  let top = inputTop;
  const result = layers.map((layer) => {
    const { geometry } = layer;
    const perWeight = TOP / layer.weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
    const perSum = perWeight * scale;
    const weights = Int32Array.from(layer.weights, (weight) => Math.round(weight * perWeight));
    const usual = layer.relu ? highest(layers, layer, samples) : 0;
    const shift = layer.relu ? Math.max(0, Math.ceil(Math.log2((usual * perSum) / TOP))) : undefined;
    const half = shift === undefined || shift === 0 ? 0 : 2 ** (shift - 1);
    const bias = Int32Array.from(layer.bias, (value) => Math.round(value * perSum) + half);
    assertExact(geometry, weights, bias, top);
    scale = perSum / 2 ** (shift ?? 0);
    top = TOP;
    return { geometry, weights, bias, shift };
  });
  return { layers: result, unit: scale };
}

/** Value that 99.9 % of the layer's activations do not exceed. */
function highest(layers: readonly Layer[], layer: Layer, samples: readonly Float32Array[]): number {
  const seen: number[] = [];
  for (const sample of samples) {
    predict(layers, sample);
    for (const value of layer.output) if (value > 0) seen.push(value);
  }
  return seen.sort((a, b) => a - b)[Math.floor(seen.length * 0.999)] ?? 1;
}

/** @throws RangeError when a partial sum could reach 2^24: window * max|x| * max|w| + max|bias|. */
export function assertExact(geometry: Geometry, weights: Int32Array, bias: Int32Array, top: number): number {
  const most = (values: Int32Array): number => values.reduce((peak, value) => Math.max(peak, Math.abs(value)), 0);
  const bound = geometry.window * top * most(weights) + most(bias);
  if (bound >= EXACT) throw new RangeError(`a partial sum may reach ${bound}, which float32 does not hold exactly`);
  return bound;
}

/** The network in integers only: what every runtime must give, bit for bit. */
export function integerScores(network: readonly IntegerLayer[], input: ArrayLike<number>): Int32Array {
  return network.reduce<Int32Array>((values, { geometry, weights, bias, shift }) => {
    const { places, window, outputs, index } = geometry;
    const result = new Int32Array(outputs * places);
    for (let out = 0; out < outputs; out++) {
      for (let place = 0; place < places; place++) {
        let sum = bias[out] as number;
        for (let k = 0; k < window; k++) {
          const from = index[place * window + k] as number;
          if (from >= 0) sum += (weights[out * window + k] as number) * (values[from] as number);
        }
        result[out * places + place] = shift === undefined ? sum : Math.min(TOP, Math.max(0, sum >> shift));
      }
    }
    return result;
  }, Int32Array.from(input));
}
