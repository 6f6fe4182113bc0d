import { z } from 'zod';
import type { OpenaiModel } from '../../models/runtimes.ts';
import { ComputeError } from '../job.ts';
import { askServer, parsed } from './local-http.ts';

const SILENCE_MS = 60_000;
const MAX_LIST = 1024 * 1024;
const MAX_ANSWER = 8 * 1024 * 1024;
const MAX_CHARS = 1_000_000;

const listSchema = z.object({ data: z.array(z.object({ id: z.string().min(1).max(200) })).max(2_000) });
const pieceSchema = z.object({
  choices: z.array(z.object({ delta: z.object({ content: z.string().nullish() }).nullish() })).max(8),
});
const vectorSchema = z.object({ data: z.array(z.object({ embedding: z.array(z.number()).max(65_536) })).min(1) });

export interface AskContext {
  readonly signal?: AbortSignal | undefined;
  readonly progress?: (share: number) => void;
}

/** Ollama and llama.cpp are given without `/v1`, others with it. */
function path(server: string, end: string): string {
  return /\/v1\/*$/.test(server) ? end : `/v1${end}`;
}

/** @throws ComputeError `SERVER_GONE`, `SERVER_ANSWER`, `SERVER_ADDRESS` */
export async function openaiModels(server: string, wholeMs = 5_000): Promise<string[]> {
  const text = await askServer(server, {
    method: 'GET',
    path: path(server, '/models'),
    silenceMs: wholeMs,
    wholeMs,
    maxBytes: MAX_LIST,
  });
  return parsed(text, listSchema).data.map(({ id }) => id);
}

/** One question, one answer; as repeatable as the server makes it (temperature 0, a fixed seed). */
export async function chat(
  server: string,
  model: OpenaiModel,
  prompt: string,
  context: AskContext = {},
): Promise<string> {
  let answer = '';
  let pieces = 0;
  const onLine = (line: string): void => {
    if (!line.startsWith('data:')) return;
    const data = line.slice(5).trim();
    if (data === '[DONE]' || data === '') return;
    const piece = parsed(data, pieceSchema).choices[0]?.delta?.content ?? '';
    if (piece === '') return;
    answer += piece;
    if (answer.length > MAX_CHARS) throw new ComputeError('SERVER_ANSWER', 'The server does not stop writing.');
    // A piece is a token with every server we know; the share is that of the most it may write.
    context.progress?.(Math.min(1, ++pieces / model.maxTokens));
  };
  const system = model.system === '' ? [] : [{ role: 'system', content: model.system }];
  await askServer(server, {
    method: 'POST',
    path: path(server, '/chat/completions'),
    body: {
      model: model.model,
      messages: [...system, { role: 'user', content: prompt }],
      max_tokens: model.maxTokens,
      temperature: 0,
      seed: 0,
      stream: true,
    },
    signal: context.signal,
    silenceMs: SILENCE_MS,
    maxBytes: MAX_ANSWER,
    onLine,
  });
  context.progress?.(1);
  return answer;
}

export async function embedding(
  server: string,
  model: OpenaiModel,
  text: string,
  context: AskContext = {},
): Promise<number[]> {
  const answer = await askServer(server, {
    method: 'POST',
    path: path(server, '/embeddings'),
    body: { model: model.model, input: text, encoding_format: 'float' },
    signal: context.signal,
    silenceMs: SILENCE_MS,
    maxBytes: MAX_ANSWER,
  });
  return parsed(answer, vectorSchema).data[0]?.embedding ?? [];
}
