import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { LANGUAGES, sentences, textWire } from '../../build/models/sentences.ts';
import { features, scores } from '../../build/models/trigrams.ts';
import { decodeOutput, encodeInput } from './codec.ts';
import { sha256 } from './hash.ts';
import { parseManifest } from './manifest.ts';
import { readModel } from './onnx/read.ts';

const folder = join(import.meta.dirname, '../../resources/models/language-guesser');
const bytes = new Uint8Array(readFileSync(join(folder, 'model.onnx')));
const manifest = parseManifest(readFileSync(join(folder, 'manifest.json'), 'utf8'));
const held = readModel(bytes).graph?.initializers ?? [];
const raw = (name: string): Uint8Array => held.find((tensor) => tensor.name === name)!.raw!.slice();
const weights = {
  pairs: Int32Array.from(new Int8Array(raw('pairs').buffer)),
  triples: Int32Array.from(new Int8Array(raw('triples').buffer)),
  bias: new Int32Array(raw('bias').buffer),
};
const run = async (session: InferenceSession, wire: Uint8Array): Promise<Int32Array> => {
  const result = await session.run({ text: new Tensor('uint8', wire, [256]) });
  return result['scores']!.data as Int32Array;
};
const guess = async (session: InferenceSession, text: string): Promise<string> => {
  const data = await run(session, encodeInput(manifest, { kind: 'text', text }));
  const answer = decodeOutput(manifest, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return answer.kind === 'classes' ? answer.label : '';
};

describe('language guesser', () => {
  it('is the file that its manifest names', () => {
    expect(sha256(bytes)).toBe(manifest.file.digest);
  });

  it('knows the language of at least 95 of 100 held-out sentences', async () => {
    const session = await InferenceSession.create(bytes);
    const examples = sentences('held-out');
    let right = 0;
    for (const { text, label } of examples) if ((await guess(session, text)) === LANGUAGES[label]?.name) right++;
    expect(examples.length).toBe(128);
    expect(right / examples.length).toBeGreaterThanOrEqual(0.95);
  });

  it('knows sentences about things that no training sentence is about', async () => {
    const session = await InferenceSession.create(bytes);
    const texts = {
      English: 'Volcanoes release enormous amounts of gas into the upper atmosphere.',
      German: 'Vulkane stoßen gewaltige Mengen Gas in die obere Atmosphäre aus.',
      French: 'Les volcans rejettent d’énormes quantités de gaz dans la haute atmosphère.',
      Spanish: 'Los volcanes expulsan enormes cantidades de gas a la alta atmósfera.',
      Italian: 'I vulcani emettono enormi quantità di gas nell’alta atmosfera.',
      Portuguese: 'Os vulcões libertam enormes quantidades de gás para a alta atmosfera.',
      Dutch: 'Vulkanen stoten enorme hoeveelheden gas uit in de hogere atmosfeer.',
      Swedish: 'Vulkaner släpper ut enorma mängder gas i den övre atmosfären.',
    };
    for (const [language, text] of Object.entries(texts)) expect(await guess(session, text)).toBe(language);
  });

  it('gives the sums of plain integers for any bytes, at every optimisation level', async () => {
    for (const graphOptimizationLevel of ['disabled', 'basic', 'extended', 'all'] as const) {
      const session = await InferenceSession.create(bytes, { graphOptimizationLevel });
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ minLength: 256, maxLength: 256 }), async (wire) => {
          expect([...(await run(session, wire))]).toEqual(scores(features(wire), weights));
        }),
        { numRuns: 50 },
      );
      expect([...(await run(session, textWire('')))]).toEqual([...weights.bias]);
      await session.release();
    }
  });
});
