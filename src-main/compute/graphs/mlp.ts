import { GraphBuilder } from '../../models/onnx/graph.ts';
import { writeModel } from '../../models/onnx/write.ts';
import type { TensorSpec } from '../../models/tensors.ts';
import type { MadeGraph } from './graph-set.ts';
import { floatBytes, weights } from './weights.ts';

/** 784-256-10 over `batch` rows. */
export function mlp(batch = 16): MadeGraph {
  const graph = new GraphBuilder('mlp');
  const x: TensorSpec = { name: 'x', dtype: 'float32', shape: [batch, 784] };
  const y: TensorSpec = { name: 'y', dtype: 'float32', shape: [batch, 10] };
  const hidden = graph.op('Gemm', [
    'x',
    graph.constant('float32', [784, 256], weights(1, 784 * 256, 0.05)),
    graph.constant('float32', [256], weights(2, 256, 0.05)),
  ]);
  graph.op(
    'Gemm',
    [
      graph.op('Relu', [hidden]),
      graph.constant('float32', [256, 10], weights(3, 2560, 0.05)),
      graph.constant('float32', [10], weights(4, 10, 0.05)),
    ],
    {},
    'y',
  );
  return {
    name: 'mlp-1',
    bytes: writeModel(graph.build([x], [y])),
    inputs: [x],
    outputs: [y],
    input: floatBytes(weights(5, batch * 784, 1)),
    exact: false,
  };
}
