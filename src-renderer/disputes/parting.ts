import type { PartyValue } from '../../src-shared/domain/disputes.ts';

/** A value between nodes: as many digits as a float32 has. */
export function inside(value: number | null | undefined): string {
  if (value === undefined) return 'not shown';
  return value === null ? 'no number' : String(Number(value.toPrecision(8)));
}

export function verdictOn(value: PartyValue | null): string {
  if (value === null) return 'cannot be judged';
  return value.holds ? 'computed rightly' : 'did not compute that';
}
