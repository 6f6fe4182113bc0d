import { GraphBuilder } from '../../models/onnx/graph.ts';
import { writeModel } from '../../models/onnx/write.ts';
import type { TensorSpec } from '../../models/tensors.ts';
import type { MadeGraph } from './graph-set.ts';
import { floatBytes, wholes } from './weights.ts';

/**
 * Whole numbers held in float32, every partial sum below 2^24: one result on every machine.
 * 256 * 127 * 63 + 127 < 2^21 in each layer.
 */
export function exact(): MadeGraph {
  const graph = new GraphBuilder('exact');
  const x: TensorSpec = { name: 'x', dtype: 'float32', shape: [4, 1, 16, 16] };
  const y: TensorSpec = { name: 'y', dtype: 'float32', shape: [4, 10] };
  const step = (from: string): string =>
    graph.op('Clip', [
      graph.op('Floor', [graph.op('Mul', [from, graph.constant('float32', [], [2 ** -7])])]),
      graph.constant('float32', [], [0]),
      graph.constant('float32', [], [127]),
    ]);
  const conv = step(
    graph.op('Conv', ['x', graph.constant('float32', [4, 1, 3, 3], wholes(21, 36, 63))], {
      kernel_shape: [3, 3],
      pads: [1, 1, 1, 1],
      strides: [2, 2],
    }),
  );
  const flat = graph.op('Reshape', [conv, graph.constant('int64', [2], [4, 256])]);
  const hidden = step(graph.op('MatMul', [flat, graph.constant('float32', [256, 64], wholes(22, 256 * 64, 63))]));
  graph.op('MatMul', [hidden, graph.constant('float32', [64, 10], wholes(23, 640, 63))], {}, 'y');
  return {
    name: 'exact-1',
    bytes: writeModel(graph.build([x], [y])),
    inputs: [x],
    outputs: [y],
    input: floatBytes(wholes(24, 1024, 63).map(Math.abs)),
    exact: true,
  };
}
