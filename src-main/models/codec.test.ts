import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkInput, decodeOutput, encodeInput } from './codec.ts';
import { sampleManifest } from './samples.ts';
import { readValues, writeValues, type Scalar } from './scalars.ts';
import { DTYPES, wireBytes, type Dtype, type TensorSpec } from './tensors.ts';

const file = new Uint8Array([1]);
const code = (value: string): object => expect.objectContaining({ code: value });
const valueOf = (dtype: Dtype): fc.Arbitrary<Scalar> => {
  if (dtype === 'int64') return fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String);
  if (dtype === 'uint64') return fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String);
  if (dtype === 'float32') return fc.float({ noNaN: true, noDefaultInfinity: true });
  if (dtype === 'float64') return fc.double({ noNaN: true, noDefaultInfinity: true });
  if (dtype === 'bool') return fc.integer({ min: 0, max: 1 });
  const bits = Number(/\d+$/.exec(dtype)?.[0]);
  return dtype.startsWith('u')
    ? fc.integer({ min: 0, max: 2 ** bits - 1 })
    : fc.integer({ min: -(2 ** (bits - 1)), max: 2 ** (bits - 1) - 1 });
};
const tensor = fc
  .tuple(fc.constantFrom(...DTYPES), fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 }))
  .chain(([dtype, shape]) => {
    const length = shape.reduce((product, dim) => product * dim, 1);
    return fc.record({
      dtype: fc.constant(dtype),
      shape: fc.constant(shape),
      values: fc.array(valueOf(dtype), { minLength: length, maxLength: length }),
    });
  });

describe('values on the wire', () => {
  it('come back as they went in, for every element type', () => {
    fc.assert(
      fc.property(tensor, ({ dtype, shape, values }) => {
        const spec: TensorSpec = { name: 'x', dtype, shape };
        expect(readValues(spec, writeValues(spec, values))).toEqual(values);
      }),
    );
  });

  it('of several tensors stand one after the other in the declared order', () => {
    fc.assert(
      fc.property(fc.array(tensor, { minLength: 1, maxLength: 4 }), (tensors) => {
        const specs = tensors.map(({ dtype, shape }, index): TensorSpec => ({ name: `t${index}`, dtype, shape }));
        const manifest = sampleManifest(file, specs, specs);
        const wire = encodeInput(manifest, {
          kind: 'tensors',
          tensors: Object.fromEntries(tensors.map(({ values }, index) => [`t${index}`, values])),
        });
        expect(wire.length).toBe(wireBytes(specs));
        checkInput(manifest, wire);
        const answer = decodeOutput(manifest, wire);
        expect(answer.kind === 'tensors' && answer.tensors.map((one) => one.values)).toEqual(
          tensors.map((one) => one.values),
        );
      }),
    );
  });

  it('are refused when they do not fit', () => {
    const spec: TensorSpec = { name: 'x', dtype: 'int8', shape: [1] };
    for (const value of [128, -129, 0.5, Number.NaN, '1'])
      expect(() => writeValues(spec, [value])).toThrow(code('INPUT_VALUE'));
    expect(() => writeValues({ ...spec, dtype: 'uint64' }, ['-1'])).toThrow(code('INPUT_VALUE'));
    expect(() => writeValues({ ...spec, dtype: 'float32' }, [1e300])).toThrow(code('INPUT_VALUE'));
    expect(() => writeValues(spec, [1, 2])).toThrow(code('INPUT_SIZE'));
  });
});

describe('presentation', () => {
  const out: TensorSpec = { name: 'y', dtype: 'int32', shape: [1, 3] };
  const labels = { kind: 'classes', labels: ['a', 'b', 'c'], unit: 1 };

  it('pads text and refuses what is too long, in bytes and not in letters', () => {
    const text: TensorSpec = { name: 'x', dtype: 'uint8', shape: [6] };
    const input = { kind: 'text', maxBytes: 6, encoding: 'utf8', pad: 7 };
    const manifest = sampleManifest(file, [text], [out], { presentation: { input, output: labels } });
    expect([...encodeInput(manifest, { kind: 'text', text: 'äb' })]).toEqual([0xc3, 0xa4, 0x62, 7, 7, 7]);
    expect(() => encodeInput(manifest, { kind: 'text', text: 'äöüß' })).toThrow(code('INPUT_TOO_LONG'));
    expect(() => encodeInput(manifest, { kind: 'image', pixels: new Uint8Array(6) })).toThrow(code('INPUT_KIND'));
  });

  it('turns ink and reorders channels of pictures', () => {
    const spec: TensorSpec = { name: 'x', dtype: 'float32', shape: [3, 1, 2] };
    const input = {
      kind: 'image',
      width: 2,
      height: 1,
      channels: 3,
      layout: 'chw',
      ink: 'dark',
      normalise: 'none',
      scale: 0.5,
      offset: 1,
    };
    const manifest = sampleManifest(file, [spec], [out], { presentation: { input, output: labels } });
    const wire = encodeInput(manifest, { kind: 'image', pixels: new Uint8Array([255, 253, 251, 249, 247, 245]) });
    expect(readValues(spec, wire)).toEqual([1, 4, 2, 5, 3, 6]);
  });

  it('writes rows by name and choices by position', () => {
    const spec: TensorSpec = { name: 'x', dtype: 'float32', shape: [2] };
    const input = {
      kind: 'table',
      fields: [
        { kind: 'number', name: 'age', unit: 'a', min: 0, max: 150 },
        { kind: 'choice', name: 'colour', options: ['red', 'blue'] },
      ],
    };
    const manifest = sampleManifest(file, [spec], [out], { presentation: { input, output: labels } });
    expect(readValues(spec, encodeInput(manifest, { kind: 'table', row: { colour: 'blue', age: 9 } }))).toEqual([9, 1]);
    expect(() => encodeInput(manifest, { kind: 'table', row: { colour: 'pink', age: 9 } })).toThrow(
      code('INPUT_VALUE'),
    );
    expect(() => encodeInput(manifest, { kind: 'table', row: { colour: 'red', age: 151 } })).toThrow(
      code('INPUT_VALUE'),
    );
    expect(() => encodeInput(manifest, { kind: 'table', row: Object.create({ colour: 'red', age: 1 }) })).toThrow(
      code('INPUT_VALUE'),
    );
  });

  it('reads scores: best label, margin, shares; a tie goes to the first', () => {
    const manifest = sampleManifest(file, [out], [out], {
      presentation: { input: { kind: 'tensors' }, output: labels },
    });
    const answer = (scores: number[]): unknown => decodeOutput(manifest, writeValues(out, scores));
    expect(answer([1, 5, 3])).toMatchObject({ label: 'b', index: 1, margin: 2, scores: [1, 5, 3] });
    expect(answer([4, 4, 4])).toMatchObject({ label: 'a', index: 0, margin: 0, shares: [1 / 3, 1 / 3, 1 / 3] });
    expect(() => decodeOutput(manifest, new Uint8Array(11))).toThrow(code('OUTPUT_SIZE'));
  });
});

describe('checkInput', () => {
  it('refuses wrong lengths, truth values other than 0 and 1, and what is not a finite number', () => {
    const truth = sampleManifest(
      file,
      [{ name: 'x', dtype: 'bool', shape: [2] }],
      [{ name: 'y', dtype: 'bool', shape: [] }],
    );
    expect(() => checkInput(truth, new Uint8Array(3))).toThrow(code('INPUT_SIZE'));
    expect(() => checkInput(truth, new Uint8Array([0, 2]))).toThrow(code('INPUT_VALUE'));
    const real = sampleManifest(
      file,
      [{ name: 'x', dtype: 'float32', shape: [1] }],
      [{ name: 'y', dtype: 'bool', shape: [] }],
    );
    expect(() => checkInput(real, new Uint8Array(Float32Array.of(Number.NaN).buffer))).toThrow(code('INPUT_VALUE'));
    checkInput(real, new Uint8Array(Float32Array.of(-0).buffer));
  });
});
