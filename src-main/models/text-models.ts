import type { Amount } from '../../src-shared/domain/ids.ts';
import { descriptor } from './descriptor.ts';
import { cidOf, sha256 } from './hash.ts';
import { checkManifest, type Manifest } from './manifest.ts';
import type { CogModel, OpenaiModel } from './runtimes.ts';

const INPUT_BYTES = 8_192;
const ANSWER_BYTES = 16_384;
const TIME_MS = 120_000;
const SUGGESTED_FEE = '10000000000000000' as Amount;

export interface TextModelWords {
  readonly name: string;
  readonly author: string;
  readonly description: string;
}

export interface MadeModel {
  readonly manifest: Manifest;
  readonly bytes: Uint8Array;
}

/** @param dimensions of its vectors, for embeddings */
export function openaiModel(openai: OpenaiModel, words: TextModelWords, dimensions = 0): MadeModel {
  return made({ runtime: 'openai', openai }, openai, words, openai.kind === 'embeddings' ? dimensions : null);
}

export function cogModel(cog: CogModel, words: TextModelWords): MadeModel {
  return made({ runtime: 'cog', cog }, cog, words, null);
}

/** Text in; text out, or a vector. Answers of a server are people's to judge, vectors are compared with a tolerance. */
function made(runtime: object, described: object, words: TextModelWords, dimensions: number | null): MadeModel {
  const bytes = descriptor(described);
  const digest = sha256(bytes);
  const text = (name: string, size: number): object => ({ name, dtype: 'uint8', shape: [size] });
  const manifest = checkManifest({
    format: 1,
    ...words,
    license: 'unstated',
    file: { cid: cidOf(digest), digest, bytes: bytes.length, name: 'model.json' },
    ...runtime,
    verification: dimensions === null ? { kind: 'jury' } : { kind: 'tolerance', atol: 1e-3, rtol: 1e-3 },
    inputs: [text('text', INPUT_BYTES)],
    outputs: [
      dimensions === null ? text('answer', ANSWER_BYTES) : { name: 'vector', dtype: 'float32', shape: [dimensions] },
    ],
    presentation: {
      input: { kind: 'text', maxBytes: INPUT_BYTES, encoding: 'utf8', pad: 0 },
      output: dimensions === null ? { kind: 'text', maxBytes: ANSWER_BYTES } : { kind: 'tensors' },
    },
    fee: SUGGESTED_FEE,
    bounds: { memoryBytes: 1, timeMs: TIME_MS },
    accuracy: null,
  });
  return { manifest, bytes };
}
