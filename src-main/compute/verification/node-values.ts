import { DTYPE_BYTES, elements } from '../../models/tensors.ts';
import { MAX_RANK } from '../../models/onnx/tensor.ts';
import { dtypeOf, type TensorProto } from '../../models/onnx/types.ts';
import type { Layout } from './layout.ts';
import { valuesIn, type Values } from './reference/values.ts';
import type { Case } from './settle.ts';
import type { Side } from './side.ts';
import { entryBytes } from './trace.ts';

/** Inputs of a node that is judged; a model may list a hundred thousand. */
const MAX_INPUTS = 1_000;
/** Values of one side that a node reads and writes, bytes: judging holds those of both sides at once. */
const MAX_BYTES = 128 * 1024 * 1024;

/** Everything a node reads, as one party has it; an empty optional input is undefined. null: something is missing or no tensor. */
export type Reads = ReadonlyArray<Values | undefined> | null;

/** Whether a node is too large to be judged, as one party shows it; known before any value is fetched. */
export function isTooLarge({ nodes, writer }: Layout, node: number, { entries }: Side): boolean {
  const { proto, writes = [] } = nodes[node] ?? {};
  const inputs = proto?.inputs ?? [];
  if (inputs.length > MAX_INPUTS) return true;
  const shown = [...new Set([...inputs.filter((name) => writer.has(name)), ...writes])];
  return (
    shown.flatMap((name) => entries.get(name) ?? []).reduce((sum, entry) => sum + entryBytes(entry), 0) > MAX_BYTES
  );
}

/** Values of other nodes, the task's input, weights: each is fetched once, however often the node names it. */
export async function readsOf({ layout, inputs }: Case, node: number, side: Side): Promise<Reads> {
  const names = layout.nodes[node]?.proto.inputs ?? [];
  const known = new Map<string, Values>();
  for (const name of new Set(names)) {
    if (name === '') continue;
    const found = layout.writer.has(name) ? await side.value(name) : (inputs.find((one) => one.name === name) ?? null);
    const values = found === null ? weight(layout.weights.get(name)) : valuesIn(found);
    if (values === null) return null;
    known.set(name, values);
  }
  return names.map((name) => known.get(name));
}

/** Weights that stand in the file as raw bytes. */
function weight({ dims: shape = [], dataType, raw: bytes }: TensorProto = {}): Values | null {
  const dtype = dtypeOf(dataType);
  if (bytes === undefined || dtype === undefined || shape.length > MAX_RANK) return null;
  return bytes.length === elements({ shape }) * DTYPE_BYTES[dtype] ? valuesIn({ dtype, shape, bytes }) : null;
}
