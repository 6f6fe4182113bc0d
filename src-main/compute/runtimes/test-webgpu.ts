import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Supervisor } from '../../process/supervisor.ts';
import { childrenOf } from '../../process/test-child.ts';
import type { ModelRef } from '../protocol.ts';
import type { Runtime, Session } from './runtime.ts';

type Methods = {
  readonly load: { readonly input: { bytes: Uint8Array; model: ModelRef }; readonly output: number };
  readonly run: { readonly input: { id: number; input: Uint8Array }; readonly output: Uint8Array };
  readonly release: { readonly input: number; readonly output: null };
};

const CODE = `
import { onnxOn } from ${JSON.stringify(pathToFileURL(join(import.meta.dirname, 'onnx.ts')).href)};
const runtime = onnxOn('webgpu', null);
const sessions = [];
serve(parentChannel(), {
  load: async ({ bytes, model }) => sessions.push(await runtime.load(bytes, model)) - 1,
  run: ({ id, input }) => sessions[id].run(input),
  release: async (id) => (await sessions[id].release(), null),
});
`;

/**
 * For tests only: graphs on WebGPU. In a process of its own, since drivers are named by variables that must be there when a
 * process starts, and since a driver may take its process with it.
 */
export async function webgpuRuntime(
  env: Readonly<Record<string, string>>,
): Promise<{ readonly runtime: Runtime; readonly close: () => Promise<void> }> {
  const { spawner, clean } = childrenOf({ worker: CODE });
  const child = new Supervisor<Methods, Record<never, never>>(spawner, {
    entry: 'worker',
    spawn: { env },
    heartbeatMs: 0,
  });
  await child.start();
  const runtime: Runtime = {
    name: 'onnx',
    async load(bytes, model): Promise<Session> {
      const id = await child.call('load', { bytes, model }, 120_000);
      return {
        provider: 'webgpu',
        run: (input) => child.call('run', { id, input }, 120_000),
        release: async () => void (await child.call('release', id)),
      };
    },
  };
  return { runtime, close: () => child.stop().finally(clean) };
}
