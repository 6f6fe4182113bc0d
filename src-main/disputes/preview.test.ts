import { expect, test } from 'vitest';
import type { Manifest } from '../models/manifest.ts';
import { previewWire } from './preview.ts';

const manifest = (dtype: string, input: object): Manifest =>
  ({ inputs: [{ name: 'x', dtype, shape: [1] }], presentation: { input } }) as unknown as Manifest;
const image = (more: object): object => ({ kind: 'image', width: 2, height: 1, channels: 1, ink: 'light', ...more });

test('grey pictures come back as they were drawn, whatever the model wants them to be', () => {
  const bytes = manifest('uint8', image({ scale: 1, offset: 0 }));
  expect(previewWire(bytes, Uint8Array.of(0, 255))).toMatchObject({ pixels: Buffer.from([0, 255]).toString('base64') });
  const dark = manifest('uint8', image({ scale: 1, offset: 0, ink: 'dark' }));
  expect(previewWire(dark, Uint8Array.of(0, 255))).toMatchObject({ pixels: Buffer.from([255, 0]).toString('base64') });
  const floats = manifest('float32', image({ scale: 2 / 255, offset: -1 }));
  const wire = new Uint8Array(Float32Array.of(-1, 1).buffer);
  expect(previewWire(floats, wire)).toMatchObject({ width: 2, pixels: Buffer.from([0, 255]).toString('base64') });
  const signed = manifest('int8', image({ scale: 1, offset: -128 }));
  expect(previewWire(signed, new Uint8Array(Int8Array.of(-128, 127).buffer))).toMatchObject({
    pixels: Buffer.from([0, 255]).toString('base64'),
  });
});

test('texts end where they were filled up; of the rest only the size is said', () => {
  const text = manifest('uint8', { kind: 'text', maxBytes: 8, encoding: 'utf8', pad: 0 });
  expect(previewWire(text, new TextEncoder().encode('grüß\0\0'))).toEqual({ kind: 'text', text: 'grüß' });
  expect(previewWire(manifest('uint8', { kind: 'tensors' }), Uint8Array.of(1, 2))).toEqual({
    kind: 'other',
    text: '2 bytes',
  });
  // Fewer bytes than pixels: nothing is made up.
  const short = manifest('float32', image({ scale: 1, offset: 0 }));
  expect(previewWire(short, Uint8Array.of(1))).toEqual({ kind: 'other', text: '1 bytes' });
});
