import type { Random } from '../../src-main/models/random.ts';

/** Which input value stands under each weight at each place of the output; -1 is padding. */
export interface Geometry {
  readonly inputs: number;
  readonly places: number;
  readonly window: number;
  readonly outputs: number;
  readonly index: Int32Array;
}

/** Square convolution over `channels x side x side`, laid out as ONNX has it (channel, row, column). */
export function convolution(
  channels: number,
  side: number,
  kernel: number,
  stride: number,
  pad: number,
  outputs: number,
): Geometry {
  const after = Math.floor((side + 2 * pad - kernel) / stride) + 1;
  const places = after * after;
  const window = channels * kernel * kernel;
  const index = new Int32Array(places * window);
  for (let place = 0; place < places; place++) {
    for (let k = 0; k < window; k++) {
      const channel = Math.floor(k / (kernel * kernel));
      const y = Math.floor(place / after) * stride - pad + (Math.floor(k / kernel) % kernel);
      const x = (place % after) * stride - pad + (k % kernel);
      const inside = y >= 0 && y < side && x >= 0 && x < side;
      index[place * window + k] = inside ? (channel * side + y) * side + x : -1;
    }
  }
  return { inputs: channels * side * side, places, window, outputs, index };
}

export function dense(inputs: number, outputs: number): Geometry {
  return { inputs, places: 1, window: inputs, outputs, index: Int32Array.from({ length: inputs }, (_, at) => at) };
}

/** One layer, with or without ReLU, trained by Adam. Output is laid out as [outputs][places]. */
export class Layer {
  readonly geometry: Geometry;
  readonly relu: boolean;
  readonly weights: Float32Array;
  readonly bias: Float32Array;
  readonly output: Float32Array;
  readonly #columns: Float32Array;
  readonly #gradient: Float32Array;
  readonly #biasGradient: Float32Array;
  readonly #moments: readonly Float32Array[];
  #decay1 = 1;
  #decay2 = 1;

  constructor(geometry: Geometry, relu: boolean, random: Random) {
    const { window, outputs, places } = geometry;
    this.geometry = geometry;
    this.relu = relu;
    this.weights = Float32Array.from({ length: outputs * window }, () => random.gauss() * Math.sqrt(2 / window));
    this.bias = new Float32Array(outputs);
    this.output = new Float32Array(outputs * places);
    this.#columns = new Float32Array(places * window);
    this.#gradient = new Float32Array(outputs * window);
    this.#biasGradient = new Float32Array(outputs);
    this.#moments = [outputs * window, outputs * window, outputs, outputs].map((length) => new Float32Array(length));
  }

  forward(input: Float32Array): Float32Array {
    const { places, window, outputs, index } = this.geometry;
    const columns = this.#columns;
    const weights = this.weights;
    for (let at = 0; at < columns.length; at++) {
      const from = index[at] as number;
      columns[at] = from < 0 ? 0 : (input[from] as number);
    }
    for (let out = 0; out < outputs; out++) {
      for (let place = 0; place < places; place++) {
        let sum = this.bias[out] as number;
        const [w, c] = [out * window, place * window];
        for (let k = 0; k < window; k++) sum += (weights[w + k] as number) * (columns[c + k] as number);
        this.output[out * places + place] = this.relu && sum < 0 ? 0 : sum;
      }
    }
    return this.output;
  }

  /** Adds this example's gradients; writes the gradient of the input into `back` unless it is not wanted. */
  backward(gradient: Float32Array, back: Float32Array | undefined): void {
    const { places, window, outputs, index } = this.geometry;
    const [columns, weights, sums] = [this.#columns, this.weights, this.#gradient];
    back?.fill(0);
    for (let out = 0; out < outputs; out++) {
      const w = out * window;
      for (let place = 0; place < places; place++) {
        const at = out * places + place;
        const g = this.relu && (this.output[at] as number) <= 0 ? 0 : (gradient[at] as number);
        if (g === 0) continue;
        this.#biasGradient[out] = (this.#biasGradient[out] as number) + g;
        const c = place * window;
        for (let k = 0; k < window; k++) sums[w + k] = (sums[w + k] as number) + g * (columns[c + k] as number);
        if (back === undefined) continue;
        for (let k = 0; k < window; k++) {
          const to = index[c + k] as number;
          if (to >= 0) back[to] = (back[to] as number) + g * (weights[w + k] as number);
        }
      }
    }
  }

  step(rate: number, batch: number): void {
    this.#decay1 *= 0.9;
    this.#decay2 *= 0.999;
    const [mean, square, biasMean, biasSquare] = this.#moments as [
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    this.#adam(this.weights, this.#gradient, mean, square, rate, batch);
    this.#adam(this.bias, this.#biasGradient, biasMean, biasSquare, rate, batch);
  }

  #adam(
    values: Float32Array,
    gradient: Float32Array,
    mean: Float32Array,
    square: Float32Array,
    rate: number,
    batch: number,
  ): void {
    const [first, second] = [1 - this.#decay1, 1 - this.#decay2];
    for (let at = 0; at < values.length; at++) {
      const g = (gradient[at] as number) / batch;
      const m = 0.9 * (mean[at] as number) + 0.1 * g;
      const s = 0.999 * (square[at] as number) + 0.001 * g * g;
      mean[at] = m;
      square[at] = s;
      values[at] = (values[at] as number) - (rate * (m / first)) / (Math.sqrt(s / second) + 1e-8);
      gradient[at] = 0;
    }
  }
}
