import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { transformer } from '../../src-main/compute/graphs/transformer.ts';
import { drawDigit } from '../../src-main/models/digits.ts';
import { parseManifest, type Manifest } from '../../src-main/models/manifest.ts';
import { sampleManifest } from '../../src-main/models/samples.ts';

export interface BenchModel {
  readonly bytes: Uint8Array;
  readonly input: Uint8Array;
  readonly manifest: Manifest;
  readonly modelPath: string;
}

/** Small: the digit reader that ships, some 20 us. Heavy: 16 transformer blocks, a millisecond or two. */
export async function benchModel(kind: 'small' | 'heavy', folder: string): Promise<BenchModel> {
  if (kind === 'small') {
    const shipped = join(import.meta.dirname, '../../resources/models/digit-reader');
    const modelPath = join(shipped, 'model.onnx');
    const manifest = parseManifest(readFileSync(join(shipped, 'manifest.json'), 'utf8'));
    return { bytes: readFileSync(modelPath), input: drawDigit(3, 2 ** 30), manifest, modelPath };
  }
  const { bytes, input, inputs, outputs } = transformer(16);
  const modelPath = join(folder, 'heavy.onnx');
  await writeFile(modelPath, bytes);
  return { bytes, input, modelPath, manifest: sampleManifest(bytes, inputs, outputs) };
}
