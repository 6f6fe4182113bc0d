import { z } from 'zod';
import type { Amount } from '../../src-shared/domain/ids.ts';
import { checkBundle, makeBundle, type BundledFile } from './bundle.ts';
import { LibraryError } from './errors.ts';
import { cidOf, sha256 } from './hash.ts';
import { checkManifest } from './manifest.ts';
import type { TransformersModel } from './runtimes.ts';
import type { MadeModel, TextModelWords } from './text-models.ts';

const NEEDED = ['config.json', 'tokenizer.json', 'tokenizer_config.json'];
const OPTIONAL = ['generation_config.json', 'special_tokens_map.json'];
const GRAPH = 'onnx/model.onnx';
const MAX_TOKENS = 256;
const [INPUT_BYTES, ANSWER_BYTES] = [4_096, 8_192];

const configSchema = z.object({
  architectures: z.array(z.string()).min(1),
  hidden_size: z.int().min(1).max(65_536).optional(),
  id2label: z.record(z.string(), z.string()).optional(),
});

export function isTextFolder(files: readonly BundledFile[]): boolean {
  return files.some(({ path }) => path === 'tokenizer.json');
}

/** A text model as transformers.js wants its folder, as one file with a manifest. @throws LibraryError `MODEL_FOLDER`, ModelRefusedError, ManifestError */
export function textFolder(all: readonly BundledFile[], words: TextModelWords): MadeModel {
  const graph = all.find(({ path }) => path === GRAPH) ?? all.find(({ path }) => path === 'model.onnx');
  const named = [...NEEDED, ...OPTIONAL].flatMap((path) => all.find((file) => file.path === path) ?? []);
  const missing = NEEDED.find((path) => !named.some((file) => file.path === path));
  if (graph === undefined || missing !== undefined)
    throw new LibraryError('MODEL_FOLDER', `A text model needs ${missing ?? GRAPH} in its folder.`);
  const files = [...named, { path: GRAPH, bytes: graph.bytes }];
  const config = configSchema.safeParse(json(files[0]));
  if (!config.success) throw new LibraryError('MODEL_FOLDER', 'config.json says nothing that is understood here.');
  const { architectures, hidden_size: hidden = 0, id2label = {} } = config.data;
  const task = taskOf(architectures[0] ?? '');
  const labels = Object.entries(id2label)
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, label]) => label);
  const transformers: TransformersModel = {
    task,
    maxTokens: MAX_TOKENS,
    files: files.map(({ path, bytes }) => ({ path, digest: sha256(bytes), bytes: bytes.length })),
  };
  const bytes = makeBundle(transformers, files);
  checkBundle(bytes, words.name);
  const digest = sha256(bytes);
  const [output, shown] =
    task === 'text-generation'
      ? [
          { name: 'answer', dtype: 'uint8', shape: [ANSWER_BYTES] },
          { kind: 'text', maxBytes: ANSWER_BYTES },
        ]
      : task === 'feature-extraction'
        ? [{ name: 'vector', dtype: 'float32', shape: [hidden] }, { kind: 'tensors' }]
        : [
            { name: 'scores', dtype: 'float32', shape: [labels.length] },
            { kind: 'classes', labels, unit: 1 },
          ];
  const manifest = checkManifest({
    format: 1,
    ...words,
    license: 'unstated',
    file: { cid: cidOf(digest), digest, bytes: bytes.length, name: 'model.bundle' },
    runtime: 'transformers',
    transformers,
    verification: task === 'text-generation' ? { kind: 'jury' } : { kind: 'tolerance', atol: 1e-3, rtol: 1e-3 },
    inputs: [{ name: 'text', dtype: 'uint8', shape: [INPUT_BYTES] }],
    outputs: [output],
    presentation: { input: { kind: 'text', maxBytes: INPUT_BYTES, encoding: 'utf8', pad: 0 }, output: shown },
    fee: '10000000000000000' as Amount,
    bounds: { memoryBytes: 160 * 1024 * 1024 + 3 * bytes.length, timeMs: 120_000 },
    accuracy: null,
  });
  return { manifest, bytes };
}

function taskOf(architecture: string): TransformersModel['task'] {
  if (architecture.endsWith('ForSequenceClassification')) return 'text-classification';
  return /(ForCausalLM|LMHeadModel)$/.test(architecture) ? 'text-generation' : 'feature-extraction';
}

function json(file: BundledFile | undefined): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(file?.bytes));
  } catch {
    return null;
  }
}
