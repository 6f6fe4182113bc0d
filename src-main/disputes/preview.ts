import type { InputPreview } from '../../src-shared/domain/tasks.ts';
import type { Manifest } from '../models/manifest.ts';

const MAX_TEXT = 400;
const MAX_PIXELS = 64 * 64;

/**
 * What somebody asked, read back from the wire bytes: a juror has nothing else. Grey pictures of one byte a pixel and
 * texts are shown as they are; of anything else only the size is said.
 */
export function previewWire(manifest: Manifest, wire: Uint8Array): InputPreview {
  const shown = manifest.presentation.input;
  const [first] = manifest.inputs;
  if (shown.kind === 'text' && manifest.inputs.length === 1 && first?.dtype === 'uint8') {
    const end = wire.indexOf(shown.pad);
    const text = new TextDecoder().decode(end === -1 ? wire : wire.subarray(0, end));
    return { kind: 'text', text: text.slice(0, MAX_TEXT) };
  }
  if (shown.kind === 'image' && shown.channels === 1 && first !== undefined) {
    const pixels = shown.width * shown.height;
    const grey = pixels > MAX_PIXELS ? null : greyOf(first.dtype, wire, pixels, shown);
    if (grey !== null) {
      return { kind: 'image', width: shown.width, height: shown.height, pixels: Buffer.from(grey).toString('base64') };
    }
  }
  return { kind: 'other', text: `${wire.length} bytes` };
}

/** Undoes `byte * scale + offset`. @returns null for a dtype that pictures do not come in. */
function greyOf(
  dtype: string,
  wire: Uint8Array,
  pixels: number,
  { scale, offset, ink }: { scale: number; offset: number; ink: 'light' | 'dark' },
): Uint8Array | null {
  const view = new DataView(wire.buffer, wire.byteOffset, wire.byteLength);
  const size = { uint8: 1, int8: 1, float32: 4 }[dtype];
  if (size === undefined || wire.length < pixels * size) return null;
  return Uint8Array.from({ length: pixels }, (_, n) => {
    const raw =
      dtype === 'float32' ? view.getFloat32(4 * n, true) : dtype === 'int8' ? view.getInt8(n) : view.getUint8(n);
    const byte = Math.min(255, Math.max(0, Math.round((raw - offset) / scale)));
    return ink === 'light' ? byte : 255 - byte;
  });
}
