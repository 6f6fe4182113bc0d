import { UsageError } from './exit-codes.ts';

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** One byte per pixel, 0 black to 255 white, as the file has them. */
  readonly pixels: Uint8Array;
}

const HEADER = /^P5\s+(?:#[^\n]*\n\s*)*(\d{1,5})\s+(?:#[^\n]*\n\s*)*(\d{1,5})\s+(?:#[^\n]*\n\s*)*(\d{1,5})\s/;

/** A binary grey map (PGM, P5) with 8 bits per pixel: what every picture program can write. @throws UsageError. */
export function parsePgm(bytes: Uint8Array): Picture {
  const match = HEADER.exec(Buffer.from(bytes.subarray(0, 1024)).toString('latin1'));
  if (match === null) throw new UsageError('This is no binary PGM picture.');
  const [width, height, max] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (max < 1 || max > 255)
    throw new UsageError('The picture has more than 8 bits per pixel.', 'Save it with 8 bits per pixel.');
  const raw = bytes.subarray(match[0].length, match[0].length + width * height);
  if (raw.length !== width * height || raw.length === 0) throw new UsageError('The picture ends too early.');
  return {
    width,
    height,
    pixels: max === 255 ? raw : raw.map((value) => Math.round((Math.min(value, max) * 255) / max)),
  };
}

/** A picture of the wanted size: PGM, or just the pixels. `invert` for dark ink on light paper. @throws UsageError. */
export function readPicture(bytes: Uint8Array, width: number, height: number, invert: boolean): Uint8Array {
  const picture = bytes[0] === 0x50 && bytes[1] === 0x35 ? parsePgm(bytes) : { width, height, pixels: bytes };
  if (picture.width !== width || picture.height !== height || picture.pixels.length !== width * height) {
    const is = picture.pixels === bytes ? `${bytes.length} bytes` : `${picture.width} x ${picture.height} pixels`;
    throw new UsageError(
      `The model wants a picture of ${width} x ${height} pixels, this is ${is}.`,
      `Save it as a grey PGM of that size, or as ${width * height} raw bytes, 0 background to 255 ink.`,
    );
  }
  return invert ? picture.pixels.map((value) => 255 - value) : picture.pixels;
}
