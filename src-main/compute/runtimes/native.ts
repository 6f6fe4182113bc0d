import type { Provider } from '../../../src-shared/domain/machine.ts';
import type { LaneKind } from '../host.ts';
import { chooseProvider } from './choose-provider.ts';
import { message, onnxOn, onnxRuntime } from './onnx.ts';
import type { Runtime } from './runtime.ts';

/**
 * Graphs on the chosen provider. One that it does not take runs on the processor, and that is said.
 * Dawn ends the process when it has two sessions, so a lane on WebGPU holds one model at a time.
 */
export const nativeKind: LaneKind = {
  async open(setup, { trying, note }) {
    const ready = await chooseProvider(setup, trying);
    const provider = ready.provider ?? 'cpu';
    return {
      ready,
      runtime: provider === 'cpu' ? onnxRuntime : withFallback(provider, setup.index, note),
      mostSessions: provider === 'webgpu' ? 1 : Number.POSITIVE_INFINITY,
    };
  },
};

function withFallback(provider: Provider, index: number | null, note: (text: string) => void): Runtime {
  const first = onnxOn(provider, index);
  return {
    name: 'onnx',
    async load(bytes, model) {
      try {
        return await first.load(bytes, model);
      } catch (error) {
        if ((error as { code?: unknown }).code !== 'PROVIDER_FAILED') throw error;
        note(`${model.name} runs on the processor: ${provider} does not take it (${message(error)}).`);
        return onnxRuntime.load(bytes, model);
      }
    },
    ...(onnxRuntime.trace === undefined ? {} : { trace: onnxRuntime.trace.bind(onnxRuntime) }),
  };
}
