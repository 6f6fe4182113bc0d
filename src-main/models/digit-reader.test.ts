import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { digitLayers } from '../../build/models/digit-graph.ts';
import { assertExact, EXACT, integerScores } from '../../build/models/quantise.ts';
import { normaliseDrawing } from '../../src-shared/domain/drawing.ts';
import { decodeOutput, encodeInput } from './codec.ts';
import { drawDigit } from './digits.ts';
import { HAND_DRAWN, paint } from './hand-drawn.ts';
import { sha256 } from './hash.ts';
import { parseManifest } from './manifest.ts';
import { readModel } from './onnx/read.ts';

const folder = join(import.meta.dirname, '../../resources/models/digit-reader');
const bytes = new Uint8Array(readFileSync(join(folder, 'model.onnx')));
const manifest = parseManifest(readFileSync(join(folder, 'manifest.json'), 'utf8'));
const layers = digitLayers(readModel(bytes));
/** Neither trained on nor measured by the training script. */
const FRESH = 2 ** 30 + 500_000;

describe('digit reader', () => {
  let session: InferenceSession;
  beforeAll(async () => {
    session = await InferenceSession.create(bytes);
  });
  const run = async (input: Uint8Array, by = session): Promise<Uint8Array> => {
    const { scores } = await by.run({ pixels: new Tensor('uint8', input, [1, 1, 28, 28]) });
    const data = scores!.data as Int32Array;
    return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  };
  const read = async (pixels: Uint8Array): Promise<string> => {
    const answer = decodeOutput(manifest, await run(encodeInput(manifest, { kind: 'image', pixels })));
    return answer.kind === 'classes' ? answer.label : '';
  };

  it('is the file that its manifest names', () => {
    expect(sha256(bytes)).toBe(manifest.file.digest);
    expect(bytes.length).toBe(manifest.file.bytes);
  });

  it('reads at least 97 of 100 digits that it has never seen', async () => {
    let right = 0;
    for (let index = 0; index < 600; index++)
      if ((await read(drawDigit(index % 10, FRESH + index))) === String(index % 10)) right++;
    expect(right / 600).toBeGreaterThanOrEqual(0.97);
  });

  it('reads digits drawn point by point, with a round brush, on canvases of other sizes', async () => {
    const wrong: string[] = [];
    for (const { digit, strokes } of HAND_DRAWN) {
      for (const [side, brush] of [
        [280, 10],
        [200, 5],
        [400, 20],
      ] as const) {
        const label = await read(normaliseDrawing(paint(strokes, side, brush), side, side));
        if (label !== String(digit)) wrong.push(`${digit} read as ${label} (${side}, ${brush})`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('keeps every partial sum below 2^24 and every constant an integer or a power of two', () => {
    layers.forEach(({ geometry, weights, bias, shift }, index) => {
      expect(assertExact(geometry, weights, bias, index === 0 ? 255 : 127)).toBeLessThan(EXACT);
      if (shift !== undefined) expect(Number.isInteger(shift)).toBe(true);
    });
  });

  it('gives the bytes of plain integer arithmetic at every optimisation level and thread count', async () => {
    const worst = [
      new Uint8Array(784).fill(255),
      new Uint8Array(784),
      Uint8Array.from({ length: 784 }, (_, at) => (at % 2) * 255),
    ];
    const inputs = [
      ...worst,
      ...Array.from({ length: 40 }, (_, index) => drawDigit(index % 10, FRESH + 10_000 + index)),
    ];
    for (const graphOptimizationLevel of ['disabled', 'basic', 'extended', 'all'] as const) {
      for (const intraOpNumThreads of [1, 2]) {
        const one = await InferenceSession.create(bytes, { graphOptimizationLevel, intraOpNumThreads });
        for (const input of inputs) {
          expect([...(await run(input, one))]).toEqual([...new Uint8Array(integerScores(layers, input).buffer)]);
        }
        await one.release();
      }
    }
  });
});
