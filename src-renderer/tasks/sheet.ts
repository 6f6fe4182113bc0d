/** Pure drawing surface: ink per pixel, 0 paper to 255 ink. Several pixels per model pixel, so that strokes stay smooth. */
export interface Sheet {
  readonly width: number;
  readonly height: number;
  readonly ink: Uint8Array;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

const LONGEST_SIDE = 280;

/** How many sheet pixels make one model pixel. */
export function scaleFor(width: number, height: number): number {
  return Math.max(1, Math.floor(LONGEST_SIDE / Math.max(width, height)));
}

export function blankSheet(width: number, height: number): Sheet {
  return { width, height, ink: new Uint8Array(width * height) };
}

/** A pen stroke with a soft edge, written into the sheet. `value` 255 draws, 0 erases. */
export function stroke(sheet: Sheet, from: Point, to: Point, radius: number, value: 0 | 255 = 255): void {
  const { width, height, ink } = sheet;
  const reach = radius + 1;
  const [x0, x1] = span(from.x, to.x, reach, width);
  const [y0, y1] = span(from.y, to.y, reach, height);
  for (let y = y0; y < y1; y++) {
    for (let x = x0; x < x1; x++) {
      const cover = Math.min(1, Math.max(0, radius + 0.5 - distance(x + 0.5, y + 0.5, from, to)));
      if (cover === 0) continue;
      const at = y * width + x;
      const old = ink[at] ?? 0;
      ink[at] = value === 255 ? Math.max(old, Math.round(cover * 255)) : Math.min(old, Math.round((1 - cover) * 255));
    }
  }
}

export function isBlank(sheet: Sheet): boolean {
  return sheet.ink.every((value) => value === 0);
}

/** Mean of each block: the sheet at the model's size. */
export function shrink(sheet: Sheet, width: number, height: number): Uint8Array {
  const out = new Uint8Array(width * height);
  const stepX = sheet.width / width;
  const stepY = sheet.height / height;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      let n = 0;
      for (
        let sy = Math.floor(y * stepY);
        sy < Math.max(Math.floor(y * stepY) + 1, Math.floor((y + 1) * stepY));
        sy++
      ) {
        for (
          let sx = Math.floor(x * stepX);
          sx < Math.max(Math.floor(x * stepX) + 1, Math.floor((x + 1) * stepX));
          sx++
        ) {
          sum += sheet.ink[sy * sheet.width + sx] ?? 0;
          n++;
        }
      }
      out[y * width + x] = Math.round(sum / n);
    }
  }
  return out;
}

/** Ink from a picture (RGBA): dark on light paper or light on dark, whichever the rim says; faint paper tint is dropped. */
export function inkFromPicture(rgba: Uint8ClampedArray, width: number, height: number): Uint8Array {
  const light = new Float64Array(width * height);
  let rim = 0;
  let rimCount = 0;
  for (let at = 0; at < light.length; at++) {
    const alpha = (rgba[at * 4 + 3] ?? 0) / 255;
    const luma = 0.2126 * (rgba[at * 4] ?? 0) + 0.7152 * (rgba[at * 4 + 1] ?? 0) + 0.0722 * (rgba[at * 4 + 2] ?? 0);
    light[at] = luma * alpha + 255 * (1 - alpha);
    const x = at % width;
    const y = Math.floor(at / width);
    if (x === 0 || y === 0 || x === width - 1 || y === height - 1) {
      rim += light[at] ?? 0;
      rimCount++;
    }
  }
  const paper = rim / Math.max(1, rimCount);
  const room = Math.max(paper, 255 - paper);
  return Uint8Array.from(light, (value) => {
    const contrast = Math.abs(value - paper) / room;
    return contrast < 0.12 ? 0 : Math.min(255, Math.round(contrast * 255));
  });
}

function span(a: number, b: number, reach: number, end: number): readonly [number, number] {
  return [Math.max(0, Math.floor(Math.min(a, b) - reach)), Math.min(end, Math.ceil(Math.max(a, b) + reach))];
}

function distance(x: number, y: number, from: Point, to: Point): number {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - from.x) * dx + (y - from.y) * dy) / length));
  return Math.hypot(x - from.x - along * dx, y - from.y - along * dy);
}
