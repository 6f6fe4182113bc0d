/** Seconds of the chain's clock as people read it. */
export function clock(seconds: number): string {
  return `${new Date(seconds * 1_000).toISOString().slice(11, 19)} UTC`;
}

export function plural(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}
