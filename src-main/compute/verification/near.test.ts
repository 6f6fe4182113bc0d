import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { DATA_TYPE } from '../../models/onnx/types.ts';
import { writeModel } from '../../models/onnx/write.ts';
import type { NamedTensor } from '../protocol.ts';
import { numbersOf } from '../tensor.ts';
import { agree } from './agree.ts';
import { largest } from './apart.ts';
import { layoutOf } from './layout.ts';
import { isNear, SLACK } from './near.ts';
import { recompute } from './reference/recompute.ts';
import { valuesIn, type Values } from './reference/values.ts';
import { innerShare } from './share.ts';
import { noise, runAll, transformer } from './test-runs.ts';

const TOLERANCE = { kind: 'tolerance', atol: 1e-4, rtol: 1e-4 } as const;
const model = transformer(4, 8, 2);
const layout = layoutOf(writeModel(model));
const x: NamedTensor = { name: 'x', dtype: 'float32', shape: [4, 8], bytes: new Uint8Array(noise(32, 77, 1).buffer) };
const honest = await runAll(model, [x]);
const valueOf = (name: string): NamedTensor => honest.find((one) => one.name === name) as NamedTensor;
const result = numbersOf(valueOf('y'));

/** For each value of one node: how much each number of the result moves with it, by moving it a little. */
async function slopes(node: number): Promise<Float64Array[]> {
  const { name, shape, bytes } = valueOf(layout.nodes[node]?.writes[0] ?? '');
  const start = numbersOf({ dtype: 'float32', shape, bytes });
  if (name === 'y') return Array.from(start, (_, at) => Float64Array.from(result, (__, to) => (to === at ? 1 : 0)));
  const type = { tensor: { elemType: DATA_TYPE.float32, shape: { dims: shape.map((value) => ({ value })) } } };
  const graph = {
    ...model.graph,
    nodes: model.graph?.nodes?.filter((_, index) => index !== node) ?? [],
    inputs: [...(model.graph?.inputs ?? []), { name, type }],
  };
  const session = await InferenceSession.create(writeModel({ ...model, graph }), { logSeverityLevel: 3 });
  const at = async (element: number, step: number): Promise<ArrayLike<number>> => {
    const moved = Float32Array.from(start);
    moved[element] = (moved[element] as number) + step;
    const feeds = {
      x: new Tensor('float32', numbersOf(x) as Float32Array, [4, 8]),
      [name]: new Tensor('float32', moved, shape),
    };
    return ((await session.run(feeds, ['y']))['y'] as Tensor).data as Float32Array;
  };
  const step = 1e-2;
  const found: Float64Array[] = [];
  for (let element = 0; element < start.length; element++) {
    const [up, down] = [await at(element, step), await at(element, -step)];
    found.push(Float64Array.from(up, (one, to) => (one - (down[to] as number)) / (2 * step)));
  }
  await session.release();
  return found;
}

function boundOf(node: number, element: number): number {
  const { proto = {}, writes = [] } = layout.nodes[node] ?? {};
  const inputs = (proto.inputs ?? []).map((name): Values => {
    const weight = layout.weights.get(name);
    if (weight?.raw !== undefined) return valuesIn({ dtype: 'float32', shape: weight.dims ?? [], bytes: weight.raw });
    const value = name === 'x' ? x : valueOf(name);
    return valuesIn(value);
  });
  return recompute({ node: proto, inputs, output: 0, shape: valueOf(writes[0] ?? '').shape, element })?.bound ?? NaN;
}

test('how far a solver gets that lies at every value of every node, each time in the direction that counts', async () => {
  const share = innerShare(TOLERANCE, largest(result));
  const [byBound, byShare] = [new Float64Array(result.length), new Float64Array(result.length)];
  for (const { index, writes } of layout.nodes) {
    const most = largest(numbersOf(valueOf(writes[0] ?? '')));
    (await slopes(index)).forEach((slope, element) => {
      const bound = boundOf(index, element);
      slope.forEach((one, to) => {
        byBound[to] = (byBound[to] as number) + bound * Math.abs(one);
        byShare[to] = (byShare[to] as number) + share * most * Math.abs(one);
      });
    });
  }
  const times = (moved: Float64Array): number =>
    Math.max(...moved.map((one, at) => one / (TOLERANCE.atol + TOLERANCE.rtol * Math.abs(result[at] as number))));
  // Within the bound of each node: what the judge cannot tell from honest rounding is inside the slack.
  expect(times(byBound)).toBeGreaterThan(1);
  expect(times(byBound)).toBeLessThan(SLACK);
  // Within what counts as agreeing between two runs: far beyond, so that `nobody` alone must not save a result.
  expect(times(byShare)).toBeGreaterThan(50);
});

test('near is a few times what the model allows, number for number, and never for whole numbers', () => {
  const outputs = [{ name: 'y', dtype: 'float32' as const, shape: [2] }];
  const wire = (...values: number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer);
  const own = wire(1, -1);
  for (const [verification, allowed] of [
    [TOLERANCE, 2e-4],
    [{ kind: 'rounded', step: 1e-3 }, 1e-3],
    [{ kind: 'digest', top: 1, margin: 1e-2 }, 1e-2],
  ] as const) {
    const manifest = { verification, outputs };
    expect(isNear(manifest, wire(1 + 3.9 * allowed, -1), own)).toBe(true);
    expect(isNear(manifest, wire(1, -1 - 4.1 * allowed), own)).toBe(false);
    expect(isNear(manifest, wire(Number.NaN, -1), own)).toBe(false);
    expect(isNear(manifest, wire(1), own)).toBe(false);
    expect(isNear({ verification, outputs: [{ ...outputs[0]!, dtype: 'int32' }] }, wire(1, -1), wire(1, 2))).toBe(
      false,
    );
  }
  expect(isNear({ verification: { kind: 'exact' }, outputs }, own, own)).toBe(false);
  expect(agree({ verification: TOLERANCE, outputs }, wire(1 + 7e-4, -1), own).verdict).toBe('different');
});
