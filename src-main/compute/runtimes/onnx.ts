import { InferenceSession, Tensor } from 'onnxruntime-node';
import { InputError, ModelRefusedError, OutputError } from '../../models/errors.ts';
import { inspect } from '../../models/inspect.ts';
import { tensorBytes, wireBytes, type TensorSpec } from '../../models/tensors.ts';
import { packTensors } from '../bundle.ts';
import { exposeOutputs } from '../../models/onnx/expose.ts';
import { ComputeError } from '../job.ts';
import type { ModelRef } from '../protocol.ts';
import type { InnerDtype, NamedTensor } from '../tensor.ts';
import type { Runtime, Session } from './runtime.ts';

const ARRAYS = {
  bool: Uint8Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  float32: Float32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  float64: Float64Array,
} as const;

/** onnxruntime on one thread of the processor. Inspects every graph again: a lane trusts nobody. */
export const onnxRuntime: Runtime = {
  name: 'onnx',
  async load(bytes, model) {
    const { problems, outputs } = inspect(bytes);
    if (problems.length > 0) throw new ModelRefusedError(problems);
    const { expose } = model;
    // A graph may give out more than its manifest declares; nothing is given out twice.
    const more = expose?.filter((name) => !outputs.some((given) => given.name === name)) ?? [];
    const session = await create(exposeOutputs(bytes, more), model);
    for (const [declared, actual] of [
      [model.inputs, session.inputNames],
      [model.outputs, session.outputNames],
    ] as const) {
      const missing = declared.find((spec) => !actual.includes(spec.name));
      if (missing !== undefined) throw new ModelRefusedError([`the graph has no input or output “${missing.name}”`]);
    }
    return onnxSession(session, model);
  },
};

async function create(bytes: Uint8Array, model: ModelRef): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(bytes, {
      executionProviders: ['cpu'],
      graphOptimizationLevel: model.optimise,
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      logSeverityLevel: 3,
    });
  } catch (error) {
    throw new ModelRefusedError([`onnxruntime cannot load it: ${message(error)}`]);
  }
}

function onnxSession(session: InferenceSession, model: ModelRef): Session {
  return {
    async run(input) {
      const feeds = toFeeds(model.inputs, input);
      const declared = model.outputs.map((spec) => spec.name);
      let results: InferenceSession.OnnxValueMapType;
      try {
        results = await session.run(feeds, [...declared, ...(model.expose ?? [])]);
      } catch (error) {
        throw new ComputeError('RUN_FAILED', `The model stopped with an error: ${message(error)}`);
      }
      // Checked in either case: what is declared must come out.
      const wire = fromResults(model.outputs, results);
      return model.expose === undefined
        ? wire
        : packTensors([...declared, ...model.expose].map((name) => inner(name, results)));
    },
    release: () => session.release(),
  };
}

function toFeeds(specs: readonly TensorSpec[], wire: Uint8Array): Record<string, Tensor> {
  if (wire.length !== wireBytes(specs)) {
    throw new InputError('INPUT_SIZE', `The input has ${wire.length} bytes, not ${wireBytes(specs)}.`);
  }
  let at = 0;
  return Object.fromEntries(
    specs.map((spec) => {
      // A copy, because typed arrays want to start at multiples of their element.
      const bytes = Uint8Array.from(wire.subarray(at, (at += tensorBytes(spec))));
      return [spec.name, new Tensor(spec.dtype, new ARRAYS[spec.dtype](bytes.buffer) as Float32Array, spec.shape)];
    }),
  );
}

function fromResults(specs: readonly TensorSpec[], results: InferenceSession.OnnxValueMapType): Uint8Array {
  const wire = new Uint8Array(wireBytes(specs));
  let at = 0;
  for (const spec of specs) {
    const value = results[spec.name];
    const bytes = value instanceof Tensor && ArrayBuffer.isView(value.data) ? (value.data as Uint8Array) : undefined;
    if (value?.type !== spec.dtype || bytes?.byteLength !== tensorBytes(spec)) {
      throw new OutputError(
        'OUTPUT_SIZE',
        `The output “${spec.name}” is not the ${spec.dtype}[${spec.shape.join()}] that the manifest states.`,
      );
    }
    wire.set(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength), at);
    at += bytes.byteLength;
  }
  return wire;
}

function inner(name: string, results: InferenceSession.OnnxValueMapType): NamedTensor {
  const value = results[name];
  if (!(value instanceof Tensor) || !ArrayBuffer.isView(value.data))
    throw new ComputeError('RUN_FAILED', `The value “${name.slice(0, 100)}” is not a tensor of numbers.`);
  const { buffer, byteOffset, byteLength } = value.data as Uint8Array;
  return {
    name,
    dtype: value.type as InnerDtype,
    shape: value.dims,
    bytes: new Uint8Array(buffer, byteOffset, byteLength),
  };
}

/** The runtime's messages can quote the file at length. */
function message(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 300);
}
