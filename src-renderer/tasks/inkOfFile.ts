import { inkFromPicture } from './sheet.ts';

/** A picture file, fitted whole into width x height, as ink; null when the browser cannot read it as a picture. */
export async function inkOfFile(file: Blob, width: number, height: number): Promise<Uint8Array | null> {
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (bitmap === null) return null;
  const scale = Math.min(width / bitmap.width, height / bitmap.height);
  const columns = Math.max(1, Math.round(bitmap.width * scale));
  const rows = Math.max(1, Math.round(bitmap.height * scale));
  const canvas = document.createElement('canvas');
  canvas.width = columns;
  canvas.height = rows;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) return null;
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, columns, rows);
  bitmap.close();
  const small = inkFromPicture(context.getImageData(0, 0, columns, rows).data, columns, rows);
  const ink = new Uint8Array(width * height);
  const left = Math.floor((width - columns) / 2);
  const top = Math.floor((height - rows) / 2);
  for (let row = 0; row < rows; row++) {
    ink.set(small.subarray(row * columns, (row + 1) * columns), (top + row) * width + left);
  }
  return ink;
}
