import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from './canonical.ts';
import { cidOf, sha256 } from './hash.ts';
import { checkManifest, manifestDigest, parseManifest } from './manifest.ts';
import { presentationSchema } from './presentation.ts';
import { doublingModel, sampleManifest } from './samples.ts';

const { manifest } = doublingModel(4);
const refused = expect.objectContaining({ code: 'MANIFEST' });
type Loose = Record<string, unknown>;

describe('manifest', () => {
  it('has one digest, however it is written down', () => {
    const shuffled = Object.fromEntries(Object.entries(manifest).toReversed());
    expect(manifestDigest(parseManifest(JSON.stringify(shuffled, null, 4)))).toBe(manifestDigest(manifest));
    expect(manifestDigest({ ...manifest, name: 'other' })).not.toBe(manifestDigest(manifest));
  });

  it('canonical JSON reads back as the same value and does not depend on the order of keys', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
    expect(canonicalJson({ b: [1e21, 0.1], a: { d: null, c: 'é' } })).toBe('{"a":{"c":"é","d":null},"b":[1e+21,0.1]}');
  });

  it('names content as the rest of the world does', () => {
    expect(cidOf(sha256(new TextEncoder().encode('hello world')))).toBe(
      'bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e',
    );
  });

  it.each<[string, Loose]>([
    ['an unknown field', { colour: 'red' }],
    [
      'rounded outputs in doubles, which are not rounded',
      {
        verification: { kind: 'rounded', step: 0.1 },
        outputs: [{ ...manifest.outputs[0]!, dtype: 'float64' }],
      },
    ],
    ['a tolerance that allows nothing', { verification: { kind: 'tolerance', atol: 0, rtol: 0 } }],
    ['a cid of other content', { file: { ...manifest.file, cid: cidOf(sha256(new Uint8Array([9]))) } }],
    ['a path as file name', { file: { ...manifest.file, name: '../model.onnx' } }],
    ['an open dimension', { inputs: [{ name: 'x', dtype: 'float32', shape: [0] }] }],
    ['inputs too large for a message', { inputs: [{ name: 'x', dtype: 'float64', shape: [2_000_000] }] }],
    ['equal names', { outputs: [...manifest.outputs, ...manifest.outputs] }],
    ['a fee with a point', { fee: '0.1' }],
    ['a newer operator set', { onnx: { ir: 10, opset: 22 } }],
    [
      'labels that do not fit',
      { presentation: { input: { kind: 'tensors' }, output: { kind: 'classes', labels: ['a', 'b'], unit: 1 } } },
    ],
    ['broken unicode', { name: '\ud800' }],
  ])('is refused with %s', (_, change) => {
    expect(() => checkManifest({ ...manifest, ...change })).toThrow(refused);
  });

  it('refuses names that a terminal or a screen would show as something else', () => {
    for (const words of ['\u001b[2Jgone', 'bell\u0007', 'txt.\u202Efdp', 'rewritten\r', 'two\u0085lines']) {
      for (const field of ['name', 'author', 'description', 'license', 'accuracy']) {
        expect(() => checkManifest({ ...manifest, [field]: words })).toThrow(refused);
      }
      const fields = [{ kind: 'choice', name: 'one', options: ['yes', words] }];
      const input = { kind: 'table', fields };
      expect(presentationSchema.safeParse({ input, output: { kind: 'tensors' } }).success).toBe(false);
      const output = { kind: 'classes', labels: ['yes', words], unit: 1 };
      expect(presentationSchema.safeParse({ input: { kind: 'tensors' }, output }).success).toBe(false);
    }
    for (const field of ['name', 'author', 'license', 'accuracy']) {
      expect(() => checkManifest({ ...manifest, [field]: 'one line\nand another' })).toThrow(refused);
    }
    expect(checkManifest({ ...manifest, description: 'one line\nand another' }).description).toContain('\n');
  });

  it('never throws anything but its own error', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(() => parseManifest(text)).toThrow(refused);
      }),
    );
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(manifest)), fc.jsonValue(), (key, value) => {
        try {
          checkManifest({ ...manifest, [key]: value });
        } catch (error) {
          expect(error).toEqual(refused);
        }
      }),
    );
    expect(() => sampleManifest(new Uint8Array([1]), [], [])).toThrow(refused);
  });
});
