/** Seeded random numbers for generated data: the same seed gives the same numbers on every machine. Not for secrets. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  between(low: number, high: number): number;
  /** Whole number in [0, count). */
  below(count: number): number;
  /** Roughly normal, mean 0, deviation 1, within +-6 (sum of uniforms: no transcendental function). */
  gauss(): number;
}

/** mulberry32 over a mixed seed, so that neighbouring seeds do not give neighbouring streams. */
export function seeded(seed: number): Random {
  let state = mix(seed | 0);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    return mix(state) / 4_294_967_296;
  };
  return {
    next,
    between: (low, high) => low + (high - low) * next(),
    below: (count) => Math.floor(next() * count),
    gauss: () => {
      let sum = -6;
      for (let index = 0; index < 12; index++) sum += next();
      return sum;
    },
  };
}

function mix(value: number): number {
  let t = Math.imul(value ^ (value >>> 15), value | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return (t ^ (t >>> 14)) >>> 0;
}
