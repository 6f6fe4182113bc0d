import { OnnxFormatError } from './errors.ts';
import { MAX_MODEL_BYTES } from './manifest.ts';
import { ALLOWED_OPS } from './onnx/ops.ts';
import { readModel } from './onnx/read.ts';
import { tensorProblems, tensorValues } from './onnx/tensor.ts';
import { dtypeOf, type GraphProto, type ModelProto, type NodeProto, type ValueInfoProto } from './onnx/types.ts';
import { DTYPE_BYTES, type Dtype } from './tensors.ts';

const MAX_IR = 10;
const MAX_OPSET = 21;
const MIN_OPSET = 7;
const MAX_NODES = 20_000;
const MAX_PROBLEMS = 20;
/** What a lane needs before any model: runtime and its arena. */
const LANE_BYTES = 96 * 1024 * 1024;

/** One end of a graph. A text in `shape` is a dimension that the file leaves open. */
export interface Port {
  readonly name: string;
  /** `unknown` for types that cannot cross the wire. */
  readonly dtype: Dtype | 'unknown';
  readonly shape: ReadonlyArray<number | string>;
}

export interface Inspection {
  readonly ir: number;
  readonly opset: number;
  /** Distinct operators, sorted. */
  readonly ops: readonly string[];
  readonly nodes: number;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  /** Number of weights. */
  readonly parameters: number;
  /** Bytes: lane, file and weights, both ends, declared intermediate values. A lower bound: shapes are not inferred. */
  readonly memoryEstimate: number;
  /** Shapes with open dimensions; a manifest needs fixed ones. */
  readonly dynamic: boolean;
  /** Why the model is refused, one sentence each; empty when it is accepted. */
  readonly problems: readonly string[];
}

/**
 * Looks at a model file without running it.
 * @throws OnnxFormatError when it cannot be read at all, ModelRefusedError when it has too many parts to be; what was read
 * and is not accepted is in `problems`.
 */
export function inspect(bytes: Uint8Array): Inspection {
  if (bytes.length === 0) throw new OnnxFormatError('it is empty');
  if (bytes.length > MAX_MODEL_BYTES) throw new OnnxFormatError('it is larger than 512 MiB');
  const model = readModel(bytes);
  if (model.graph === undefined) throw new OnnxFormatError('it holds no graph');
  const { graph } = model;
  const weights = new Set((graph.initializers ?? []).map((tensor) => tensor.name));
  const inputs = (graph.inputs ?? []).filter((value) => !weights.has(value.name)).map(port);
  const outputs = (graph.outputs ?? []).map(port);
  const ends = [...inputs, ...outputs];
  const held = (graph.initializers ?? []).reduce(
    (sum, tensor) => sum + (tensor.raw?.length ?? 4 * tensorValues(tensor)),
    0,
  );
  const between = [...ends, ...(graph.values ?? []).map(port)].reduce((sum, value) => sum + portBytes(value), 0);
  return {
    ir: model.ir ?? 0,
    opset: opsetOf(model),
    ops: [...new Set((graph.nodes ?? []).map((node) => node.op ?? ''))].sort(),
    nodes: graph.nodes?.length ?? 0,
    inputs,
    outputs,
    parameters: (graph.initializers ?? []).reduce((sum, tensor) => sum + tensorValues(tensor), 0),
    memoryEstimate: LANE_BYTES + bytes.length + held + between,
    dynamic: ends.some((end) => end.shape.some((dimension) => typeof dimension === 'string')),
    problems: [...new Set(problems(model, graph, ends))].slice(0, MAX_PROBLEMS),
  };
}

function opsetOf(model: ModelProto): number {
  return model.opsets?.find((set) => isStandard(set.domain))?.version ?? 0;
}

function isStandard(domain: string | undefined): boolean {
  return domain === undefined || domain === '' || domain === 'ai.onnx';
}

function port(value: ValueInfoProto): Port {
  const tensor = value.type?.tensor;
  const shape = (tensor?.shape?.dims ?? []).map((dim) =>
    dim.value !== undefined && dim.value > 0 ? dim.value : (dim.param ?? '?'),
  );
  return {
    name: value.name ?? '',
    dtype: dtypeOf(tensor?.elemType) ?? 'unknown',
    shape: tensor?.shape === undefined ? ['?'] : shape,
  };
}

function portBytes(value: Port): number {
  if (value.dtype === 'unknown') return 0;
  return value.shape.reduce<number>(
    (product, dim) => product * (typeof dim === 'number' ? dim : 1),
    DTYPE_BYTES[value.dtype],
  );
}

function problems(model: ModelProto, graph: GraphProto, ends: readonly Port[]): string[] {
  const found: string[] = [];
  const refuse = (holds: unknown, why: string): void => void (holds && found.push(why));
  const ir = model.ir ?? 0;
  refuse(ir < 3 || ir > MAX_IR, `IR version ${ir} is not between 3 and ${MAX_IR}`);
  const standard = (model.opsets ?? []).filter((set) => isStandard(set.domain));
  const opset = standard[0]?.version ?? 0;
  refuse(standard.length !== 1, 'it must import the standard operators exactly once');
  refuse(opset < MIN_OPSET || opset > MAX_OPSET, `operator set ${opset} is not between ${MIN_OPSET} and ${MAX_OPSET}`);
  for (const set of model.opsets ?? [])
    refuse(!isStandard(set.domain), `it imports the operators of “${set.domain ?? ''}”`);
  refuse(model.functions, 'it defines functions of its own');
  refuse(model.training, 'it carries training information');
  refuse(model.configuration, 'it carries a device configuration');
  refuse(graph.quantization, 'it carries quantisation annotations');
  refuse(graph.sparseInitializers, 'it holds sparse weights');
  refuse((graph.nodes?.length ?? 0) > MAX_NODES, `it has more than ${MAX_NODES} nodes`);
  refuse((graph.inputs?.length ?? 0) === 0 || (graph.outputs?.length ?? 0) === 0, 'it has no inputs or no outputs');
  for (const end of ends) {
    refuse(end.dtype === 'unknown', `the type of “${end.name}” cannot cross the wire`);
    refuse(end.name === '', 'an input or output has no name');
  }
  refuse(!isOrdered(graph), 'its nodes do not stand in an order of computation');
  for (const tensor of graph.initializers ?? []) found.push(...tensorProblems(tensor));
  for (const node of graph.nodes ?? []) found.push(...nodeProblems(node));
  return found;
}

/** The standard asks for it, onnxruntime does not; whoever follows values from node to node relies on it. */
function isOrdered({ nodes = [] }: GraphProto): boolean {
  const writer = new Map<string, number>();
  nodes.forEach(({ outputs = [] }, index) => outputs.forEach((name) => writer.set(name, index)));
  writer.delete('');
  return nodes.every(({ inputs = [] }, index) => inputs.every((name) => (writer.get(name) ?? -1) < index));
}

function nodeProblems(node: NodeProto): string[] {
  const found: string[] = [];
  const op = node.op ?? '';
  if (!isStandard(node.domain)) found.push(`the operator ${op} is of the foreign domain “${node.domain ?? ''}”`);
  else if (!ALLOWED_OPS.has(op)) found.push(`the operator ${op} is not on the list of pure computing operators`);
  if (node.overload !== undefined && node.overload !== '') found.push(`the operator ${op} is an overload`);
  if (op === 'Dropout' && (node.inputs?.length ?? 0) > 2)
    found.push('the operator Dropout may run in training mode, at random');
  for (const attribute of node.attributes ?? []) {
    const { graph, graphs, tensors, sparseTensor, sparseTensors, reference, types, typeValue } = attribute;
    if (graph || graphs) found.push(`the operator ${op} holds a graph of its own`);
    if (tensors || sparseTensor || sparseTensors || reference || types || typeValue) {
      found.push(`the operator ${op} has an attribute of a kind that is not accepted`);
    }
    if (attribute.t !== undefined) found.push(...tensorProblems(attribute.t));
  }
  return found;
}
