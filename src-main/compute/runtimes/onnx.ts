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
import { buffers, fill, fromResults, gather, type Buffers } from './wire.ts';

/** Runs that are handed over together: each alone waits for a turn of the event loop (5 to 10 % of a run of 20 us). */
const TOGETHER = 16;
/** Memory that is kept for them, bytes. */
const TOGETHER_BYTES = 1024 * 1024;

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

/** Memory of one run. */
interface Place {
  readonly inputs: Buffers;
  readonly outputs: Buffers;
}

function onnxSession(session: InferenceSession, model: ModelRef, provider: Provider): Session {
  const place = (): Place => ({ inputs: buffers(model.inputs), outputs: buffers(model.outputs) });
  const first = place();
  const places = [first];
  const names = model.outputs.map((spec) => spec.name);
  const from = wireBytes(model.inputs);
  const to = wireBytes(model.outputs);
  const together = Math.max(1, Math.min(TOGETHER, Math.floor(TOGETHER_BYTES / (from + to))));
  // Results go to memory that is kept (8 to 28 % cheaper), once the first run has shown that they have its shape.
  let known = false;
  const failure = (error: unknown): unknown => {
    known = false;
    if (error instanceof FolkmootError) return error;
    return new ComputeError('RUN_FAILED', `The model stopped with an error: ${message(error)}`);
  };
  const one = async (input: Uint8Array, wire: Uint8Array, at: number): Promise<void> => {
    fill(first.inputs, input);
    try {
      if (known) {
        await session.run(first.inputs.tensors, first.outputs.tensors);
        return gather(first.outputs, model.outputs, wire, at);
      }
      const results = await session.run(first.inputs.tensors, names);
      fromResults(model.outputs, results, wire, at);
      known = provider === 'cpu' && model.outputs.every((spec) => sameShape(spec, results[spec.name]?.dims));
    } catch (error) {
      throw failure(error);
    }
  };
  const several = async (inputs: Uint8Array, count: number, wires: Uint8Array, start: number): Promise<void> => {
    while (places.length < count) places.push(place());
    const used = places.slice(0, count);
    used.forEach((each, at) => fill(each.inputs, inputs.subarray(at * from, (at + 1) * from)));
    const runs = used.map((each) => session.run(each.inputs.tensors, each.outputs.tensors));
    try {
      await Promise.all(runs);
    } catch (error) {
      // The others still write to memory that is kept.
      await Promise.allSettled(runs);
      throw failure(error);
    }
    used.forEach((each, at) => gather(each.outputs, model.outputs, wires, start + at * to));
  };
  return {
    provider,
    async run(input) {
      const wire = new Uint8Array(to);
      await one(input, wire, 0);
      return wire;
    },
    async batch(all, count, wires, elapsedMs, pause) {
      for (let at = 0; at < count;) {
        const start = performance.now();
        const many = known ? Math.min(together, count - at) : 1;
        const inputs = all.subarray(at * from, (at + many) * from);
        if (many === 1) await one(inputs, wires, at * to);
        else await several(inputs, many, wires, at * to);
        const ms = performance.now() - start;
        elapsedMs.fill(ms / many, at, at + many);
        at += many;
        const rest = pause(ms);
        if (rest !== undefined) await rest;
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
