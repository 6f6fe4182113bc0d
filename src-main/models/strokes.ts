import type { Random } from './random.ts';

export type Point = readonly [x: number, y: number];
/** A pen line; digits live in the unit square, y downwards. */
export type Stroke = readonly Point[];

/** Smooth line through the points (Catmull-Rom, 6 pieces per span). */
export function curve(points: readonly Point[]): Stroke {
  const result: Point[] = [];
  for (let index = 0; index + 1 < points.length; index++) {
    const b = points[index] as Point;
    const c = points[index + 1] as Point;
    const a = points[index - 1] ?? b;
    const d = points[index + 2] ?? c;
    for (let piece = 0; piece < 6; piece++)
      result.push([spline(a[0], b[0], c[0], d[0], piece / 6), spline(a[1], b[1], c[1], d[1], piece / 6)]);
  }
  result.push(points.at(-1) as Point);
  return result;
}

function spline(a: number, b: number, c: number, d: number, t: number): number {
  return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
}

/** Part of an ellipse; angles in turns, 0 to the right, clockwise on screen. */
export function arc(cx: number, cy: number, rx: number, ry: number, from: number, to: number): Point[] {
  const steps = Math.max(4, Math.round(Math.abs(to - from) * 10));
  return Array.from({ length: steps + 1 }, (_, index) => {
    const angle = (from + ((to - from) * index) / steps) * 2 * Math.PI;
    return [cx + rx * Math.cos(angle), cy + ry * Math.sin(angle)] as const;
  });
}

/** No hand hits the same point twice; `random.gauss` says by how much. */
export function shake(points: readonly Point[], random: Random): Point[] {
  return points.map(([x, y]) => [x + random.gauss(), y + random.gauss()] as const);
}
