import type { UsableModel } from '../../models/catalogue.ts';
import { FolkmootError } from '../../../src-shared/domain/errors.ts';
import type { NamedTensor } from '../../compute/protocol.ts';
import { layoutOf, type Layout } from '../../compute/verification/layout.ts';
import { tensorBytes, type TensorSpec } from '../../models/tensors.ts';
import { inputOf, jobTimeoutMs } from '../../tasks/rerun.ts';
import type { DisputeContext } from '../context.ts';
import type { Subject } from '../subject.ts';

/** Files of models that are taken apart in this process. */
const MAX_FILE_BYTES = 256 * 1024 * 1024;
/** A run with all its values does not use the optimised kernels. */
const SLOWER = 4;

/** Whether sides are asked to show their runs: honest results differ a little, and a graph says what is inside. */
export function isTraced({ manifest }: UsableModel): boolean {
  return manifest.runtime === 'onnx' && ['rounded', 'tolerance', 'digest'].includes(manifest.verification.kind);
}

/** A model's graph taken apart. @throws FolkmootError, OnnxFormatError */
export async function layoutFor(context: DisputeContext, { manifest, digest }: UsableModel): Promise<Layout> {
  if (manifest.file.bytes > MAX_FILE_BYTES)
    throw new FolkmootError('TOO_LARGE', 'The model is too large to be taken apart.');
  return layoutOf(await context.modelFile(digest));
}

/** The task's input as the graph has it. @throws what fetching says */
export async function inputsOf(
  context: DisputeContext,
  about: Subject,
  { manifest }: UsableModel,
): Promise<NamedTensor[]> {
  return wireTensors(manifest.inputs, await inputOf(context, about, manifest));
}

/** Runs the model on the task's input and gives every value between its nodes. */
export async function runWhole(
  context: DisputeContext,
  about: Subject,
  { manifest, digest }: UsableModel,
): Promise<readonly NamedTensor[]> {
  return context.probe({
    key: `whole:${about.id}`,
    manifest,
    digest,
    input: await inputOf(context, about, manifest),
    timeoutMs: SLOWER * jobTimeoutMs(manifest),
  });
}

export function wireTensors(specs: readonly TensorSpec[], wire: Uint8Array): NamedTensor[] {
  let at = 0;
  return specs.map((spec) => ({ ...spec, bytes: wire.subarray(at, (at += tensorBytes(spec))) }));
}
