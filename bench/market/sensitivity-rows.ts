import { DEFAULTS as D, type Params } from './params.ts';
import { percent } from './statistics.ts';

/** One default, changed: what is measured at each value, and whether the sign of the reference model is there. */
export interface Sensitivity {
  readonly name: string;
  readonly measure: string;
  readonly points: readonly { readonly at: string; readonly value: string }[];
  /** What the reference says, in words or figures. */
  readonly expected: string;
  readonly holds: boolean;
}

export type Point = readonly [at: string, value: number];

/** Collects rows: the values as printed, and the verdict on the values as measured. */
export class Rows {
  readonly all: Sensitivity[] = [];

  add(
    name: string,
    measure: string,
    points: readonly Point[],
    show: (x: number) => string,
    expected: string,
    holds: (...x: readonly number[]) => boolean,
  ): void {
    const shown = points.map(([at, value]) => ({ at, value: show(value) }));
    this.all.push({ name, measure, points: shown, expected, holds: holds(...points.map(([, value]) => value)) });
  }
}

export const inFees = (x: number): string => `${x.toFixed(2)} f`;
export const inPercent = (x: number): string => percent(x, Math.abs(x) < 0.1 ? 1 : 0);

/** One parameter at several values. */
export function vary<K extends keyof Params>(
  key: K,
  values: readonly Params[K][],
  measure: (p: Params) => number,
): Point[] {
  return values.map((value) => [String(value), measure({ ...D, [key]: value })]);
}
