import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Digest } from '../../../src-shared/domain/ids.ts';
import { descriptorDigest } from '../../models/descriptor.ts';
import type { CogModel } from '../../models/runtimes.ts';
import { ComputeError } from '../job.ts';
import { askServer, parsed } from './local-http.ts';
import type { AskContext } from './openai-server.ts';

const ANSWER_MS = 10 * 60_000;
const MAX_ANSWER = 8 * 1024 * 1024;
/** So long a prediction that was cancelled may take to say that it ended. Less than the moment that a lane has for it. */
const LAST_WORD_MS = 1_500;

const healthSchema = z.object({ status: z.string().max(100) });
const openapiSchema = z.object({
  components: z.object({ schemas: z.object({ Input: z.record(z.string(), z.unknown()) }).loose() }),
});
const predictionSchema = z.object({ status: z.string().max(100), output: z.unknown(), error: z.string().nullish() });

export async function cogHealth(server: string, wholeMs = 5_000, signal?: AbortSignal): Promise<string> {
  const short = { silenceMs: wholeMs, wholeMs, maxBytes: 65_536, signal };
  const text = await askServer(server, { method: 'GET', path: '/health-check', ...short });
  return parsed(text, healthSchema).status;
}

export interface CogInputs {
  /** Tells versions of a model apart. */
  readonly digest: Digest;
  readonly inputs: readonly string[];
  /** Those that take any text as it is. */
  readonly texts: readonly string[];
  /** Those that Cog may take for an address, and fetch: files and pictures. What a stranger writes must not get there. */
  readonly fetched: readonly string[];
}

/** What it takes. */
export async function cogSchemaOf(server: string, wholeMs = 10_000): Promise<CogInputs> {
  const short = { silenceMs: wholeMs, wholeMs, maxBytes: MAX_ANSWER };
  const text = await askServer(server, { method: 'GET', path: '/openapi.json', ...short });
  const { Input } = parsed(text, openapiSchema).components.schemas;
  const properties = z.record(z.string(), z.unknown()).catch({}).parse(Input['properties']);
  const inputs = Object.keys(properties);
  const fetched = inputs.filter((name) => hasFormat(properties[name]));
  return {
    digest: descriptorDigest(Input),
    inputs,
    texts: inputs.filter((name) => plainText.safeParse(properties[name]).success && !fetched.includes(name)),
    fetched,
  };
}

const plainText = z.object({ type: z.literal('string') });

/** Cog's files are texts with a format ("uri"), alone, in lists, or as one of several kinds. */
function hasFormat(schema: unknown): boolean {
  return JSON.stringify(schema ?? null).includes('"format":');
}

/** @throws ComputeError `CANCELLED` once the server was told to stop and said that it did, or the connection was closed on it; `RUN_FAILED`, and what `askServer` does */
export async function predict(
  server: string,
  model: CogModel,
  prompt: string,
  { signal }: AskContext = {},
): Promise<string> {
  const id = randomUUID();
  const cancelled = (): ComputeError => new ComputeError('CANCELLED', 'The job was cancelled.');
  if (signal?.aborted) throw cancelled();
  const close = new AbortController();
  let lastWord: NodeJS.Timeout | undefined;
  const cancel = (): void => {
    const path = `/predictions/${id}/cancel`;
    // The answer to the prediction itself says whether it worked; without one the closed connection is all there is.
    askServer(server, { method: 'POST', path, silenceMs: LAST_WORD_MS, maxBytes: 65_536 }).catch(() => undefined);
    lastWord = setTimeout(() => close.abort(), LAST_WORD_MS);
  };
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    const input = { ...model.constants, ...(model.seed === null ? {} : { [model.seed]: 0 }), [model.prompt]: prompt };
    const text = await askServer(server, {
      method: 'PUT',
      path: `/predictions/${id}`,
      body: { input },
      signal: close.signal,
      silenceMs: ANSWER_MS,
      maxBytes: MAX_ANSWER,
    });
    const { status, output, error } = parsed(text, predictionSchema);
    if (status === 'canceled') throw cancelled();
    if (status !== 'succeeded')
      throw new ComputeError('RUN_FAILED', `The container failed: ${(error ?? status).slice(0, 300)}`);
    return typeof output === 'string'
      ? output
      : Array.isArray(output) && output.every((part) => typeof part === 'string')
        ? output.join('')
        : JSON.stringify(output);
  } finally {
    clearTimeout(lastWord);
    signal?.removeEventListener('abort', cancel);
  }
}
