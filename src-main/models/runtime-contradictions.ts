import { descriptorDigest } from './descriptor.ts';
import type { CogModel, OpenaiModel, TransformersModel } from './runtimes.ts';
import type { TensorSpec } from './tensors.ts';

type Checked = {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  readonly file: { readonly digest: string; readonly bytes: number };
} & (
  | { readonly runtime: 'onnx' }
  | { readonly runtime: 'openai'; readonly openai: OpenaiModel }
  | { readonly runtime: 'cog'; readonly cog: CogModel }
  | { readonly runtime: 'transformers'; readonly transformers: TransformersModel }
);

/** What does not fit between a manifest and its runtime; one sentence each. */
export function runtimeContradictions(manifest: Checked): string[] {
  if (manifest.runtime === 'onnx') return [];
  const found: string[] = [];
  const need = (holds: boolean, why: string): void => void (holds || found.push(why));
  const [input] = manifest.inputs;
  const [output] = manifest.outputs;
  need(manifest.inputs.length === 1 && input?.dtype === 'uint8', 'a text model has one input, text in uint8');
  need(manifest.outputs.length === 1, 'a text model has one output');
  const numbers = output?.dtype === 'float32';
  switch (manifest.runtime) {
    case 'openai':
      need((manifest.openai.kind === 'embeddings') === numbers, 'embeddings are float32, chat answers with uint8 text');
      need(manifest.file.digest === descriptorDigest(manifest.openai), 'file is not the description of the model');
      break;
    case 'cog':
      need(!numbers, 'a container answers with text in uint8');
      need(manifest.file.digest === descriptorDigest(manifest.cog), 'file is not the description of the model');
      break;
    case 'transformers': {
      const { files, task } = manifest.transformers;
      need((task !== 'text-generation') === numbers, 'generated text is uint8, everything else float32');
      need(files.reduce((sum, { bytes }) => sum + bytes, 0) < manifest.file.bytes, 'the files do not fit into file');
      need(new Set(files.map(({ path }) => path)).size === files.length, 'two files have the same path');
    }
  }
  return found;
}
