import { listSupportedBackends } from 'onnxruntime-node';
import type { Provider } from '../../../src-shared/domain/machine.ts';
import { cnn } from '../graphs/cnn.ts';
import { exact } from '../graphs/exact.ts';
import { difference } from '../graphs/made-model.ts';
import { ComputeError } from '../job.ts';
import type { LaneReady, LaneSetup } from '../protocol.ts';
import { message } from './onnx.ts';
import { profile } from './profile.ts';

/** Float results of sound providers differ by some 1e-6. */
const TOLERANCE = 1e-3;

/**
 * The first provider that runs both test graphs, the exact one to the bit. The processor is taken without a trial.
 * @param trying told before each trial: a driver may take the process with it
 * @throws ComputeError `PROVIDER_FAILED` when none does
 */
export async function chooseProvider(
  { providers, index, outbox }: Pick<LaneSetup, 'providers' | 'index' | 'outbox'>,
  trying: (provider: Provider) => void,
): Promise<LaneReady> {
  const notes: Array<{ provider: Provider; why: string }> = [];
  const known = new Set<string>(listSupportedBackends().map(({ name }) => name));
  for (const provider of providers) {
    if (provider === 'cpu') return { provider, notes };
    if (!known.has(provider)) {
      notes.push({ provider, why: 'not part of this build' });
      continue;
    }
    trying(provider);
    try {
      for (const graph of [exact(), cnn()]) {
        const ours = await profile(graph, 'cpu', null, outbox);
        const theirs = await profile(graph, provider, index, outbox);
        const gap = difference(ours.output, theirs.output);
        if (gap > (graph.exact ? 0 : TOLERANCE)) throw refused(`its result for ${graph.name} is off by ${gap}`);
        if (theirs.there === 0) throw refused(`none of the ${theirs.nodes} nodes of ${graph.name} ran there`);
      }
      return { provider, notes };
    } catch (error) {
      notes.push({ provider, why: message(error) });
    }
  }
  throw refused(notes.map(({ provider, why }) => `${provider}: ${why}`).join(' · ') || 'No provider was named.');
}

function refused(why: string): ComputeError {
  return new ComputeError('PROVIDER_FAILED', why);
}
