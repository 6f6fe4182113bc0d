import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { z } from 'zod';
import type { Provider } from '../../../src-shared/domain/machine.ts';
import type { MadeGraph } from '../graphs/graph-set.ts';
import { sessionOptions } from './onnx.ts';

/** What onnxruntime calls its providers in a profile. */
const NAMES: Readonly<Record<Provider, string>> = {
  cpu: 'CPUExecutionProvider',
  webgpu: 'WebGpuExecutionProvider',
  cuda: 'CUDAExecutionProvider',
  dml: 'DmlExecutionProvider',
  coreml: 'CoreMLExecutionProvider',
};

const profileSchema = z.array(
  z
    .object({ cat: z.string().optional(), args: z.object({ provider: z.string().optional() }).loose().optional() })
    .loose(),
);

/** Result of a made graph, and how many of its nodes ran on the provider: the rest fell back to the processor unasked. */
export interface Profiled {
  readonly output: Uint8Array;
  readonly nodes: number;
  readonly there: number;
}

/** Runs a graph once with onnxruntime's own profile switched on. @param folder a place to write the profile to */
export async function profile(
  graph: MadeGraph,
  provider: Provider,
  index: number | null,
  folder: string,
): Promise<Profiled> {
  const place = mkdtempSync(join(folder, 'profile-'));
  try {
    const session = await InferenceSession.create(graph.bytes, {
      ...sessionOptions('all', provider, index),
      enableProfiling: true,
      profileFilePrefix: join(place, 'run'),
    });
    const [from] = graph.inputs;
    const [to] = graph.outputs;
    if (from === undefined || to === undefined) throw new RangeError('a made graph has both ends');
    const values = new Float32Array(graph.input.slice().buffer);
    const results = await session.run({ [from.name]: new Tensor('float32', values, from.shape) });
    const output = Float32Array.from(results[to.name]?.data as Float32Array);
    session.endProfiling();
    await session.release();
    const [file] = readdirSync(place);
    const events = profileSchema.parse(JSON.parse(readFileSync(join(place, file ?? ''), 'utf8')));
    const nodes = events.flatMap(({ cat, args }) =>
      cat === 'Node' && args?.provider !== undefined ? [args.provider] : [],
    );
    return {
      output: new Uint8Array(output.buffer),
      nodes: nodes.length,
      there: nodes.filter((name) => name === NAMES[provider]).length,
    };
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}
