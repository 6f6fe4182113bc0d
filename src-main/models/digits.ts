import { normaliseDrawing } from '../../src-shared/domain/drawing.ts';
import { glyph } from './glyphs.ts';
import { seeded, type Random } from './random.ts';
import type { Point, Stroke } from './strokes.ts';

/** Side of the canvas that a digit is drawn on before it is normalised. */
const CANVAS = 72;

/**
 * One handwritten-like digit, bright ink on black, 28 x 28 bytes row by row, normalised as the app normalises a drawing
 * (`normaliseDrawing`). Pure: the same digit and seed give the same picture.
 *
 * @param digit 0 to 9
 * @param seed 0 to 2^31 - 1; training uses those below 2^30, the others are held out
 */
export function drawDigit(digit: number, seed: number): Uint8Array {
  const random = seeded(Math.imul(seed, 10) + digit);
  const picture = normaliseDrawing(drawCanvas(digit, random), CANVAS, CANVAS);
  return random.next() < 0.25 ? worn(picture, random) : picture;
}

/** The drawing as the hand leaves it: any place, size, slant and pen. */
function drawCanvas(digit: number, random: Random): Uint8Array {
  const place = hand(random);
  const strokes = glyph(digit, random).map((stroke) => stroke.map(place.move));
  const pixels = new Uint8Array(CANVAS * CANVAS);
  for (const stroke of strokes) ink(pixels, stroke, place.pen);
  return pixels;
}

function hand(random: Random): { readonly move: (point: Point) => Point; readonly pen: number } {
  const size = random.between(34, 58);
  const wide = random.between(0.5, 1.05) * size;
  const slant = random.gauss() * 0.16;
  const turn = random.gauss() * 0.1;
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const wave = {
    x: random.gauss() * 0.018,
    y: random.gauss() * 0.018,
    at: random.next() * 6.283,
    often: random.between(4, 12),
  };
  const [left, top] = [CANVAS / 2 + random.gauss() * 2, CANVAS / 2 + random.gauss() * 2];
  const move = ([px, py]: Point): Point => {
    const x = px - 0.5 + wave.x * Math.sin(wave.often * py + wave.at);
    const y = py - 0.5 + wave.y * Math.sin(wave.often * px + wave.at);
    const across = x * wide - slant * y * size;
    const down = y * size;
    return [left + cos * across - sin * down, top + sin * across + cos * down];
  };
  return { move, pen: size * random.between(0.025, 0.085) };
}

/** Round pen of radius `pen` along the stroke; one pixel of soft edge. */
function ink(pixels: Uint8Array, stroke: Stroke, pen: number): void {
  for (let index = 0; index + 1 < stroke.length; index++) {
    const [ax, ay] = stroke[index] as Point;
    const [bx, by] = stroke[index + 1] as Point;
    const [dx, dy] = [bx - ax, by - ay];
    const length = dx * dx + dy * dy;
    const reach = pen + 1;
    const [x0, x1] = [
      Math.max(0, Math.floor(Math.min(ax, bx) - reach)),
      Math.min(CANVAS - 1, Math.ceil(Math.max(ax, bx) + reach)),
    ];
    const [y0, y1] = [
      Math.max(0, Math.floor(Math.min(ay, by) - reach)),
      Math.min(CANVAS - 1, Math.ceil(Math.max(ay, by) + reach)),
    ];
    for (let y = y0; y <= y1; y++) {
      for (let x = x0; x <= x1; x++) {
        const along = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / length));
        const [ex, ey] = [x - ax - along * dx, y - ay - along * dy];
        const value = Math.round(255 * Math.min(1, Math.max(0, pen + 0.5 - Math.sqrt(ex * ex + ey * ey))));
        const at = y * CANVAS + x;
        if (value > (pixels[at] ?? 0)) pixels[at] = value;
      }
    }
  }
}

/** Not every source normalises as well as we do: moved by a pixel, paler, with grain. */
function worn(picture: Uint8Array, random: Random): Uint8Array {
  const [dx, dy] = [random.below(3) - 1, random.below(3) - 1];
  const strength = random.between(0.6, 1);
  const grain = random.between(0, 18);
  return picture.map((_, index) => {
    const [x, y] = [(index % 28) - dx, Math.floor(index / 28) - dy];
    const from = x >= 0 && x < 28 && y >= 0 && y < 28 ? (picture[y * 28 + x] ?? 0) : 0;
    return Math.max(0, Math.min(255, Math.round(from * strength + random.gauss() * grain)));
  });
}
