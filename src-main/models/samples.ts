import { cidOf, sha256 } from './hash.ts';
import { checkManifest, type Manifest } from './manifest.ts';
import { GraphBuilder } from './onnx/graph.ts';
import { writeModel } from './onnx/write.ts';
import type { TensorSpec } from './tensors.ts';

/** Small models for tests and benches; nothing of this is shipped to users as a model. */
export function sampleManifest(
  bytes: Uint8Array,
  inputs: readonly TensorSpec[],
  outputs: readonly TensorSpec[],
  more: object = {},
): Manifest {
  const digest = sha256(bytes);
  return checkManifest({
    format: 1,
    name: 'sample',
    author: '',
    description: '',
    license: 'MIT',
    file: { cid: cidOf(digest), digest, bytes: bytes.length, name: 'model.onnx' },
    runtime: 'onnx',
    onnx: { ir: 10, opset: 21 },
    verification: { kind: 'exact' },
    inputs,
    outputs,
    presentation: { input: { kind: 'tensors' }, output: { kind: 'tensors' } },
    fee: '0',
    bounds: { memoryBytes: 1, timeMs: 1 },
    accuracy: null,
    ...more,
  });
}

/** y = x * 2 over `length` float32 values. */
export function doublingModel(length: number): { readonly bytes: Uint8Array; readonly manifest: Manifest } {
  const graph = new GraphBuilder('doubling');
  const x: TensorSpec = { name: 'x', dtype: 'float32', shape: [length] };
  const y: TensorSpec = { name: 'y', dtype: 'float32', shape: [length] };
  graph.op('Mul', ['x', graph.constant('float32', [], [2])], {}, 'y');
  const bytes = writeModel(graph.build([x], [y]));
  return { bytes, manifest: sampleManifest(bytes, [x], [y]) };
}

/** Multiplies a `side` x `side` matrix by itself `times` times: keeps a lane inside native code for as long as wanted. */
export function busyModel(side: number, times: number): { readonly bytes: Uint8Array; readonly manifest: Manifest } {
  const graph = new GraphBuilder('busy');
  const x: TensorSpec = { name: 'x', dtype: 'float32', shape: [side, 1] };
  const y: TensorSpec = { name: 'y', dtype: 'float32', shape: [side, 1] };
  let value = graph.op('Mul', ['x', graph.op('ConstantOfShape', [graph.constant('int64', [2], [1, side])])]);
  for (let index = 0; index < times; index++) value = graph.op('MatMul', [value, value]);
  graph.op('ReduceSum', [value, graph.constant('int64', [1], [1])], { keepdims: 1 }, 'y');
  const bytes = writeModel(graph.build([x], [y]));
  return { bytes, manifest: sampleManifest(bytes, [x], [y]) };
}
