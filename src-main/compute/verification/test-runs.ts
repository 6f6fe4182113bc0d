import { InferenceSession, Tensor } from 'onnxruntime-node';
import { GraphBuilder } from '../../models/onnx/graph.ts';
import type { ModelProto } from '../../models/onnx/types.ts';
import { DATA_TYPE } from '../../models/onnx/types.ts';
import { writeModel } from '../../models/onnx/write.ts';
import type { Dtype } from '../../models/tensors.ts';
import type { NamedTensor } from '../protocol.ts';
import { numbersOf } from '../tensor.ts';
import type { Values } from './reference/values.ts';
import type { Party } from './settle.ts';
import { entryTensor, traceOf } from './trace.ts';

/** For tests and benches: graphs of floats, their runs with all values, and cheats that are consistent from a node on. */

const OUTPUT = 'y';

export function noise(length: number, seed: number, scale: number): Float32Array {
  let state = seed >>> 0 || 1;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return ((state / 2 ** 32) * 2 - 1) * scale;
  });
}

/** Blocks of a transformer: attention with one head, and a feed-forward part. [tokens, width] in and out. */
export function transformer(tokens: number, width: number, blocks: number): ModelProto {
  const graph = new GraphBuilder('transformer');
  let seed = 1;
  const weights = (rows: number, columns: number): string =>
    graph.constant('float32', [rows, columns], noise(rows * columns, seed++, 1 / Math.sqrt(rows)));
  const row = (value: number): string => graph.constant('float32', [width], new Float32Array(width).fill(value));
  const norm = (x: string): string => graph.op('LayerNormalization', [x, row(1), row(0)]);
  const scale = graph.constant('float32', [], [1 / Math.sqrt(width)]);
  let x = 'x';
  for (let block = 0; block < blocks; block++) {
    const h = norm(x);
    const [q, k, v] = [0, 1, 2].map(() => graph.op('MatMul', [h, weights(width, width)])) as [string, string, string];
    const scores = graph.op('Mul', [graph.op('MatMul', [q, graph.op('Transpose', [k], { perm: [1, 0] })]), scale]);
    const mixed = graph.op('MatMul', [graph.op('Softmax', [scores]), v]);
    x = graph.op('Add', [x, graph.op('MatMul', [mixed, weights(width, width)])]);
    const wide = graph.op('Gelu', [graph.op('MatMul', [norm(x), weights(width, 4 * width)])]);
    x = graph.op(
      'Add',
      [x, graph.op('MatMul', [wide, weights(4 * width, width)])],
      {},
      block === blocks - 1 ? OUTPUT : undefined,
    );
  }
  const spec = { dtype: 'float32', shape: [tokens, width] } as const;
  return graph.build([{ name: 'x', ...spec }], [{ name: OUTPUT, ...spec }]);
}

/** Numbers as the judge reads them. */
export function valuesOf(shape: readonly number[], values: ArrayLike<number>): Values {
  return { shape, at: (element) => values[element] ?? Number.NaN };
}

/** All values of a run, the output among them. */
export async function runAll(model: ModelProto, feeds: readonly NamedTensor[]): Promise<NamedTensor[]> {
  const names = (model.graph?.nodes ?? []).flatMap(({ outputs }) => outputs ?? []);
  const inner = names.filter((name) => name !== OUTPUT).map((name) => ({ name }));
  const open = { ...model, graph: { ...model.graph, outputs: [...(model.graph?.outputs ?? []), ...inner] } };
  const session = await InferenceSession.create(writeModel(open), {
    graphOptimizationLevel: 'disabled',
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const result = await session.run(Object.fromEntries(feeds.map((one) => [one.name, fed(one)])), names);
  await session.release();
  return names.map((name) => {
    const { type, dims, data } = result[name] as Tensor;
    const { buffer, byteOffset, byteLength } = data as Uint8Array;
    return { name, dtype: type as Dtype, shape: dims, bytes: new Uint8Array(buffer, byteOffset, byteLength) };
  });
}

/** A run that goes its honest way up to a node, has another value there, and goes on honestly with that one. */
export async function cheatAt(
  model: ModelProto,
  feeds: readonly NamedTensor[],
  honest: readonly NamedTensor[],
  node: number,
  change: (values: Float32Array) => void,
): Promise<NamedTensor[]> {
  const name = model.graph?.nodes?.[node]?.outputs?.[0] ?? '';
  const found = honest.find((one) => one.name === name);
  if (found === undefined) throw new RangeError('no such value');
  const values = Float32Array.from(numbersOf(found));
  change(values);
  const forged = { ...found, bytes: new Uint8Array(values.buffer) };
  if (name === OUTPUT) return honest.map((one) => (one.name === name ? forged : one));
  const dims = found.shape.map((value) => ({ value }));
  const cut: ModelProto = {
    ...model,
    graph: {
      ...model.graph,
      nodes: model.graph?.nodes?.filter((_, index) => index !== node) ?? [],
      inputs: [
        ...(model.graph?.inputs ?? []),
        { name, type: { tensor: { elemType: DATA_TYPE.float32, shape: { dims } } } },
      ],
    },
  };
  const rest = await runAll(cut, [...feeds, forged]);
  return honest.map((one) =>
    one.name === name ? forged : (rest.find((other) => other.name === one.name) as NamedTensor),
  );
}

/** A party that shows these values. */
export function partyOf(tensors: readonly NamedTensor[]): Party {
  return {
    trace: traceOf(tensors),
    tensor: async (entry) => entryTensor(entry, (tensors.find(({ name }) => name === entry.name) as NamedTensor).bytes),
  };
}

function fed({ dtype, shape, bytes }: NamedTensor): Tensor {
  if (dtype !== 'float32') throw new TypeError('only float32 is fed here');
  return new Tensor('float32', new Float32Array(Uint8Array.from(bytes).buffer), shape);
}
