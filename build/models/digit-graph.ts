import { GraphBuilder } from '../../src-main/models/onnx/graph.ts';
import type { ModelProto, TensorProto } from '../../src-main/models/onnx/types.ts';
import { convolution, dense } from './layer.ts';
import type { IntegerLayer, IntegerNetwork } from './quantise.ts';

const FLOAT = 1;
const INT32 = 6;
const INPUT = { name: 'pixels', dtype: 'uint8', shape: [1, 1, 28, 28] } as const;
const OUTPUT = { name: 'scores', dtype: 'int32', shape: [1, 10] } as const;
const GEOMETRIES = [convolution(1, 28, 5, 2, 2, 8), convolution(8, 14, 3, 2, 1, 16), dense(784, 64), dense(64, 10)];
const CONVOLUTIONS = [
  { kernel: 5, pad: 2, channels: 1 },
  { kernel: 3, pad: 1, channels: 8 },
];

/** uint8 -> float32 holding integers -> (Conv, power-of-two Mul, Floor, Clip) x 2 -> (Gemm, ...) x 2 -> int32. */
export function digitGraph({ layers }: IntegerNetwork): ModelProto {
  const graph = new GraphBuilder('digit-reader');
  const low = graph.constant('float32', [], [0]);
  const high = graph.constant('float32', [], [127]);
  let value = graph.op('Cast', [INPUT.name], { to: FLOAT });
  layers.forEach(({ geometry, weights, bias, shift }, index) => {
    const b = graph.constant('float32', [bias.length], Float32Array.from(bias), `bias${index}`);
    const numbers = Float32Array.from(weights);
    const spatial = CONVOLUTIONS[index];
    if (spatial === undefined) {
      if (geometry.window === 784) value = graph.op('Reshape', [value, graph.constant('int64', [2], [1, 784])]);
      const w = graph.constant('float32', [geometry.outputs, geometry.window], numbers, `weights${index}`);
      value = graph.op('Gemm', [value, w, b], { transB: 1 });
    } else {
      const { kernel, pad, channels } = spatial;
      const w = graph.constant('float32', [geometry.outputs, channels, kernel, kernel], numbers, `weights${index}`);
      value = graph.op('Conv', [value, w, b], {
        strides: [2, 2],
        pads: [pad, pad, pad, pad],
        kernel_shape: [kernel, kernel],
      });
    }
    if (shift === undefined) return;
    value = graph.op('Mul', [value, graph.constant('float32', [], [2 ** -shift], `step${index}`)]);
    value = graph.op('Clip', [graph.op('Floor', [value]), low, high]);
  });
  graph.op('Cast', [value], { to: INT32 }, OUTPUT.name);
  return graph.build([INPUT], [OUTPUT]);
}

/** Takes a written digit model apart again, so that a check needs nothing but the file. @throws RangeError if it is not one */
export function digitLayers(model: ModelProto): IntegerLayer[] {
  const floats = (name: string): Float32Array => {
    const tensor = model.graph?.initializers?.find((one: TensorProto) => one.name === name);
    if (tensor?.raw === undefined) throw new RangeError(`the graph has no constant ${name}`);
    return new Float32Array(tensor.raw.slice().buffer);
  };
  return GEOMETRIES.map((geometry, index) => {
    const weights = Int32Array.from(floats(`weights${index}`));
    const bias = Int32Array.from(floats(`bias${index}`));
    const shift = index === GEOMETRIES.length - 1 ? undefined : -Math.log2(floats(`step${index}`)[0] ?? Number.NaN);
    return { geometry, weights, bias, shift };
  });
}
