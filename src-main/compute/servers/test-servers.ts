import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** For tests only: a small server written for the test; it speaks a protocol and computes nothing. */
export interface TestServer {
  readonly url: string;
  /** Method and path of each request, in order. */
  readonly asked: string[];
  /** Bodies of the requests that had one. */
  readonly bodies: unknown[];
  /** Resolves with the next request whose path matches. */
  heard(path: RegExp): Promise<void>;
  close(): Promise<void>;
}

type Answer = (request: IncomingMessage, response: ServerResponse, body: Record<string, unknown>) => void;

/** @param port 0: any that is free */
export async function testServer(answer: Answer, port = 0): Promise<TestServer> {
  const asked: string[] = [];
  const bodies: unknown[] = [];
  const waiting: Array<{ path: RegExp; resolve: () => void }> = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
      const line = `${request.method} ${request.url}`;
      asked.push(line);
      if (text !== '') bodies.push(body);
      answer(request, response, body);
      for (const each of waiting.splice(0)) {
        if (each.path.test(line)) each.resolve();
        else waiting.push(each);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    bodies,
    heard: (path) => new Promise((resolve) => waiting.push({ path, resolve })),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function json(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

/**
 * For tests only: speaks the OpenAI interface as Ollama, llama.cpp and vLLM do. "model-a" answers a prompt with its
 * words in reverse, one piece each; the prompt "endless" begins and never ends; embeddings count letters.
 */
export function openaiTestServer(): Promise<TestServer> {
  return testServer((request, response, body) => {
    if (request.url === '/v1/models') return json(response, { data: [{ id: 'model-a' }, { id: 'model-b' }] });
    if (request.url === '/v1/embeddings') {
      const text = String(body['input']);
      const vector = ['a', 'b', 'c', 'd'].map((letter) => text.split(letter).length - 1);
      return json(response, { data: [{ embedding: vector }] });
    }
    if (request.url !== '/v1/chat/completions') return json(response, { error: 'no such path' }, 404);
    const messages = body['messages'] as Array<{ role: string; content: string }>;
    const prompt = messages.at(-1)?.content ?? '';
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const piece = (content: string): void =>
      void response.write(`data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`);
    if (prompt === 'endless') return piece('once');
    if (prompt === 'flood') {
      const flood = (): void => void (response.destroyed || (response.write('x'.repeat(1 << 20)), setImmediate(flood)));
      return flood();
    }
    prompt
      .split(' ')
      .reverse()
      .forEach((word, index) => piece(index === 0 ? word : ` ${word}`));
    response.end('data: [DONE]\n\n');
  });
}

export const COG_INPUT = {
  type: 'object',
  properties: { prompt: { type: 'string' }, seed: { type: 'integer' }, steps: { type: 'integer' } },
};

/**
 * For tests only: speaks the HTTP interface of Cog. It answers with its inputs as a list of pieces; the prompt "endless"
 * waits until it is cancelled.
 * @param health what it says about itself
 * @param heard told every prompt before it is answered
 */
export function cogTestServer(
  port = 0,
  health = 'READY',
  heard: (prompt: string) => void = () => undefined,
): Promise<TestServer> {
  const waiting = new Map<string, ServerResponse>();
  return testServer((request, response, body) => {
    const { url = '', method } = request;
    if (url === '/health-check') return json(response, { status: health });
    if (url === '/openapi.json') return json(response, { components: { schemas: { Input: COG_INPUT, Output: {} } } });
    const cancel = /^\/predictions\/([^/]+)\/cancel$/.exec(url)?.[1];
    if (cancel !== undefined) {
      const open = waiting.get(cancel);
      if (open !== undefined) json(open, { status: 'canceled', output: null });
      return json(response, {});
    }
    const id = /^\/predictions\/([^/]+)$/.exec(url)?.[1];
    if (id === undefined || method !== 'PUT') return json(response, { detail: 'no such path' }, 404);
    const input = body['input'] as Record<string, unknown>;
    heard(String(input['prompt']));
    if (input['prompt'] === 'endless') return void waiting.set(id, response);
    if (input['prompt'] === 'fail') return json(response, { status: 'failed', error: 'out of luck', output: null });
    json(response, {
      status: 'succeeded',
      output: [`${String(input['prompt'])}`, `+${String(input['seed'])}+${String(input['steps'])}`],
    });
  }, port);
}
