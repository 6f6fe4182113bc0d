import type { Random } from './random.ts';
import { arc, curve, shake, type Point, type Stroke } from './strokes.ts';

/** Steady and unsteady hands: standard deviation of every point, as a part of the digit's height. */
const STEADY = 0.01;
const UNSTEADY = 0.055;

/** Ways in which people write the ten digits, each with its own free parameters. Draw of the pen in the unit square. */
export function glyph(digit: number, random: Random): Stroke[] {
  const write = GLYPHS[digit];
  if (write === undefined) throw new RangeError(`${digit} is not a digit`);
  const amount = random.between(STEADY, UNSTEADY);
  return write({ ...random, gauss: () => random.gauss() * amount });
}

const smooth = (random: Random, points: readonly Point[]): Stroke => curve(shake(points, random));
const sharp = (random: Random, points: readonly Point[]): Stroke => shake(points, random);

const GLYPHS: ReadonlyArray<(random: Random) => Stroke[]> = [
  (r) => {
    const start = r.between(-0.4, -0.1);
    const way = r.next() < 0.8 ? -1 : 1;
    return [smooth(r, arc(0.5, 0.5, r.between(0.26, 0.48), 0.5, start, start + way * r.between(0.94, 1.12)))];
  },
  (r) => {
    const top: Point = [r.between(0.45, 0.6), 0];
    const foot: Point = [r.between(0.42, 0.58), 1];
    const style = r.next();
    if (style < 0.4) return [sharp(r, [top, [0.5, 0.5], foot])];
    const flag: Point = [top[0] - r.between(0.12, 0.38), r.between(0.12, 0.34)];
    const strokes = [sharp(r, [flag, top, foot])];
    if (style > 0.75)
      strokes.push(
        sharp(r, [
          [foot[0] - r.between(0.15, 0.32), 1],
          [foot[0] + r.between(0.15, 0.32), 1],
        ]),
      );
    return strokes;
  },
  (r) => {
    const head: Point[] = [
      [0.1, r.between(0.15, 0.32)],
      [0.3, 0.03],
      [0.62, 0.01],
      [0.86, 0.18],
      [0.82, 0.4],
      [0.5, 0.7],
    ];
    if (r.next() < 0.35)
      return [smooth(r, [...head, [0.16, 0.93], [0.1, 0.84], [0.28, 0.78], [0.55, 0.95], [0.95, r.between(0.86, 1)]])];
    const turn: Point = [r.between(0.02, 0.16), r.between(0.93, 1)];
    return [[...smooth(r, [...head, turn]), ...sharp(r, [turn, [r.between(0.75, 1), r.between(0.93, 1.02)]])]];
  },
  (r) => {
    const waist: Point = [r.between(0.35, 0.55), r.between(0.42, 0.5)];
    const belly: Point[] = [waist, [0.78, 0.54], [0.92, 0.74], [0.74, 0.95], [0.4, 1], [0.06, r.between(0.8, 0.93)]];
    if (r.next() < 0.2) {
      const corner: Point = [r.between(0.75, 0.95), 0.02];
      return [[...sharp(r, [[0.1, 0.02], corner, waist]), ...smooth(r, belly)]];
    }
    const head: Point[] = [[0.08, r.between(0.08, 0.22)], [0.4, 0], [0.76, 0.07], [0.82, 0.24], [0.66, 0.41], waist];
    return [[...smooth(r, head), ...smooth(r, belly)]];
  },
  (r) => {
    const bar = r.between(0.55, 0.74);
    const stem = r.between(0.58, 0.8);
    const style = r.next();
    if (style < 0.45) {
      const left: Point = [r.between(0, 0.12), bar];
      return [
        sharp(r, [[r.between(0.12, 0.5), 0], left, [1, bar]]),
        sharp(r, [
          [stem, r.between(0.05, 0.4)],
          [stem - r.between(-0.04, 0.12), 1],
        ]),
      ];
    }
    if (style < 0.85)
      return [
        sharp(r, [
          [stem, 1],
          [stem, 0],
          [0, bar],
          [1, bar + r.between(-0.05, 0.05)],
        ]),
      ];
    return [
      smooth(r, [
        [0.15, 0],
        [0.1, 0.3],
        [0.2, 0.5],
        [0.5, 0.55],
        [0.85, 0.45],
      ]),
      sharp(r, [
        [0.88, 0],
        [stem + 0.1, 1],
      ]),
    ];
  },
  (r) => {
    const corner: Point = [r.between(0.15, 0.26), 0.02];
    const neck: Point = [r.between(0.08, 0.18), r.between(0.4, 0.5)];
    const belly = smooth(r, [
      neck,
      [0.5, 0.36],
      [0.84, 0.48],
      [0.92, 0.7],
      [0.72, 0.95],
      [0.35, 1],
      [0.04, r.between(0.82, 0.94)],
    ]);
    const bar: Point = [r.between(0.75, 1), r.between(-0.03, 0.06)];
    if (r.next() < 0.5) return [[...sharp(r, [bar, corner, neck]), ...belly]];
    return [[...sharp(r, [corner, neck]), ...belly], sharp(r, [corner, bar])];
  },
  (r) => {
    const from: Point = [r.between(0.5, 0.85), r.between(0, 0.1)];
    const loop: Point[] = [
      [0.3, r.between(0.18, 0.3)],
      [0.1, 0.52],
      [0.12, 0.82],
      [0.42, 1],
      [0.76, 0.9],
      [0.86, 0.7],
      [0.66, 0.5],
      [0.36, 0.54],
      [0.14, r.between(0.64, 0.8)],
    ];
    return [smooth(r, [from, ...loop])];
  },
  (r) => {
    const corner: Point = [r.between(0.8, 0.98), r.between(0, 0.07)];
    const foot: Point = [r.between(0.2, 0.5), 1];
    const bar: Point[] = [[r.between(0, 0.14), r.between(0, 0.07)], corner];
    const strokes: Stroke[] = [];
    const down: Point[] = [corner, [(corner[0] + foot[0]) / 2 - r.between(-0.02, 0.1), 0.5], foot];
    strokes.push([...sharp(r, bar), ...smooth(r, down)]);
    if (r.next() < 0.2) strokes.push(sharp(r, [[0.06, r.between(0.12, 0.22)], bar[0] as Point]));
    if (r.next() < 0.35)
      strokes.push(
        sharp(r, [
          [r.between(0.22, 0.36), 0.5],
          [r.between(0.74, 0.92), r.between(0.44, 0.52)],
        ]),
      );
    return strokes;
  },
  (r) => {
    if (r.next() < 0.3) {
      const waist = r.between(0.42, 0.5);
      const start = r.between(-0.4, 0.3);
      return [
        smooth(r, arc(0.5, waist / 2, r.between(0.24, 0.36), waist / 2, start, start + 1.02)),
        smooth(r, arc(0.5, (1 + waist) / 2, r.between(0.3, 0.44), (1 - waist) / 2, -0.25, 0.78)),
      ];
    }
    const end: Point = [r.between(0.68, 0.86), r.between(0.06, 0.18)];
    return [
      smooth(r, [
        [r.between(0.68, 0.82), 0.12],
        [0.5, 0],
        [0.22, 0.12],
        [0.26, 0.34],
        [0.52, 0.48],
        [0.82, 0.66],
        [0.82, 0.9],
        [0.5, 1],
        [0.16, 0.9],
        [0.18, 0.66],
        [0.46, 0.48],
        [0.74, 0.32],
        end,
      ]),
    ];
  },
  (r) => {
    const join: Point = [r.between(0.76, 0.9), r.between(0.12, 0.24)];
    const loop: Point[] = [
      join,
      [0.52, 0],
      [0.2, 0.1],
      [0.1, 0.3],
      [0.26, 0.5],
      [0.56, 0.48],
      [0.82, 0.26],
      [join[0] + 0.02, join[1] + 0.02],
    ];
    const style = r.next();
    const foot: Point = [r.between(0.5, 0.88), 1];
    if (style < 0.55) return [[...smooth(r, loop), ...smooth(r, [join, [r.between(0.74, 0.88), 0.55], foot])]];
    return [
      [
        ...smooth(r, loop),
        ...smooth(r, [join, [0.86, 0.55], [0.76, 0.85], [0.46, 1], [r.between(0.08, 0.25), r.between(0.84, 0.96)]]),
      ],
    ];
  },
];
