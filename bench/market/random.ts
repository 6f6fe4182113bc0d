/** Seeded randomness: sfc32 (Doty-Humphrey, PractRand), so that a run is the same on every machine. */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: number, stream = 0) {
    this.#a = seed | 0;
    this.#b = stream | 0;
    this.#c = 0x9e3779b9;
    for (let i = 0; i < 15; i++) this.word();
  }

  /** 32 bits. */
  word(): number {
    const t = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + t;
    return t >>> 0;
  }

  /** Uniform in [0, 1). */
  unit(): number {
    return this.word() / 4_294_967_296;
  }

  chance(p: number): boolean {
    return this.unit() < p;
  }

  /** Exponential with the given mean. */
  wait(mean: number): number {
    return -Math.log(1 - this.unit()) * mean;
  }

  /** Pareto: P(X > x) = (minimum / x)^shape. */
  pareto(shape: number, minimum: number): number {
    return minimum / (1 - this.unit()) ** (1 / shape);
  }

  /** Lognormal with median 1 and the given spread of the logarithm (Box-Muller). */
  lognormal(sigma: number): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.unit()));
    return Math.exp(sigma * radius * Math.cos(2 * Math.PI * this.unit()));
  }

  /** Poisson, for small means (Knuth). */
  poisson(mean: number): number {
    const limit = Math.exp(-mean);
    let count = 0;
    for (let product = this.unit(); product > limit; product *= this.unit()) count++;
    return count;
  }

  /** Order of 0 to n - 1. */
  shuffled(n: number): number[] {
    const order = Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = Math.floor(this.unit() * (i + 1));
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    return order;
  }
}

/** Draws indices in proportion to fixed weights in constant time (alias method, Vose 1991). */
export class Alias {
  readonly #keep: Float64Array;
  readonly #other: Int32Array;

  constructor(weights: Float64Array) {
    const n = weights.length;
    const total = weights.reduce((sum, w) => sum + w, 0);
    this.#keep = new Float64Array(n).fill(1);
    this.#other = new Int32Array(n);
    const scaled = weights.map((w) => (w * n) / total);
    const small: number[] = [];
    const large: number[] = [];
    scaled.forEach((w, i) => (w < 1 ? small : large).push(i));
    while (small.length > 0 && large.length > 0) {
      const s = small.pop()!;
      const l = large.at(-1)!;
      this.#keep[s] = scaled[s]!;
      this.#other[s] = l;
      scaled[l] = scaled[l]! - (1 - scaled[s]!);
      if (scaled[l]! < 1) small.push(large.pop()!);
    }
  }

  draw(random: Random): number {
    const i = Math.floor(random.unit() * this.#keep.length);
    return random.unit() < this.#keep[i]! ? i : this.#other[i]!;
  }
}
