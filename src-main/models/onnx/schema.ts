/**
 * The part of onnx.proto that plain computing graphs use (IR 10; field numbers from onnx/onnx, Apache-2.0).
 * One table drives reader and writer. A field that is missing here is refused when read: what we do not know about a
 * file we cannot promise about it.
 */
export type Field =
  /** varint as a number; beyond 2^53 it is rounded, which is good enough to inspect. */
  | { readonly kind: 'int'; readonly name: string }
  | { readonly kind: 'float'; readonly name: string }
  | { readonly kind: 'text'; readonly name: string }
  | { readonly kind: 'bytes'; readonly name: string }
  | { readonly kind: 'message'; readonly name: string; readonly of: () => Schema }
  /** Repeated, packed or not; at most MAX_LIST entries. */
  | { readonly kind: 'ints' | 'floats' | 'texts'; readonly name: string }
  | { readonly kind: 'messages'; readonly name: string; readonly of: () => Schema }
  /** Tensor data in typed fields: only counted, never held. `wire` is the wire type of one element. */
  | { readonly kind: 'tally'; readonly name: string; readonly wire: 0 | 1 | 5 }
  /** Words for people, and what nothing here looks at: any number of them, passed over unread. */
  | { readonly kind: 'passed'; readonly name: string }
  /** Known to ONNX, not accepted here; reading goes on so that inspect can name it. */
  | { readonly kind: 'present'; readonly name: string };

export type Schema = { readonly [fieldNumber: number]: Field };

const int = (name: string): Field => ({ kind: 'int', name });
const text = (name: string): Field => ({ kind: 'text', name });
const one = (name: string, of: () => Schema): Field => ({ kind: 'message', name, of });
const many = (name: string, of: () => Schema): Field => ({ kind: 'messages', name, of });
const passed = (name: string): Field => ({ kind: 'passed', name });
const present = (name: string): Field => ({ kind: 'present', name });

const operatorSet: Schema = { 1: text('domain'), 2: int('version') };
const dimension: Schema = { 1: int('value'), 2: text('param'), 3: passed('denotation') };
const tensorShape: Schema = { 1: many('dims', () => dimension) };
const tensorType: Schema = { 1: int('elemType'), 2: one('shape', () => tensorShape) };
const type: Schema = {
  1: one('tensor', () => tensorType),
  4: present('sequence'),
  5: present('map'),
  6: passed('denotation'),
  8: present('sparse'),
  9: present('optional'),
};
const valueInfo: Schema = {
  1: text('name'),
  2: one('type', () => type),
  3: passed('doc'),
  4: passed('metadata'),
};
const tensor: Schema = {
  1: { kind: 'ints', name: 'dims' },
  2: int('dataType'),
  3: present('segment'),
  4: { kind: 'tally', name: 'floatData', wire: 5 },
  5: { kind: 'tally', name: 'int32Data', wire: 0 },
  6: present('stringData'),
  7: { kind: 'tally', name: 'int64Data', wire: 0 },
  8: text('name'),
  9: { kind: 'bytes', name: 'raw' },
  10: { kind: 'tally', name: 'doubleData', wire: 1 },
  11: { kind: 'tally', name: 'uint64Data', wire: 0 },
  12: passed('doc'),
  13: present('externalData'),
  14: int('dataLocation'),
  16: passed('metadata'),
};
const attribute: Schema = {
  1: text('name'),
  2: { kind: 'float', name: 'f' },
  3: int('i'),
  4: { kind: 'bytes', name: 's' },
  5: one('t', () => tensor),
  6: present('graph'),
  7: { kind: 'floats', name: 'floats' },
  8: { kind: 'ints', name: 'ints' },
  9: passed('strings'),
  10: present('tensors'),
  11: present('graphs'),
  13: passed('doc'),
  14: present('typeValue'),
  15: present('types'),
  20: int('type'),
  21: present('reference'),
  22: present('sparseTensor'),
  23: present('sparseTensors'),
};
const node: Schema = {
  1: { kind: 'texts', name: 'inputs' },
  2: { kind: 'texts', name: 'outputs' },
  3: text('name'),
  4: text('op'),
  5: many('attributes', () => attribute),
  6: passed('doc'),
  7: text('domain'),
  8: text('overload'),
  9: passed('metadata'),
};
const graph: Schema = {
  1: many('nodes', () => node),
  2: text('name'),
  5: many('initializers', () => tensor),
  10: passed('doc'),
  11: many('inputs', () => valueInfo),
  12: many('outputs', () => valueInfo),
  13: many('values', () => valueInfo),
  14: present('quantization'),
  15: present('sparseInitializers'),
  16: passed('metadata'),
};
/** ModelProto. */
export const modelSchema: Schema = {
  1: int('ir'),
  2: text('producer'),
  3: text('producerVersion'),
  4: text('domain'),
  5: int('modelVersion'),
  6: passed('doc'),
  7: one('graph', () => graph),
  8: many('opsets', () => operatorSet),
  14: passed('metadata'),
  20: present('training'),
  25: present('functions'),
  26: present('configuration'),
};
