import { constants, setPriority } from 'node:os';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Optimise } from '../../src-main/compute/protocol.ts';
import type { TensorSpec } from '../../src-main/models/tensors.ts';
import type { Rate } from './rate.ts';

/** A model of one input and one output. */
export interface RawLoad {
  readonly bytes: Uint8Array;
  readonly input: Uint8Array;
  readonly from: TensorSpec;
  readonly to: TensorSpec;
  readonly optimise: Optimise;
}

/** A child of the bench: one session and nothing else, at the priority that lanes have. */
setPriority(constants.priority.PRIORITY_LOW);
let session: InferenceSession | undefined;
let model: RawLoad | undefined;

async function rate(seconds: number): Promise<Rate> {
  if (session === undefined || model === undefined) throw new Error('no model was loaded');
  const { input, from, to } = model;
  const before = process.cpuUsage();
  const start = performance.now();
  const end = start + seconds * 1_000;
  let runs = 0;
  let sum = 0;
  while (performance.now() < end) {
    // Each run has an input of its own, as jobs do.
    const bytes = Uint8Array.from(input);
    const values = from.dtype === 'uint8' ? bytes : new Float32Array(bytes.buffer);
    const results = await session.run({ [from.name]: new Tensor(from.dtype, values as Float32Array, from.shape) });
    const data = results[to.name]?.data as Float32Array | undefined;
    sum += data?.[0] ?? Number.NaN;
    runs++;
  }
  if (Number.isNaN(sum)) throw new Error('the raw session gave no numbers');
  const { user, system } = process.cpuUsage(before);
  return { perSecond: (runs * 1_000) / (performance.now() - start), cpuUs: (user + system) / runs };
}

process.on('message', (message: { readonly load?: RawLoad; readonly rate?: number }) => {
  void (async () => {
    if (message.load !== undefined) {
      model = message.load;
      session = await InferenceSession.create(model.bytes, {
        executionProviders: ['cpu'],
        // As far as the pool does for this model.
        graphOptimizationLevel: model.optimise,
        intraOpNumThreads: 1,
        interOpNumThreads: 1,
        executionMode: 'sequential',
        logSeverityLevel: 3,
      });
    }
    process.send?.(message.rate === undefined ? null : await rate(message.rate));
  })();
});
