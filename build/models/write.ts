import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cidOf, sha256 } from '../../src-main/models/hash.ts';
import { inspect } from '../../src-main/models/inspect.ts';
import { checkManifest, manifestDigest, type Manifest } from '../../src-main/models/manifest.ts';
import { writeModel } from '../../src-main/models/onnx/write.ts';
import type { ModelProto } from '../../src-main/models/onnx/types.ts';
import { ModelRefusedError } from '../../src-main/models/errors.ts';

export const MODELS = join(import.meta.dirname, '../../resources/models');

/** The parts of a manifest that the file does not say by itself. */
export type Story = Omit<Manifest, 'format' | 'runtime' | 'file' | 'onnx' | 'author' | 'license'>;

/** What a recipe hands over: graph, story, and the measured sentences for the README. */
export interface Trained {
  readonly folder: string;
  readonly graph: ModelProto;
  readonly story: Story;
  readonly measured: readonly string[];
}

/** Writes model.onnx, manifest.json and README.md; the same training gives the same bytes. */
export async function writeTrained({ folder, graph, story, measured }: Trained, root = MODELS): Promise<Manifest> {
  const bytes = writeModel(graph);
  const { ir, opset, problems, parameters, nodes } = inspect(bytes);
  if (problems.length > 0) throw new ModelRefusedError(problems);
  const digest = sha256(bytes);
  const manifest = checkManifest({
    format: 1,
    author: 'Folkmoot',
    license: 'MIT',
    file: { cid: cidOf(digest), digest, bytes: bytes.length, name: 'model.onnx' },
    runtime: 'onnx',
    onnx: { ir, opset },
    ...story,
  });
  const directory = join(root, folder);
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'model.onnx'), bytes);
  await writeFile(join(directory, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  const facts = [
    `${nodes} nodes, ${parameters} weights, ${bytes.length} bytes`,
    `sha256 ${digest}`,
    `manifest ${manifestDigest(manifest)}`,
  ];
  const lines = [...facts, ...measured].map((line) => `- ${line}`).join('\n');
  const text = `# ${story.name}\n\n${story.description}\n\n${lines}\n\nMade and measured by \`node build/models/train.ts ${folder}\` (Node 24); the same command gives the same bytes.\n`;
  await writeFile(join(directory, 'README.md'), text);
  return manifest;
}
