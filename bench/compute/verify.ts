import { InferenceSession, Tensor } from 'onnxruntime-node';
import { agree, publishable } from '../../src-main/compute/verification/agree.ts';
import { layoutOf } from '../../src-main/compute/verification/layout.ts';
import { settle } from '../../src-main/compute/verification/settle.ts';
import { innerShare } from '../../src-main/compute/verification/share.ts';
import { cheatAt, noise, partyOf, runAll, transformer } from '../../src-main/compute/verification/test-runs.ts';
import type { NamedTensor } from '../../src-main/compute/protocol.ts';
import type { Manifest, Verification } from '../../src-main/models/manifest.ts';
import { writeModel } from '../../src-main/models/onnx/write.ts';

const TOKENS = 128;
const WIDTH = 768;
const BLOCKS = 12;
const RUNS = 7;

const CLASSES: Readonly<Record<string, Verification>> = {
  exact: { kind: 'exact' },
  rounded: { kind: 'rounded', step: 1e-3 },
  tolerance: { kind: 'tolerance', atol: 1e-4, rtol: 1e-4 },
  digest: { kind: 'digest', top: 5, margin: 1e-3 },
};

/**
 * What a checker does besides running the model, and what the judge of a bisection does instead of it, as shares of one
 * run of a transformer of the size of BERT base (12 blocks, 85 million weights, one thread). Medians; run and work alternate.
 */
export async function verify(): Promise<Record<string, number>> {
  const model = transformer(TOKENS, WIDTH, BLOCKS);
  const bytes = writeModel(model);
  const values = noise(TOKENS * WIDTH, 3, 1);
  const feeds: NamedTensor[] = [
    { name: 'x', dtype: 'float32', shape: [TOKENS, WIDTH], bytes: new Uint8Array(values.buffer) },
  ];
  const session = await InferenceSession.create(bytes, {
    graphOptimizationLevel: 'basic',
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
  });
  const input = { x: new Tensor('float32', values, [TOKENS, WIDTH]) };
  const output = ((await session.run(input))['y'] as Tensor).data as Float32Array;
  const wire = new Uint8Array(output.buffer, output.byteOffset, output.byteLength);
  const outputs: Manifest['outputs'] = [{ name: 'y', dtype: 'float32', shape: [TOKENS, WIDTH] }];

  const honest = await runAll(model, feeds);
  const layout = layoutOf(bytes);
  const node = Math.floor(layout.nodes.length * 0.4);
  const cheat = await cheatAt(model, feeds, honest, node, (altered) => {
    altered[11] = (altered[11] as number) + 0.5;
  });
  const [claimant, defendant] = [partyOf(honest), partyOf(cheat)];
  const share = innerShare({ kind: 'tolerance', atol: 1e-4, rtol: 1e-4 }, 5);
  const judge = () => settle({ layout: layoutOf(bytes), outputs: ['y'], inputs: feeds, claimant, defendant, share });
  const found = await judge();
  if (found.wrong !== 'defendant' || found.at?.node !== node) throw new Error('the bisection did not find the cheat');

  const times: Record<string, number[]> = { run: [], judge: [] };
  for (let round = 0; round < RUNS; round++) {
    await timed(times, 'run', () => session.run(input));
    for (const [name, verification] of Object.entries(CLASSES)) {
      const published = publishable({ verification, outputs }, wire);
      await timed(times, name, async () => {
        if (agree({ verification, outputs }, published, wire).verdict !== 'same')
          throw new Error(`${name}: not the same`);
      });
    }
    await timed(times, 'judge', judge);
  }
  await session.release();
  const run = median(times['run'] ?? []);
  const ratio = (name: string): number => rounded(1 + median(times[name] ?? []) / run);
  return {
    exact: ratio('exact'),
    rounded: ratio('rounded'),
    tolerance: ratio('tolerance'),
    digest: ratio('digest'),
    judge: rounded(median(times['judge'] ?? []) / run),
    rounds: found.rounds,
    nodes: found.nodes,
    judgeKiB: Math.round(found.bytes / 1_024),
    runMs: rounded(run),
  };
}

async function timed(times: Record<string, number[]>, name: string, work: () => Promise<unknown>): Promise<void> {
  const start = performance.now();
  await work();
  (times[name] ??= []).push(performance.now() - start);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
