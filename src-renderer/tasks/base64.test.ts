import { expect, it } from 'vitest';
import { fromBase64, toBase64 } from './base64.ts';

it('survives the way there and back', () => {
  const bytes = Uint8Array.from({ length: 100_001 }, (_, at) => (at * 31) % 256);
  expect(fromBase64(toBase64(bytes))).toEqual(bytes);
  expect(toBase64(new Uint8Array([255, 0, 1]))).toBe('/wAB');
});
