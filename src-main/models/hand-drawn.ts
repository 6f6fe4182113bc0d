import type { Point } from './strokes.ts';

/**
 * Digits as a mouse leaves them: points noted by hand, not made by the generator. A second opinion for tests about
 * drawings on a canvas.
 */
export const HAND_DRAWN: ReadonlyArray<{ readonly digit: number; readonly strokes: ReadonlyArray<readonly Point[]> }> =
  [
    {
      digit: 0,
      strokes: [
        [
          [52, 18],
          [40, 20],
          [31, 32],
          [28, 50],
          [32, 68],
          [43, 79],
          [56, 78],
          [67, 66],
          [71, 48],
          [66, 29],
          [55, 19],
          [48, 19],
        ],
      ],
    },
    {
      digit: 0,
      strokes: [
        [
          [45, 25],
          [35, 38],
          [34, 58],
          [42, 72],
          [58, 73],
          [66, 58],
          [65, 37],
          [56, 24],
          [44, 26],
        ],
      ],
    },
    {
      digit: 1,
      strokes: [
        [
          [52, 15],
          [51, 35],
          [50, 60],
          [50, 84],
        ],
      ],
    },
    {
      digit: 1,
      strokes: [
        [
          [36, 32],
          [45, 24],
          [53, 15],
          [53, 40],
          [52, 62],
          [52, 85],
        ],
      ],
    },
    {
      digit: 2,
      strokes: [
        [
          [30, 30],
          [38, 19],
          [52, 16],
          [64, 23],
          [66, 36],
          [58, 50],
          [45, 64],
          [32, 78],
          [31, 80],
          [48, 79],
          [70, 78],
        ],
      ],
    },
    {
      digit: 3,
      strokes: [
        [
          [32, 22],
          [45, 16],
          [60, 19],
          [65, 30],
          [58, 42],
          [46, 47],
          [60, 50],
          [69, 61],
          [65, 76],
          [50, 83],
          [34, 78],
        ],
      ],
    },
    {
      digit: 3,
      strokes: [
        [
          [30, 18],
          [50, 17],
          [66, 18],
          [56, 32],
          [47, 43],
          [60, 46],
          [68, 58],
          [64, 73],
          [49, 81],
          [32, 76],
        ],
      ],
    },
    {
      digit: 4,
      strokes: [
        [
          [45, 14],
          [38, 34],
          [29, 55],
          [48, 56],
          [72, 55],
        ],
        [
          [60, 38],
          [60, 60],
          [59, 86],
        ],
      ],
    },
    {
      digit: 4,
      strokes: [
        [
          [60, 86],
          [60, 60],
          [61, 16],
          [46, 36],
          [28, 60],
          [50, 61],
          [76, 60],
        ],
      ],
    },
    {
      digit: 5,
      strokes: [
        [
          [68, 17],
          [50, 17],
          [36, 18],
          [34, 32],
          [33, 45],
          [46, 41],
          [60, 46],
          [67, 60],
          [62, 75],
          [48, 83],
          [31, 77],
        ],
      ],
    },
    {
      digit: 5,
      strokes: [
        [
          [37, 20],
          [35, 44],
          [50, 40],
          [64, 49],
          [66, 66],
          [54, 79],
          [34, 78],
        ],
        [
          [37, 19],
          [66, 18],
        ],
      ],
    },
    {
      digit: 6,
      strokes: [
        [
          [61, 15],
          [47, 26],
          [36, 44],
          [33, 63],
          [40, 79],
          [55, 82],
          [66, 72],
          [64, 58],
          [52, 52],
          [40, 58],
          [34, 68],
        ],
      ],
    },
    {
      digit: 7,
      strokes: [
        [
          [29, 19],
          [48, 18],
          [70, 18],
          [62, 38],
          [53, 60],
          [46, 84],
        ],
      ],
    },
    {
      digit: 7,
      strokes: [
        [
          [28, 20],
          [50, 19],
          [69, 19],
          [60, 42],
          [50, 65],
          [44, 84],
        ],
        [
          [38, 50],
          [50, 49],
          [66, 48],
        ],
      ],
    },
    {
      digit: 8,
      strokes: [
        [
          [64, 26],
          [52, 16],
          [38, 22],
          [38, 36],
          [50, 46],
          [64, 58],
          [66, 74],
          [52, 83],
          [37, 75],
          [38, 60],
          [50, 47],
          [62, 37],
          [64, 25],
        ],
      ],
    },
    {
      digit: 8,
      strokes: [
        [
          [50, 16],
          [39, 23],
          [39, 37],
          [50, 45],
          [61, 37],
          [61, 23],
          [50, 16],
        ],
        [
          [50, 46],
          [36, 56],
          [36, 74],
          [50, 83],
          [65, 74],
          [64, 56],
          [50, 46],
        ],
      ],
    },
    {
      digit: 9,
      strokes: [
        [
          [64, 28],
          [54, 17],
          [40, 21],
          [35, 35],
          [43, 47],
          [56, 45],
          [65, 32],
          [65, 50],
          [63, 68],
          [60, 86],
        ],
      ],
    },
    {
      digit: 9,
      strokes: [
        [
          [66, 24],
          [50, 15],
          [36, 26],
          [38, 42],
          [52, 47],
          [65, 36],
          [67, 24],
          [68, 48],
          [62, 70],
          [48, 83],
          [34, 78],
        ],
      ],
    },
  ];

/** @param strokes in a square of 100, @param side pixels of the canvas, @param brush radius in pixels */
export function paint(strokes: ReadonlyArray<readonly Point[]>, side: number, brush: number): Uint8Array {
  const pixels = new Uint8Array(side * side);
  const stamp = (cx: number, cy: number): void => {
    for (let y = Math.max(0, Math.floor(cy - brush)); y <= Math.min(side - 1, cy + brush); y++) {
      for (let x = Math.max(0, Math.floor(cx - brush)); x <= Math.min(side - 1, cx + brush); x++) {
        if ((x - cx) ** 2 + (y - cy) ** 2 <= brush * brush) pixels[y * side + x] = 255;
      }
    }
  };
  for (const stroke of strokes) {
    stroke.slice(1).forEach(([x1, y1], index) => {
      const [x0, y0] = stroke[index] as Point;
      for (let step = 0; step <= 40; step++) {
        const t = step / 40;
        stamp(((x0 + (x1 - x0) * t) * side) / 100, ((y0 + (y1 - y0) * t) * side) / 100);
      }
    });
  }
  return pixels;
}
