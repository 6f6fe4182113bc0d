import type { Dtype } from '../tensors.ts';

/** TensorProto.DataType of the element types that Folkmoot carries. */
export const DATA_TYPE: Record<Dtype, number> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  bool: 9,
  float64: 11,
  uint32: 12,
  uint64: 13,
};

export function dtypeOf(dataType: number | undefined): Dtype | undefined {
  return (Object.keys(DATA_TYPE) as Dtype[]).find((name) => DATA_TYPE[name] === dataType);
}

/** AttributeProto.AttributeType, as far as written here. */
export const ATTRIBUTE_TYPE = { f: 1, i: 2, s: 3, t: 4, floats: 6, ints: 7 } as const;

/** Messages as the reader gives them and the writer takes them. Absent fields are absent keys. */
export interface TensorProto {
  readonly dims?: readonly number[];
  readonly dataType?: number;
  readonly name?: string;
  readonly raw?: Uint8Array;
  /** Number of elements in a typed data field (reader only). */
  readonly floatData?: number;
  readonly int32Data?: number;
  readonly int64Data?: number;
  readonly doubleData?: number;
  readonly uint64Data?: number;
  readonly dataLocation?: number;
  readonly externalData?: true;
  readonly stringData?: true;
  readonly segment?: true;
}

export interface AttributeProto {
  readonly name?: string;
  readonly type?: number;
  readonly f?: number;
  readonly i?: number;
  readonly s?: Uint8Array;
  readonly t?: TensorProto;
  readonly floats?: readonly number[];
  readonly ints?: readonly number[];
  readonly graph?: true;
  readonly graphs?: true;
  readonly tensors?: true;
  readonly sparseTensor?: true;
  readonly sparseTensors?: true;
  readonly reference?: true;
  readonly types?: true;
  readonly typeValue?: true;
}

export interface NodeProto {
  readonly op?: string;
  readonly name?: string;
  readonly domain?: string;
  readonly overload?: string;
  readonly inputs?: readonly string[];
  readonly outputs?: readonly string[];
  readonly attributes?: readonly AttributeProto[];
}

export interface DimProto {
  readonly value?: number;
  readonly param?: string;
}

export interface TypeProto {
  readonly tensor?: { readonly elemType?: number; readonly shape?: { readonly dims?: readonly DimProto[] } };
  readonly sequence?: true;
  readonly map?: true;
  readonly sparse?: true;
  readonly optional?: true;
}

export interface ValueInfoProto {
  readonly name?: string;
  readonly type?: TypeProto;
}

export interface GraphProto {
  readonly name?: string;
  readonly nodes?: readonly NodeProto[];
  readonly initializers?: readonly TensorProto[];
  readonly inputs?: readonly ValueInfoProto[];
  readonly outputs?: readonly ValueInfoProto[];
  readonly values?: readonly ValueInfoProto[];
  readonly quantization?: true;
  readonly sparseInitializers?: true;
}

export interface ModelProto {
  readonly ir?: number;
  readonly producer?: string;
  readonly graph?: GraphProto;
  readonly opsets?: ReadonlyArray<{ readonly domain?: string; readonly version?: number }>;
  readonly training?: true;
  readonly functions?: true;
  readonly configuration?: true;
}
