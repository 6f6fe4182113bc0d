import { DTYPE_BYTES, elements, type Dtype, type TensorSpec } from '../tensors.ts';
import type { AttributeProto, ModelProto, NodeProto, TensorProto, ValueInfoProto } from './types.ts';
import { ATTRIBUTE_TYPE, DATA_TYPE } from './types.ts';

type AttributeValue = number | string | readonly number[] | { readonly float: number };
type Values = readonly number[] | Int8Array | Int32Array | Float32Array;

const ARRAYS: { readonly [K in Dtype]?: new (values: ArrayLike<number>) => ArrayBufferView } = {
  float32: Float32Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int32: Int32Array,
  float64: Float64Array,
};

/** Builds a graph node by node; names of values are given by the caller or counted. IR 10, opset 21. */
export class GraphBuilder {
  readonly #name: string;
  readonly #nodes: NodeProto[] = [];
  readonly #constants: TensorProto[] = [];
  #next = 0;

  constructor(name: string) {
    this.#name = name;
  }

  /** Adds weights and returns the name to refer to them. */
  constant(dtype: Dtype, shape: readonly number[], values: Values, given?: string): string {
    if (values.length !== elements({ shape })) throw new RangeError(`${values.length} values for [${shape.join()}]`);
    const name = given ?? `c${this.#next++}`;
    this.#constants.push({ name, dims: shape, dataType: DATA_TYPE[dtype], raw: raw(dtype, values) });
    return name;
  }

  /** One operator with one output; returns the output's name. Plain number attributes are integers. */
  op(
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
    output?: string,
  ): string {
    const name = output ?? `v${this.#next++}`;
    this.#nodes.push({
      op,
      name: `${op}_${name}`,
      inputs,
      outputs: [name],
      attributes: Object.entries(attributes).map(attribute),
    });
    return name;
  }

  build(inputs: readonly TensorSpec[], outputs: readonly TensorSpec[]): ModelProto {
    return {
      ir: 10,
      producer: 'folkmoot',
      graph: {
        nodes: this.#nodes,
        name: this.#name,
        initializers: this.#constants,
        inputs: inputs.map(valueInfo),
        outputs: outputs.map(valueInfo),
      },
      opsets: [{ domain: '', version: 21 }],
    };
  }
}

function raw(dtype: Dtype, values: Values): Uint8Array {
  const TypedArray = ARRAYS[dtype];
  if (TypedArray === undefined) {
    if (dtype !== 'int64') throw new RangeError(`no constants of ${dtype}`);
    return new Uint8Array(BigInt64Array.from(Array.from(values, (value) => BigInt(value))).buffer);
  }
  const array = new TypedArray(values);
  return new Uint8Array(array.buffer, array.byteOffset, values.length * DTYPE_BYTES[dtype]);
}

function attribute([name, value]: [string, AttributeValue]): AttributeProto {
  if (typeof value === 'number') return { name, i: value, type: ATTRIBUTE_TYPE.i };
  if (typeof value === 'string') return { name, s: new TextEncoder().encode(value), type: ATTRIBUTE_TYPE.s };
  if ('float' in value) return { name, f: value.float, type: ATTRIBUTE_TYPE.f };
  return { name, ints: value, type: ATTRIBUTE_TYPE.ints };
}

function valueInfo(spec: TensorSpec): ValueInfoProto {
  const dims = spec.shape.map((value) => ({ value }));
  return { name: spec.name, type: { tensor: { elemType: DATA_TYPE[spec.dtype], shape: { dims } } } };
}
