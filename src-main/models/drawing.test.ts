import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normaliseDrawing } from '../../src-shared/domain/drawing.ts';
import { drawDigit } from './digits.ts';
import { HAND_DRAWN, paint } from './hand-drawn.ts';

const drawing = fc
  .tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 }))
  .chain(([width, height]) =>
    fc.tuple(
      fc.constant(width),
      fc.constant(height),
      fc.uint8Array({ minLength: width * height, maxLength: width * height }),
    ),
  );

describe('normaliseDrawing', () => {
  it('gives 784 bytes with ink of full strength, unless nothing was drawn', () => {
    fc.assert(
      fc.property(drawing, ([width, height, pixels]) => {
        const result = normaliseDrawing(pixels, width, height);
        expect(result.length).toBe(784);
        expect(Math.max(...result)).toBe(pixels.some((ink) => ink >= 40) ? 255 : 0);
      }),
    );
  });

  it('does not depend on where on the canvas the drawing is, and hardly on its size', () => {
    const { strokes } = HAND_DRAWN[4]!;
    const moved = strokes.map((stroke) => stroke.map(([x, y]) => [x - 20, y + 10] as const));
    expect(normaliseDrawing(paint(moved, 300, 9), 300, 300)).toEqual(
      normaliseDrawing(paint(strokes, 300, 9), 300, 300),
    );
    const large = normaliseDrawing(paint(strokes, 600, 18), 600, 600);
    const small = normaliseDrawing(paint(strokes, 300, 9), 300, 300);
    const difference = large.reduce((sum, ink, at) => sum + Math.abs(ink - small[at]!), 0);
    expect(difference / large.reduce((sum, ink) => sum + ink, 0)).toBeLessThan(0.1);
  });

  it('keeps proportions: a stroke stays thin, a square stays square', () => {
    const bar = normaliseDrawing(new Uint8Array(400).fill(255), 4, 100);
    expect(bar.filter((ink) => ink > 0).length).toBe(20);
    expect(normaliseDrawing(new Uint8Array(100).fill(255), 10, 10).filter((ink) => ink === 255).length).toBe(400);
    expect(() => normaliseDrawing(new Uint8Array(3), 2, 2)).toThrow(RangeError);
  });
});

describe('drawDigit', () => {
  it('is a function of digit and seed', () => {
    expect(drawDigit(7, 1)).toEqual(drawDigit(7, 1));
    expect(drawDigit(7, 1)).not.toEqual(drawDigit(7, 2));
    expect(drawDigit(7, 1)).not.toEqual(drawDigit(8, 1));
    expect(() => drawDigit(10, 1)).toThrow(RangeError);
  });
});
