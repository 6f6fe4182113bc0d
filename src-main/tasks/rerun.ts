import { createHash } from 'node:crypto';
import type { Digest, TaskId } from '../../src-shared/domain/ids.ts';
import type { TaskFields } from '../chain/tasks-projection.ts';
import type { JobResult } from '../compute/job.ts';
import { publishable, sameBytes } from '../compute/verification/agree.ts';
import type { UsableModel } from '../models/catalogue.ts';
import { checkInput } from '../models/codec.ts';
import type { Manifest } from '../models/manifest.ts';
import { wireBytes } from '../models/tensors.ts';
import type { TaskContext } from './context.ts';
import { shuffledInput } from './shuffled-input.ts';

/** Enough of a task to run its model on its input. `input`: `0x` when it travels between peers. */
export interface Runnable {
  readonly id: TaskId;
  readonly input: string;
  readonly fields: Pick<TaskFields, 'inputDigest' | 'requester'>;
}

export type Compute = (job: {
  key: string;
  manifest: Manifest;
  digest: Digest;
  input: Uint8Array;
  timeoutMs: number;
}) => Promise<JobResult>;

const MAX_JOB_MS = 10 * 60_000;
const MIN_JOB_MS = 10_000;

export function jobTimeoutMs(manifest: Manifest): number {
  return Math.min(Math.max(manifest.bounds.timeMs, MIN_JOB_MS), MAX_JOB_MS);
}

/** Whether equal digests are what honest machines get. */
export function comparable({ manifest }: UsableModel): boolean {
  return sameBytes(manifest);
}

/** The bytes a task was asked with, from the chain or from peers, checked against the model. @throws what blobs or model say */
export async function inputOf({ blobs }: TaskContext, task: Runnable, manifest: Manifest): Promise<Uint8Array> {
  const input =
    task.input === '0x'
      ? await blobs.get(task.fields.inputDigest, wireBytes(manifest.inputs), task.fields.requester)
      : Buffer.from(task.input.slice(2), 'hex');
  checkInput(manifest, input);
  return input;
}

/**
 * Runs a task's model on its input once more; nothing is kept but the answer.
 * @returns `output` as it came out, `digest` of what a solver publishes of it
 */
export async function rerun(
  context: TaskContext,
  compute: Compute,
  task: Runnable,
  model: UsableModel,
  purpose: string,
): Promise<{ readonly output: Uint8Array; readonly digest: Digest; readonly input: Uint8Array }> {
  const input = await inputOf(context, task, model.manifest);
  const { manifest, digest } = model;
  const { output } = await compute({
    key: `${purpose}:${task.id}`,
    manifest,
    digest,
    input,
    timeoutMs: jobTimeoutMs(manifest),
  });
  return { output, digest: sha256(publishable(manifest, output)), input };
}

/**
 * Proof that a juror ran the model: the digest of its output for the task's input with the elements of each tensor
 * shuffled by the seed of the draw. Every shuffle of a valid input is valid, nobody has published its output, and it
 * costs one run. For an exact model all machines get the same.
 */
export async function trace(
  compute: Compute,
  model: UsableModel,
  input: Uint8Array,
  seed: string,
  key: string,
): Promise<Digest> {
  const { manifest, digest } = model;
  const probe = await shuffledInput(manifest.inputs, input, seed);
  const { output } = await compute({ key, manifest, digest, input: probe, timeoutMs: jobTimeoutMs(manifest) });
  return sha256(output);
}

function sha256(bytes: Uint8Array): Digest {
  return `0x${createHash('sha256').update(bytes).digest('hex')}` as Digest;
}
