import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { ModelRefusedError } from '../../models/errors.ts';
import { readModel } from '../../models/onnx/read.ts';
import { writeModel } from '../../models/onnx/write.ts';
import { DTYPES, type Dtype } from '../../models/tensors.ts';
import type { ModelRef, NamedTensor } from '../protocol.ts';
import { MAX_RUN_BYTES, TraceError } from '../verification/trace.ts';
import { buffers, bytesOf, fill } from './wire.ts';

/**
 * Runs a graph once with values inside it as extra outputs. They are asked for by appending a second `graph` field to
 * the file: protobuf merges the two, so the graph itself stays byte for byte what was hashed.
 * @throws ModelRefusedError when the graph has no such value, TraceError when they are larger together than one run may be:
 * what is too large is neither copied nor sent to the node
 */
export async function traceGraph(
  bytes: Uint8Array,
  model: ModelRef,
  input: Uint8Array,
  tensors: readonly string[] | 'all',
  create: (file: Uint8Array) => Promise<InferenceSession>,
): Promise<readonly NamedTensor[]> {
  const { nodes = [], outputs = [] } = readModel(bytes).graph ?? {};
  const made = nodes.flatMap((node) => node.outputs ?? []).filter((name) => name !== '');
  const wanted = tensors === 'all' ? made : tensors;
  const missing = wanted.find((name) => !made.includes(name));
  if (missing !== undefined) throw new ModelRefusedError([`no node of the graph makes “${missing}”`]);
  const present = new Set(outputs.map((output) => output.name));
  const extra = wanted.filter((name) => !present.has(name)).map((name) => ({ name }));
  const session = await create(Buffer.concat([bytes, writeModel({ graph: { outputs: extra } })]));
  try {
    const feeds = buffers(model.inputs);
    fill(feeds, input);
    const results = await session.run(feeds.tensors, [...wanted]);
    const bytes = wanted.reduce((sum, name) => sum + (bytesOf(results[name] as Tensor)?.length ?? 0), 0);
    if (bytes > MAX_RUN_BYTES) throw new TraceError('its values are too large');
    return wanted.map((name) => named(name, results[name] as Tensor));
  } finally {
    await session.release();
  }
}

function named(name: string, tensor: Tensor): NamedTensor {
  const data = bytesOf(tensor);
  if (data === undefined || !DTYPES.includes(tensor.type as Dtype))
    throw new ModelRefusedError([`“${name}” is ${tensor.type}, which does not cross the wire`]);
  return { name, dtype: tensor.type as Dtype, shape: tensor.dims, bytes: Uint8Array.from(data) };
}
