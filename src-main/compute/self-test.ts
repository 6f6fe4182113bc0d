import type { Digest } from '../../src-shared/domain/ids.ts';
import { FolkmootError } from '../../src-shared/domain/errors.ts';
import type { DeviceId, Provider } from '../../src-shared/domain/machine.ts';
import type { DeviceTest } from '../models/determinism.ts';
import { ModelRefusedError } from '../models/errors.ts';
import { sha256 } from '../models/hash.ts';
import type { Manifest } from '../models/manifest.ts';
import { testInputs } from '../models/test-inputs.ts';
import type { Job, JobResult, LaneStatus } from './job.ts';
import { withLane, type OneLaneOptions } from './one-lane.ts';
import { OPTIMISE } from './protocol.ts';
import { modelRef } from './ticket.ts';

export interface SelfTestOptions extends OneLaneOptions {
  /** For devices that must not have a second process: their own lane is asked. */
  readonly pool: { run(job: Job): Promise<JobResult>; status(): LaneStatus[] };
  readonly now: () => number;
}

const RUN_MS = 120_000;
const BATCH = 8;
const HIGHEST = OPTIMISE.at(-1);

/**
 * Runs an exact model in every way it may be run here and compares the bytes: each optimisation level, again, many at
 * once, in another process, on each card. One hash is what "exact" promises; a model that breaks it loses its deposits.
 * @throws ModelRefusedError when it is not an exact graph; ComputeError when it cannot be run at all
 */
export async function selfTest(
  digest: Digest,
  manifest: Manifest,
  modelPath: string,
  options: SelfTestOptions,
): Promise<DeviceTest> {
  if (manifest.runtime !== 'onnx' || manifest.verification.kind !== 'exact')
    throw new ModelRefusedError(['only graphs that are said to be exact are tested for it']);
  const inputs = testInputs(manifest.inputs);
  const runs: Array<{ how: string; digest: Digest }> = [];
  const processor = { ...options, provider: 'cpu', index: null } as const;
  await withLane(processor, async ({ run }) => {
    for (const optimise of OPTIMISE) {
      const model = modelRef(manifest, modelPath, optimise, undefined);
      const once = async (): Promise<Digest> => {
        const outputs: Uint8Array[] = [];
        for (const input of inputs) outputs.push((await run(model, [input], RUN_MS)).output);
        return sha256(Buffer.concat(outputs));
      };
      runs.push({ how: `cpu ${optimise}`, digest: await once() });
      if (optimise !== HIGHEST) continue;
      runs.push({ how: `cpu ${optimise} again`, digest: await once() });
      const { output } = await run(model, Array.from({ length: BATCH }, () => inputs).flat(), RUN_MS);
      const share = output.length / BATCH;
      for (let at = 0; at < BATCH; at += BATCH - 1)
        runs.push({ how: `cpu in a batch, ${at + 1}`, digest: sha256(output.subarray(at * share, (at + 1) * share)) });
    }
  });
  await withLane(processor, async ({ run }) => {
    const { output } = await run(modelRef(manifest, modelPath, HIGHEST, undefined), inputs, RUN_MS);
    runs.push({ how: 'another process', digest: sha256(output) });
  });
  const devices: DeviceId[] = ['cpu' as DeviceId];
  const refused: DeviceId[] = [];
  for (const { device, stopped } of options.pool.status()) {
    if (device === 'cpu' || stopped) continue;
    const run = await onCard(options, { manifest, modelPath, device, inputs });
    if (run === 'refused') refused.push(device);
    if (run === 'refused' || run === 'later') continue;
    devices.push(device);
    runs.push({ how: `${run.provider} on ${device}`, digest: run.digest });
  }
  const passed = runs.every((run) => run.digest === runs[0]?.digest);
  return { model: digest, passed, runs, at: options.now(), devices, refused };
}

/** Codes of runs that say nothing of the card: it was paused, or the node stopped. */
const LATER: ReadonlySet<string> = new Set(['CANCELLED', 'POOL_STOPPED', 'QUEUE_FULL', 'NO_DEVICE']);

/** `refused`: the card does not run it. `later`: it could not be tried now. */
async function onCard(
  { pool, log }: SelfTestOptions,
  {
    inputs,
    device,
    ...model
  }: { manifest: Manifest; modelPath: string; device: string; inputs: readonly Uint8Array[] },
): Promise<{ provider: Provider; digest: Digest } | 'refused' | 'later'> {
  try {
    const outputs: Uint8Array[] = [];
    let provider: Provider | null = null;
    for (const input of inputs) {
      const signal = AbortSignal.timeout(RUN_MS);
      const job = {
        key: `self-test ${device}`,
        source: 'self-test',
        input,
        timeoutMs: RUN_MS,
        device,
        signal,
        ...model,
      };
      const result = await pool.run(job);
      outputs.push(result.output);
      ({ provider } = result);
    }
    return provider === null ? 'refused' : { provider, digest: sha256(Buffer.concat(outputs)) };
  } catch (error) {
    log(`self-test on ${device}: ${error instanceof Error ? error.message : String(error)}`);
    return error instanceof FolkmootError && LATER.has(error.code) ? 'later' : 'refused';
  }
}
