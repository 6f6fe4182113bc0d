import { GraphBuilder } from '../../models/onnx/graph.ts';
import { writeModel } from '../../models/onnx/write.ts';
import type { TensorSpec } from '../../models/tensors.ts';
import type { MadeGraph } from './graph-set.ts';
import { floatBytes, weights } from './weights.ts';

/** Two convolutions, a pooling and a dense layer over four 28 x 28 pictures: also what a provider is tried with. */
export function cnn(): MadeGraph {
  const graph = new GraphBuilder('cnn');
  const x: TensorSpec = { name: 'x', dtype: 'float32', shape: [4, 1, 28, 28] };
  const y: TensorSpec = { name: 'y', dtype: 'float32', shape: [4, 10] };
  const conv = (from: string, inputs: number, outputs: number, seed: number): string =>
    graph.op('Relu', [
      graph.op(
        'Conv',
        [
          from,
          graph.constant('float32', [outputs, inputs, 3, 3], weights(seed, outputs * inputs * 9, 0.1)),
          graph.constant('float32', [outputs], weights(seed + 1, outputs, 0.1)),
        ],
        { kernel_shape: [3, 3], pads: [1, 1, 1, 1], strides: [2, 2] },
      ),
    ]);
  const pooled = graph.op('GlobalAveragePool', [conv(conv('x', 1, 8, 11), 8, 16, 13)]);
  const flat = graph.op('Reshape', [pooled, graph.constant('int64', [2], [4, 16])]);
  graph.op('MatMul', [flat, graph.constant('float32', [16, 10], weights(15, 160, 0.3))], {}, 'y');
  return {
    name: 'cnn-1',
    bytes: writeModel(graph.build([x], [y])),
    inputs: [x],
    outputs: [y],
    input: floatBytes(weights(16, 4 * 784, 1)),
    exact: false,
  };
}
