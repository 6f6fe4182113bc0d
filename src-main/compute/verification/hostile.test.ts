import { expect, test } from 'vitest';
import { writeModel } from '../../models/onnx/write.ts';
import { elements } from '../../models/tensors.ts';
import type { NamedTensor } from '../protocol.ts';
import { numbersOf } from '../tensor.ts';
import { agree, publishable } from './agree.ts';
import { bisect } from './bisect.ts';
import { layoutOf, type Layout } from './layout.ts';
import { recompute } from './reference/recompute.ts';
import type { Values } from './reference/values.ts';
import { settle, type Case, type Party } from './settle.ts';
import { noise, partyOf, runAll, transformer, valuesOf } from './test-runs.ts';
import { readTrace, traceOf, TraceError, writeTrace, type TraceEntry } from './trace.ts';

/** What a side that wants money shows to a court. */

const model = transformer(6, 16, 2);
const layout = layoutOf(writeModel(model));
const feeds: NamedTensor[] = [
  { name: 'x', dtype: 'float32', shape: [6, 16], bytes: new Uint8Array(noise(96, 99, 1).buffer) },
];
const honest = await runAll(model, feeds);
const NODE = 10;
const NAME = layout.nodes[NODE]?.writes[0] ?? '';

const caseOf = (claimant: Party, defendant: Party): Case => ({
  layout,
  outputs: ['y'],
  inputs: feeds,
  claimant,
  defendant,
  share: 2 ** -18,
});

/** Right up to a node, and whatever pays from there on. */
function garbage(change: (one: NamedTensor) => NamedTensor): NamedTensor[] {
  return honest.map((one) => {
    const node = layout.writer.get(one.name) ?? 0;
    if (node < NODE) return one;
    return node === NODE ? change(one) : { ...one, bytes: new Uint8Array(one.bytes.length) };
  });
}

test('a value of another shape, or with the right first element only, does not make the run an honest one', async () => {
  const row = (one: NamedTensor): NamedTensor => ({ ...one, shape: [1, 16], bytes: one.bytes.slice(0, 64) });
  const flat = (one: NamedTensor): NamedTensor => ({ ...one, shape: [elements(one)] });
  const whole = (one: NamedTensor): NamedTensor => ({ ...one, dtype: 'uint32' });
  for (const trick of [row, flat, whole]) {
    const { wrong, at } = await settle(caseOf(partyOf(honest), partyOf(garbage(trick))));
    expect(at?.node).toBe(NODE);
    expect(['defendant', 'unknown']).toContain(wrong);
  }
});

test('a value whose bytes do not fill its shape is no value, and the case goes on', async () => {
  const lies = partyOf(garbage((one) => ({ ...one, bytes: new Uint8Array(one.bytes.length) })));
  const broken: Party = {
    ...lies,
    tensor: async (entry) => {
      if (entry.name === NAME) throw new TraceError('the bytes do not fill the shape');
      return lies.tensor(entry);
    },
  };
  const { wrong, at } = await settle(caseOf(partyOf(honest), broken));
  expect([at?.node, wrong]).toEqual([NODE, 'unknown']);
});

test('a trace names no more than one run may have', () => {
  const [first] = traceOf(honest).entries;
  for (const shape of [[2 ** 27], Array.from({ length: 16 }, () => 2 ** 32)]) {
    const entries: TraceEntry[] = [{ ...(first as TraceEntry), shape }];
    expect(() => readTrace(writeTrace({ root: '', entries }), '')).toThrow('its values are too large');
  }
});

test('the judge does not look along dimensions that an empty tensor claims, nor twice along one, nor for ever', () => {
  const wide = valuesOf([0, 2 ** 32], []);
  const grid = valuesOf([1_000, 1_000], new Float32Array(1_000_000).fill(1));
  const axes = (list: readonly number[]): Values => valuesOf([list.length], list);
  const of = (op: string, inputs: ReadonlyArray<Values | undefined>, shape: readonly number[] = [1, 1]): unknown =>
    recompute({ node: { op }, inputs, output: 0, shape, element: 0 });
  expect(of('MatMul', [wide, wide])).toBeNull();
  expect(of('Gemm', [wide, wide])).toBeNull();
  expect(of('Conv', [valuesOf([1, 1, 4], noise(4, 1, 1)), valuesOf([0, 2 ** 32, 2 ** 32], [])], [1, 1, 4])).toBeNull();
  expect(of('Softmax', [valuesOf([1, 2 ** 24], [])], [1, 2 ** 24])).toBeNull();
  expect(of('GlobalAveragePool', [valuesOf([1, 1, 2 ** 24], [])], [1, 1, 1])).toBeNull();
  for (const list of [Array.from({ length: 60 }, () => 0), [0, 1], [7], [-9], [1e9], [Number.NaN]])
    expect(of('ReduceSum', [grid, axes(list)])).toBeNull();
  expect(of('ReduceSum', [grid, valuesOf([2 ** 23], [])])).toBeNull();
  expect(of('Slice', [grid, axes([0]), axes([1]), axes([4_294_967_290])])).toBeNull();
  expect(of('ReduceSum', [grid, axes([1])], [1_000, 1])).toMatchObject({ value: 1_000 });
});

test('a row longer than the stack is judged', () => {
  const long = 200_000;
  const row = valuesOf([1, long], noise(long, 3, 1));
  for (const [op, shape] of [
    ['Softmax', [1, long]],
    ['ReduceMax', [1, 1]],
    ['ReduceMin', [1, 1]],
    ['LayerNormalization', [1, long]],
  ] as const)
    expect(
      recompute({
        node: { op },
        inputs: [row, row, row].slice(0, op.startsWith('L') ? 3 : 1),
        output: 0,
        shape,
        element: 0,
      }),
    ).not.toBeNull();
});

test('what depends on machine or version is left to others: masks, signs in unsigned types, old borders and softmax', async () => {
  const x = valuesOf([1], [-5]);
  const of = (
    node: { op: string; attributes?: Array<{ name: string; i?: number; f?: number }> },
    output = 0,
  ): unknown => recompute({ node, inputs: [x], output, shape: [1], element: 0 });
  expect(of({ op: 'Dropout' }, 1)).toBeNull();
  expect(of({ op: 'Cast', attributes: [{ name: 'to', i: 2 }] })).toBeNull();
  expect(of({ op: 'Cast', attributes: [{ name: 'to', i: 6 }] })).toMatchObject({ value: -5 });
  expect(of({ op: 'Clip', attributes: [{ name: 'min', f: 0 }] })).toBeNull();
  const softmax = layout.nodes.findIndex(({ op }) => op === 'Softmax');
  const other = honest.map((one) =>
    one.name === layout.nodes[softmax]?.writes[0] ? { ...one, bytes: new Uint8Array(one.bytes.length) } : one,
  );
  const lied = other.map((one) => (one.name === 'y' ? { ...one, bytes: new Uint8Array(one.bytes.length) } : one));
  const facts = caseOf(partyOf(honest), partyOf(lied));
  const ends = { ...facts, outputs: [layout.nodes[softmax]?.writes[0] ?? ''] };
  expect(await settle(ends)).toMatchObject({ wrong: 'defendant', at: { op: 'Softmax' } });
  expect(await settle({ ...ends, layout: { ...layout, opset: 12 } })).toMatchObject({ wrong: 'unknown' });
});

test('bisection ends in a graph whose nodes are out of order', async () => {
  const names = ['a', 'b', 'c', 'd'];
  const reads = [['d'], ['a'], ['d'], ['c']];
  const graph: Layout = {
    nodes: names.map((name, index) => ({ index, op: 'N', proto: {}, reads: reads[index] ?? [], writes: [name] })),
    opset: 21,
    weights: new Map(),
    writer: new Map(names.map((name, index) => [name, index])),
  };
  // A loop that never waits would hold up the timeout of this test as well.
  let looks = 0;
  const agrees = async (node: number): Promise<boolean> => {
    if (++looks > 100) throw new Error('it goes round');
    return node === 1;
  };
  expect((await bisect(graph, 3, agrees)).node).not.toBeNull();
});

test('rounded: not-a-number is written in one way, whatever the processor writes', () => {
  const outputs = [{ name: 'y', dtype: 'float32' as const, shape: [2] }];
  const verification = { kind: 'rounded', step: 0.5 } as const;
  const [one, other] = [0xffc00000, 0x7fc00001].map((word) => new Uint8Array(Uint32Array.of(word, 0).buffer));
  const published = publishable({ verification, outputs }, one as Uint8Array);
  expect(agree({ verification, outputs }, published, other as Uint8Array).verdict).toBe('same');
});

test('digest: whole numbers that are equal agree, and need no people', () => {
  const outputs = [{ name: 'y', dtype: 'int32' as const, shape: [1] }];
  const verification = { kind: 'digest' as const, top: 1, margin: 0 };
  const bytes = new Uint8Array(4);
  expect(agree({ verification, outputs }, bytes, bytes).verdict).toBe('same');
  expect(agree({ verification, outputs }, Uint8Array.of(1, 0, 0, 0), bytes).verdict).toBe('different');
});

test('values are read wherever they lie in a buffer', () => {
  const bytes = Buffer.concat([Buffer.alloc(3), Buffer.from(Float32Array.of(1.5, -2).buffer)]).subarray(3);
  for (const dtype of ['float32', 'int64'] as const)
    expect(() => numbersOf({ dtype, shape: [8 / (dtype === 'int64' ? 8 : 4)], bytes })).not.toThrow();
  expect(Array.from(numbersOf({ dtype: 'float32', shape: [2], bytes }))).toEqual([1.5, -2]);
});
