import { GraphBuilder } from '../../models/onnx/graph.ts';
import { writeModel } from '../../models/onnx/write.ts';
import type { TensorSpec } from '../../models/tensors.ts';
import type { MadeGraph } from './graph-set.ts';
import { floatBytes, weights } from './weights.ts';

const [TOKENS, WIDTH, HEADS] = [32, 64, 4] as const;
const HEAD = WIDTH / HEADS;

/** Transformer blocks over 32 tokens of width 64. */
export function transformer(blocks = 2): MadeGraph {
  const graph = new GraphBuilder('transformer');
  const x: TensorSpec = { name: 'x', dtype: 'float32', shape: [1, TOKENS, WIDTH] };
  const y: TensorSpec = { name: 'y', dtype: 'float32', shape: [1, TOKENS, WIDTH] };
  let seed = 100;
  const matrix = (rows: number, columns: number): string =>
    graph.constant('float32', [rows, columns], weights(seed++, rows * columns, 0.08));
  const norm = (value: string, output?: string): string =>
    graph.op(
      'LayerNormalization',
      [
        value,
        graph.constant('float32', [WIDTH], new Float32Array(WIDTH).fill(1)),
        graph.constant('float32', [WIDTH], new Float32Array(WIDTH)),
      ],
      {},
      output,
    );
  const split = graph.constant('int64', [4], [1, TOKENS, HEADS, HEAD]);
  const join = graph.constant('int64', [3], [1, TOKENS, WIDTH]);
  const scale = graph.constant('float32', [], [1 / Math.sqrt(HEAD)]);
  const heads = (value: string, perm: readonly number[]): string =>
    graph.op('Transpose', [graph.op('Reshape', [graph.op('MatMul', [value, matrix(WIDTH, WIDTH)]), split])], { perm });
  let value = 'x';
  for (let block = 0; block < blocks; block++) {
    const input = norm(value);
    const query = heads(input, [0, 2, 1, 3]);
    const key = heads(input, [0, 2, 3, 1]);
    const scores = graph.op('Softmax', [graph.op('Mul', [graph.op('MatMul', [query, key]), scale])], { axis: -1 });
    const seen = graph.op('MatMul', [scores, heads(input, [0, 2, 1, 3])]);
    const joined = graph.op('Reshape', [graph.op('Transpose', [seen], { perm: [0, 2, 1, 3] }), join]);
    value = graph.op('Add', [value, graph.op('MatMul', [joined, matrix(WIDTH, WIDTH)])]);
    const wide = graph.op('Gelu', [graph.op('MatMul', [norm(value), matrix(WIDTH, 4 * WIDTH)])]);
    value = graph.op('Add', [value, graph.op('MatMul', [wide, matrix(4 * WIDTH, WIDTH)])]);
  }
  norm(value, 'y');
  return {
    name: 'transformer-1',
    bytes: writeModel(graph.build([x], [y])),
    inputs: [x],
    outputs: [y],
    input: floatBytes(weights(99, TOKENS * WIDTH, 1)),
    exact: false,
  };
}
