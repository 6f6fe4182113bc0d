import { request as overHttp, type IncomingMessage } from 'node:http';
import { request as overHttps } from 'node:https';
import { ComputeError } from '../job.ts';
import { localLookup, serverUrl } from './local-address.ts';

export interface Ask {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  /** Time without a byte from the server. */
  readonly silenceMs: number;
  /** Time for the whole answer, however it drips; for short questions. */
  readonly wholeMs?: number;
  readonly maxBytes: number;
  /** Told of each line as it comes; for streams. */
  readonly onLine?: (line: string) => void;
}

/**
 * Asks a server of the person's own. No redirects, no proxy, bounded answer, only local addresses.
 * @returns the answer as text
 * @throws ComputeError `SERVER_ADDRESS`, `SERVER_GONE`, `SERVER_ANSWER`, `CANCELLED`
 */
export async function askServer(server: string, ask: Ask): Promise<string> {
  const url = new URL(`${serverUrl(server)}${ask.path}`);
  const { method, body, silenceMs, wholeMs } = ask;
  const late = wholeMs === undefined ? undefined : AbortSignal.timeout(wholeMs);
  const ends = [ask.signal, late].filter((each) => each !== undefined);
  const signal = ends.length === 0 ? undefined : AbortSignal.any(ends);
  const cancelled = (): ComputeError => new ComputeError('CANCELLED', 'The job was cancelled.');
  if (ask.signal?.aborted) throw cancelled();
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const open = url.protocol === 'https:' ? overHttps : overHttp;
      const text = body === undefined ? undefined : JSON.stringify(body);
      const headers =
        text === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
      const request = open(url, {
        method,
        headers,
        lookup: localLookup,
        agent: false,
        ...(signal === undefined ? {} : { signal }),
      });
      request.setTimeout(silenceMs, () => request.destroy(gone(`it was silent for ${silenceMs} ms`)));
      request.once('response', resolve);
      request.on('error', reject);
      request.end(text);
    });
    const content = await bounded(response, ask);
    const { statusCode = 0 } = response;
    if (statusCode < 200 || statusCode > 299)
      throw new ComputeError('SERVER_ANSWER', `The server answered ${statusCode}: ${content.slice(0, 200)}`);
    return content;
  } catch (error) {
    if (ask.signal?.aborted) throw cancelled();
    if (late?.aborted) throw gone(`it did not answer within ${wholeMs} ms`);
    if (error instanceof ComputeError) throw error;
    throw gone(error instanceof Error ? error.message : String(error));
  }
}

async function bounded(response: IncomingMessage, { maxBytes, onLine }: Ask): Promise<string> {
  const decoder = new TextDecoder();
  let [text, size, rest] = ['', 0, ''];
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) {
      response.destroy();
      throw new ComputeError('SERVER_ANSWER', `The server sent more than ${maxBytes} bytes.`);
    }
    const piece = decoder.decode(chunk, { stream: true });
    if (onLine === undefined) {
      text += piece;
      continue;
    }
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line.trimEnd());
  }
  if (onLine !== undefined && rest !== '') onLine(rest);
  return text;
}

function gone(why: string): ComputeError {
  return new ComputeError('SERVER_GONE', `The server cannot be reached: ${why}.`, {
    remedy: 'Start it, or remove it from the list of servers.',
  });
}

/** @throws ComputeError `SERVER_ANSWER` */
export function parsed<T>(text: string, schema: { safeParse(value: unknown): { success: boolean; data?: T } }): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ComputeError('SERVER_ANSWER', 'The server sent something that is not JSON.');
  }
  const result = schema.safeParse(value);
  if (!result.success)
    throw new ComputeError('SERVER_ANSWER', 'The server answered in another form than its interface has.');
  return result.data as T;
}
