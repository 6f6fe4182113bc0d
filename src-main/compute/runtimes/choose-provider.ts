import type { Provider } from '../../../src-shared/domain/machine.ts';
import { cnn } from '../graphs/cnn.ts';
import { exact } from '../graphs/exact.ts';
import type { MadeGraph } from '../graphs/graph-set.ts';
import { difference, madeModel } from '../graphs/made-model.ts';
import { ComputeError } from '../job.ts';
import type { LaneReady, LaneSetup } from '../protocol.ts';
import { message, onnxOn, onnxRuntime } from './onnx.ts';
import type { Runtime } from './runtime.ts';

/** Float results of sound providers differ by some 1e-6. */
const TOLERANCE = 1e-3;

/**
 * The first provider that runs both test graphs, the exact one to the bit. The processor is taken without a trial.
 * @param trying told before each trial: a driver may take the process with it
 * @throws ComputeError `PROVIDER_FAILED` when none does
 */
export async function chooseProvider(
  { providers, index }: Pick<LaneSetup, 'providers' | 'index'>,
  trying: (provider: Provider) => void,
): Promise<LaneReady> {
  const notes: string[] = [];
  for (const provider of providers) {
    if (provider === 'cpu') return { provider, notes };
    trying(provider);
    try {
      for (const graph of [exact(), cnn()]) await compare(graph, onnxOn(provider, index));
      return { provider, notes };
    } catch (error) {
      notes.push(`${provider}: ${message(error)}`);
    }
  }
  throw new ComputeError('PROVIDER_FAILED', notes.join(' · ') || 'No provider was named.');
}

async function compare(graph: MadeGraph, runtime: Runtime): Promise<void> {
  const [ours, theirs] = [await once(graph, onnxRuntime), await once(graph, runtime)];
  const gap = difference(ours, theirs);
  if (gap > (graph.exact ? 0 : TOLERANCE))
    throw new ComputeError('PROVIDER_FAILED', `its result for ${graph.name} is off by ${gap}`);
}

async function once(graph: MadeGraph, runtime: Runtime): Promise<Uint8Array> {
  const session = await runtime.load(graph.bytes, madeModel(graph, ''));
  try {
    return await session.run(graph.input);
  } finally {
    await session.release();
  }
}
