import { ComputeError } from '../job.ts';
import type { LaneKind } from '../host.ts';
import { chooseProvider } from './choose-provider.ts';
import { onnxOn, onnxRuntime } from './onnx.ts';

/**
 * Graphs on the chosen provider and nowhere else: what it does not take is refused (`PROVIDER_REFUSED`), since the
 * processor has a switch, a pace and lanes of its own. Values inside a graph are computed on the processor here, too: they
 * come here only where the processor's own lanes may not work (fit.ts).
 * Dawn ends the process when it has two sessions, so a lane on WebGPU holds one model at a time.
 */
export const nativeKind: LaneKind = {
  async open(setup, { trying }) {
    const ready = await chooseProvider(setup, trying);
    const provider = ready.provider ?? 'cpu';
    if (provider === 'cpu') return { ready, runtime: onnxRuntime, mostSessions: Number.POSITIVE_INFINITY };
    const { name, load } = onnxOn(provider, setup.index);
    const trace = onnxRuntime.trace?.bind(onnxRuntime);
    return {
      ready,
      runtime: {
        name,
        ...(trace === undefined ? {} : { trace }),
        load: (bytes, model) =>
          load(bytes, model).catch((error: unknown) => {
            if (!(error instanceof ComputeError) || error.code !== 'PROVIDER_FAILED') throw error;
            throw new ComputeError('PROVIDER_REFUSED', `${provider} does not take ${model.name}: ${error.message}`);
          }),
      },
      mostSessions: provider === 'webgpu' ? 1 : Number.POSITIVE_INFINITY,
    };
  },
};
