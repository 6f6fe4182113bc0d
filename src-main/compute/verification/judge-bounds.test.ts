import { setImmediate } from 'node:timers/promises';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { inspect } from '../../models/inspect.ts';
import { GraphBuilder } from '../../models/onnx/graph.ts';
import type { NodeProto, TensorProto } from '../../models/onnx/types.ts';
import { writeModel } from '../../models/onnx/write.ts';
import type { NamedTensor } from '../protocol.ts';
import { judgeNode, type NodeFinding } from './judge-node.ts';
import type { Layout } from './layout.ts';
import { COVERED, recompute } from './reference/recompute.ts';
import type { Party } from './settle.ts';
import { Side } from './side.ts';
import { noise, partyOf, valuesOf } from './test-runs.ts';
import { MAX_RUN_BYTES, traceOf, type TraceEntry } from './trace.ts';

/** What an author of models who is both sides of a case makes the judge's process do. */

const MIB = 1024 * 1024;
const float32 = (name: string, values: Float32Array, shape: readonly number[] = [values.length]): NamedTensor => ({
  name,
  dtype: 'float32',
  shape,
  bytes: new Uint8Array(values.buffer),
});
const [ones, twos] = [1, 2].map((value) => float32('y', new Float32Array(4).fill(value))) as [NamedTensor, NamedTensor];

/** A graph of one node, `Identity` before it making `a` from the input. */
function layoutWith(proto: NodeProto, weights: readonly TensorProto[] = []): Layout {
  const nodes = [
    { index: 0, op: 'Identity', proto: { op: 'Identity', inputs: ['x'], outputs: ['a'] }, reads: [], writes: ['a'] },
    { index: 1, op: proto.op ?? '', proto: { ...proto, outputs: ['y'] }, reads: ['a'], writes: ['y'] },
  ];
  const writer = new Map([
    ['a', 0],
    ['y', 1],
  ]);
  return { nodes, opset: 21, weights: new Map(weights.map((one) => [one.name ?? '', one])), writer };
}

function judged(layout: Layout, claimant: Party, defendant: Party): Promise<NodeFinding> {
  const facts = { layout, outputs: ['y'], inputs: [], claimant, defendant, share: 2 ** -18 };
  return judgeNode(facts, 1, new Side(claimant), new Side(defendant));
}

test('weights that a node names a hundred times over take no memory', async () => {
  const raw = new Uint8Array(4 * MIB);
  const layout = layoutWith({ op: 'Max', inputs: Array.from({ length: 100 }, () => 'w') }, [
    { name: 'w', dataType: 7, dims: [raw.length / 8], raw },
  ]);
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  const watched = (party: Party): Party => ({
    ...party,
    tensor: (entry) => {
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
      return party.tensor(entry);
    },
  });
  const found = await judged(layout, watched(partyOf([ones])), watched(partyOf([twos])));
  expect(found).toMatchObject({ claimant: { holds: false, expected: 0 } });
  expect(most).toBeLessThan(8 * MIB);
});

test('a value that is larger than what a side holds is fetched once, however often a node names it', async () => {
  const layout = layoutWith({ op: 'Max', inputs: Array.from({ length: 50 }, () => 'a') });
  const large = { ...float32('a', new Float32Array(20 * MIB)), shape: [20 * MIB] };
  const fetched: string[] = [];
  const counted = (party: Party): Party => ({
    ...party,
    tensor: (entry) => {
      fetched.push(entry.name);
      return party.tensor(entry);
    },
  });
  await judged(layout, counted(partyOf([large, ones])), counted(partyOf([large, twos])));
  expect(fetched.toSorted()).toEqual(['a', 'a', 'y', 'y']);
});

test('a node whose values are as large as a whole run, or that has a thousand and one inputs, is left to people unread', async () => {
  const [entry] = traceOf([ones]).entries as [TraceEntry];
  const unread = (shape: readonly number[]): Party => ({
    trace: { root: '', entries: ['a', 'y'].map((name) => ({ ...entry, name, shape })) },
    tensor: () => Promise.reject(new Error('it was fetched')),
  });
  const half = unread([MAX_RUN_BYTES / 8]);
  const small = unread([1]);
  const nobody = { claimant: null, defendant: null, value: 'y' };
  expect(await judged(layoutWith({ op: 'Neg', inputs: ['a'] }), half, small)).toMatchObject(nobody);
  expect(await judged(layoutWith({ op: 'Neg', inputs: ['a'] }), small, half)).toMatchObject(nobody);
  const many = layoutWith({ op: 'Max', inputs: Array.from({ length: 1_001 }, () => 'x') });
  expect(await judged(many, small, small)).toMatchObject(nobody);
});

test('weights with more than sixteen dimensions are refused in a model, and judge nobody in one that is here', async () => {
  const dims = (rank: number): number[] => Array.from({ length: rank }, () => 1);
  const graph = (rank: number): Uint8Array => {
    const builder = new GraphBuilder('deep');
    builder.op('MatMul', ['x', builder.constant('float32', dims(rank), [1])], {}, 'y');
    const end = { dtype: 'float32', shape: [1] } as const;
    return writeModel(builder.build([{ name: 'x', ...end }], [{ name: 'y', ...end }]));
  };
  expect(inspect(graph(17)).problems.join()).toMatch(/more than 16 dimensions/);
  expect(inspect(graph(16)).problems).toEqual([]);
  const tried = (rank: number): Promise<NodeFinding> => {
    const weights = [{ name: 'w', dataType: 1, dims: dims(rank), raw: new Uint8Array(4) }];
    const a = float32('a', Float32Array.of(1), [1, 1]);
    const y = (value: number): NamedTensor => float32('y', Float32Array.of(value), [1, 1]);
    const layout = layoutWith({ op: 'MatMul', inputs: ['a', 'w'] }, weights);
    return judged(layout, partyOf([a, y(1)]), partyOf([a, y(2)]));
  };
  expect((await tried(2)).claimant).toMatchObject({ holds: false });
  expect(await tried(17)).toMatchObject({ claimant: null, defendant: null });
});

test('a value is not looked for along more indices than take a moment', () => {
  const of = (op: string, shape: readonly number[], more: readonly number[][], ints: readonly number[]): unknown =>
    recompute({
      node: { op, attributes: [{ name: 'kernel_shape', ints }] },
      inputs: [shape, ...more].map((one) => valuesOf(one, [])),
      output: 0,
      shape: shape.map(() => 1),
      element: 0,
    });
  const twos16 = Array.from({ length: 18 }, () => 2);
  expect(of('ReduceMax', twos16, [], [])).toBeNull();
  expect(of('Conv', twos16, [twos16], [])).toBeNull();
  // Twice as many dimensions as there are, each of one.
  const grid = valuesOf([1, 1, 2, 2], [1, 2, 3, 4]);
  const pooled = (ints: readonly number[]): unknown =>
    recompute({
      node: { op: 'MaxPool', attributes: [{ name: 'kernel_shape', ints }] },
      inputs: [grid],
      output: 0,
      shape: [1, 1, 1, 1],
      element: 0,
    });
  expect(pooled([2, 2])).toMatchObject({ value: 4 });
  expect(pooled([2, 2, 1, 1])).toBeNull();
});

test('the process does other things between any two checks, and while it looks for where two values differ', async () => {
  const length = 2 ** 20;
  const side = (scale: number): Party =>
    partyOf([float32('a', new Float32Array(length)), float32('y', noise(length, 7, scale))]);
  const seen = { turns: 0, over: false };
  const counting = (async () => {
    for (; !seen.over; seen.turns++) await setImmediate();
  })();
  // Nothing of it can be judged, so that every place is looked at on both sides.
  await judged(layoutWith({ op: 'Unknown', inputs: ['a'] }), side(1), side(2));
  seen.over = true;
  await counting;
  // Eight places with two checks each, and four pieces.
  expect(seen.turns).toBeGreaterThanOrEqual(20);
});

test('whatever a side shows, a rule says what is right or nothing', () => {
  const shape = fc.array(fc.nat(4), { maxLength: 5 });
  const names = ['axis', 'axes', 'perm', 'keepdims', 'to', 'group', 'kernel_shape', 'strides', 'pads', 'dilations'];
  const attribute = fc.record({
    name: fc.constantFrom(...names),
    i: fc.integer({ min: -7, max: 7 }),
    ints: fc.array(fc.integer({ min: -3, max: 9 }), { maxLength: 6 }),
  });
  fc.assert(
    fc.property(
      fc.constantFrom(...COVERED),
      fc.array(fc.option(shape, { nil: undefined }), { maxLength: 5 }),
      shape,
      fc.nat(40),
      fc.uniqueArray(attribute, { maxLength: 4, selector: ({ name }) => name }),
      (op, inputs, own, element, attributes) => {
        const found = recompute({
          node: { op, attributes: attributes.map(({ name, i, ints }) => (i % 2 === 0 ? { name, ints } : { name, i })) },
          inputs: inputs.map((one) => one && valuesOf(one, noise(1024, 5, 3))),
          output: 0,
          shape: own,
          element,
        });
        expect(found === null || Number.isFinite(found.value + found.bound)).toBe(true);
      },
    ),
    { numRuns: 4_000 },
  );
});
