import { InferenceSession } from 'onnxruntime-node';
import { FolkmootError } from '../../../src-shared/domain/errors.ts';
import type { Provider } from '../../../src-shared/domain/machine.ts';
import { ModelRefusedError } from '../../models/errors.ts';
import { inspect } from '../../models/inspect.ts';
import { tensorBytes, wireBytes, type TensorSpec } from '../../models/tensors.ts';
import { ComputeError } from '../job.ts';
import type { LaneSteps, ModelRef, Optimise } from '../protocol.ts';
import type { Runtime, Session } from './runtime.ts';
import { traceGraph } from './trace.ts';
import { buffers, fill, fromResults, gather } from './wire.ts';

/** onnxruntime on one thread of the processor. */
export const onnxRuntime: Runtime = onnxOn('cpu', null);

/** Inspects every graph again: a lane trusts nobody. @param index of the card, for providers that can choose one */
export function onnxOn(provider: Provider, index: number | null): Runtime {
  return {
    name: 'onnx',
    async load(bytes, model) {
      check(bytes);
      const session = await create(bytes, model.optimise, provider, index);
      for (const [declared, actual] of [
        [model.inputs, session.inputNames],
        [model.outputs, session.outputNames],
      ] as const) {
        const missing = declared.find((spec) => !actual.includes(spec.name));
        if (missing === undefined) continue;
        await session.release();
        throw new ModelRefusedError([`the graph has no input or output “${missing.name}”`]);
      }
      return onnxSession(session, model, provider);
    },
    async trace(bytes, model, input, tensors) {
      check(bytes);
      return traceGraph(bytes, model, input, tensors, (file) => create(file, 'disabled', provider, index));
    },
  };
}

function check(bytes: Uint8Array): void {
  const { problems } = inspect(bytes);
  if (problems.length > 0) throw new ModelRefusedError(problems);
}

type SessionOptions = InferenceSession.SessionOptions;

export function sessionOptions(optimise: Optimise, provider: Provider, index: number | null): SessionOptions {
  const device = index === null ? {} : { deviceId: index };
  return {
    executionProviders: [
      provider === 'cuda' || provider === 'dml' ? { name: provider, ...device } : { name: provider },
    ],
    graphOptimizationLevel: optimise,
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    logSeverityLevel: 3,
  };
}

async function create(
  bytes: Uint8Array,
  optimise: Optimise,
  provider: Provider,
  index: number | null,
): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(bytes, sessionOptions(optimise, provider, index));
  } catch (error) {
    if (provider !== 'cpu') throw new ComputeError('PROVIDER_FAILED', message(error));
    throw new ModelRefusedError([`onnxruntime cannot load it: ${message(error)}`]);
  }
}

function onnxSession(session: InferenceSession, model: ModelRef, provider: Provider): Session {
  const inputs = buffers(model.inputs);
  const outputs = buffers(model.outputs);
  const names = model.outputs.map((spec) => spec.name);
  const from = wireBytes(model.inputs);
  const to = wireBytes(model.outputs);
  // Results go to memory that is kept (8 to 28 % cheaper), once the first run has shown that they have its shape.
  let known = false;
  const into = async (input: Uint8Array, wire: Uint8Array, at: number): Promise<void> => {
    fill(inputs, model.inputs, input);
    try {
      if (known) {
        await session.run(inputs.tensors, outputs.tensors);
        return gather(outputs, model.outputs, wire, at);
      }
      const results = await session.run(inputs.tensors, names);
      fromResults(model.outputs, results, wire, at);
      known = provider === 'cpu' && model.outputs.every((spec) => sameShape(spec, results[spec.name]?.dims));
    } catch (error) {
      known = false;
      if (error instanceof FolkmootError) throw error;
      throw new ComputeError('RUN_FAILED', `The model stopped with an error: ${message(error)}`);
    }
  };
  return {
    provider,
    async run(input) {
      const wire = new Uint8Array(to);
      await into(input, wire, 0);
      return wire;
    },
    async batch(all, count, wires, elapsedMs, pause) {
      let start = performance.now();
      for (let at = 0; at < count; at++) {
        await into(all.subarray(at * from, (at + 1) * from), wires, at * to);
        const end = performance.now();
        elapsedMs[at] = end - start;
        const rest = pause(end - start);
        if (rest === undefined) start = end;
        else {
          await rest;
          start = performance.now();
        }
      }
    },
    feed: (input, output, pairs) => fed(model, input, output, pairs),
    release: () => session.release(),
  };
}

function sameShape(spec: TensorSpec, dims: readonly number[] | undefined): boolean {
  return dims?.length === spec.shape.length && dims.every((size, at) => size === spec.shape[at]);
}

function fed(model: ModelRef, input: Uint8Array, output: Uint8Array, pairs: LaneSteps['feed']): Uint8Array {
  const next = Uint8Array.from(input);
  for (const pair of pairs) {
    const [from, to] = [span(model.outputs, pair.output), span(model.inputs, pair.input)];
    if (from === undefined || to === undefined || from.dtype !== to.dtype || from.length !== to.length)
      throw new ModelRefusedError([`“${pair.output}” does not fit into “${pair.input}”`]);
    next.set(output.subarray(from.at, from.at + from.length), to.at);
  }
  return next;
}

function span(specs: readonly TensorSpec[], name: string): { at: number; length: number; dtype: string } | undefined {
  let at = 0;
  for (const spec of specs) {
    if (spec.name === name) return { at, length: tensorBytes(spec), dtype: spec.dtype };
    at += tensorBytes(spec);
  }
  return undefined;
}

/** The runtime's messages can quote the file at length. */
export function message(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 300);
}
