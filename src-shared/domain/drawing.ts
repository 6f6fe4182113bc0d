/** Side of the picture that digit models read, and of the box that the drawing is fitted into (as MNIST does). */
export const DRAWING_SIDE = 28;
const BOX = 20;
/** Fainter ink than this does not widen the drawing's outline. */
const FAINT = 40;

/**
 * Turns a drawing of any size into what a digit model was trained on: cut to its outline, fitted into 20 x 20 with its
 * proportions kept, brightest point made 255, centre of mass moved to the middle of 28 x 28.
 *
 * @param pixels one byte per pixel, 0 paper to 255 ink, row by row, `width * height` long
 * @returns 784 bytes, all 0 for an empty drawing
 */
export function normaliseDrawing(pixels: Uint8Array, width: number, height: number): Uint8Array {
  if (pixels.length !== width * height) throw new RangeError('the drawing does not have width * height pixels');
  const result = new Uint8Array(DRAWING_SIDE * DRAWING_SIDE);
  const box = outline(pixels, width, height);
  if (box === undefined) return result;
  const scale = BOX / Math.max(box.right - box.left, box.bottom - box.top);
  const columns = Math.max(1, Math.round((box.right - box.left) * scale));
  const rows = Math.max(1, Math.round((box.bottom - box.top) * scale));
  const small = shrink(pixels, width, box, columns, rows);
  let [mass, x, y, peak] = [0, 0, 0, 1];
  small.forEach((ink, index) => {
    mass += ink;
    x += ink * ((index % columns) + 0.5);
    y += ink * (Math.floor(index / columns) + 0.5);
    peak = Math.max(peak, ink);
  });
  const left = shift(x / mass, columns);
  const top = shift(y / mass, rows);
  small.forEach((ink, index) => {
    const at = (top + Math.floor(index / columns)) * DRAWING_SIDE + left + (index % columns);
    result[at] = Math.round((ink * 255) / peak);
  });
  return result;
}

interface Box {
  readonly left: number;
  readonly top: number;
  /** Exclusive. */
  readonly right: number;
  readonly bottom: number;
}

function outline(pixels: Uint8Array, width: number, height: number): Box | undefined {
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if ((pixels[y * width + x] ?? 0) < FAINT) continue;
      left = Math.min(left, x);
      right = Math.max(right, x + 1);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y + 1);
    }
  }
  return right === 0 ? undefined : { left, top, right, bottom };
}

/** Mean ink under each target pixel, exact areas: no aliasing, whatever the canvas' resolution. */
function shrink(pixels: Uint8Array, width: number, box: Box, columns: number, rows: number): Float64Array {
  const result = new Float64Array(columns * rows);
  const stepX = (box.right - box.left) / columns;
  const stepY = (box.bottom - box.top) / rows;
  for (let row = 0; row < rows; row++) {
    const y0 = box.top + row * stepY;
    for (let column = 0; column < columns; column++) {
      const x0 = box.left + column * stepX;
      let sum = 0;
      for (let y = Math.floor(y0); y < y0 + stepY && y < box.bottom; y++) {
        const high = Math.min(y + 1, y0 + stepY) - Math.max(y, y0);
        for (let x = Math.floor(x0); x < x0 + stepX && x < box.right; x++) {
          sum += (pixels[y * width + x] ?? 0) * high * (Math.min(x + 1, x0 + stepX) - Math.max(x, x0));
        }
      }
      result[row * columns + column] = sum / (stepX * stepY);
    }
  }
  return result;
}

/** Where the small picture starts so that its centre of mass is in the middle, without leaving the frame. */
function shift(centre: number, length: number): number {
  return Math.min(DRAWING_SIDE - length, Math.max(0, Math.round(DRAWING_SIDE / 2 - centre)));
}
