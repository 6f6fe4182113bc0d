import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readText, writeText } from '../../models/codec.ts';
import { descriptorDigest } from '../../models/descriptor.ts';
import { cogModel, openaiModel, type MadeModel } from '../../models/text-models.ts';
import { sha256 } from '../../models/hash.ts';
import { exact } from '../graphs/exact.ts';
import { madeModel } from '../graphs/made-model.ts';
import type { ModelRef } from '../protocol.ts';
import {
  COG_INPUT,
  cogTestServer,
  openaiTestServer,
  testServer,
  json,
  type TestServer,
} from '../servers/test-servers.ts';
import { cogHealth, cogSchemaOf } from '../servers/cog-server.ts';
import { openaiModels } from '../servers/openai-server.ts';
import { cogRuntime } from './cog.ts';
import { runtimeCompliance, type Specimen } from './compliance.ts';
import { onnxRuntime } from './onnx.ts';
import { openaiRuntime } from './openai.ts';
import type { Runtime } from './runtime.ts';
import { webgpuRuntime } from './test-webgpu.ts';
import { swiftShader } from '../test-swiftshader.ts';

const code = (value: string): object => expect.objectContaining({ code: value });
const words = { name: 'sample', author: '', description: '' };
const servers: TestServer[] = [];
const serve = async (made: Promise<TestServer>): Promise<TestServer> => {
  const server = await made;
  servers.push(server);
  return server;
};
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'folkmoot-runtimes-'));
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});
afterAll(() => rm(folder, { recursive: true }));

function refOf({ manifest, bytes }: MadeModel, server: string): ModelRef {
  const { name, inputs, outputs, runtime, file } = manifest;
  return {
    name,
    path: '',
    digest: file.digest,
    bytes: file.bytes,
    inputs,
    outputs,
    optimise: 'all',
    runtime,
    memoryBytes: 1,
    content: bytes,
    server,
  };
}
const changed = (model: ModelRef): ModelRef => ({ ...model, content: Buffer.from(model.content!).fill(32, 3, 4) });
const CHAT = { model: 'model-a', kind: 'chat', system: 'Be brief.', maxTokens: 8 } as const;
const prompt = (text: string): Uint8Array => writeText(text, 8_192);

/** An exact graph must give on every provider what the processor gives, to the bit. */
async function graphSpecimen(runtime: Runtime): Promise<Specimen> {
  const graph = exact();
  const path = join(folder, 'exact.onnx');
  const other = join(folder, 'other.onnx');
  await writeFile(path, graph.bytes);
  await writeFile(other, graph.bytes.with(graph.bytes.length - 1, 255));
  const session = await onnxRuntime.load(graph.bytes, madeModel(graph, path));
  const expected = sha256(await session.run(graph.input));
  return {
    runtime,
    model: madeModel(graph, path),
    changed: { ...madeModel(graph, other), digest: sha256(graph.bytes) },
    input: graph.input,
    right: (output) => sha256(output) === expected,
    endless: null,
    progress: false,
  };
}

runtimeCompliance('onnx on the processor', () => graphSpecimen(onnxRuntime));

const driver = swiftShader();
describe.skipIf(driver === undefined)('with a software driver for a card', () => {
  let card: Awaited<ReturnType<typeof webgpuRuntime>>;
  beforeAll(async () => {
    card = await webgpuRuntime(driver!);
  });
  afterAll(() => card.close());
  runtimeCompliance('onnx on WebGPU', () => graphSpecimen(card.runtime));
});

runtimeCompliance('openai', async (): Promise<Specimen> => {
  const server = await serve(openaiTestServer());
  const model = refOf(openaiModel(CHAT, words), server.url);
  return {
    runtime: openaiRuntime,
    model,
    changed: changed(model),
    input: prompt('one two three'),
    right: (output) => readText(output) === 'three two one',
    endless: { input: prompt('endless'), underWay: () => server.heard(/chat/) },
    progress: true,
  };
});

const COG = {
  image: null,
  schema: descriptorDigest(COG_INPUT),
  prompt: 'prompt',
  seed: 'seed',
  constants: { steps: 4 },
};
runtimeCompliance('cog', async (): Promise<Specimen> => {
  const server = await serve(cogTestServer());
  const model = refOf(cogModel(COG, words), server.url);
  return {
    runtime: cogRuntime,
    model,
    changed: changed(model),
    input: prompt('hello'),
    right: (output) => readText(output) === 'hello+0+4',
    endless: { input: prompt('endless'), underWay: () => server.heard(/PUT/) },
    progress: false,
  };
});

describe('servers of the person’s own', () => {
  it('openai: models are listed from the server; temperature 0 and a seed are sent; vectors keep their length', async () => {
    const server = await serve(openaiTestServer());
    expect(await openaiModels(server.url)).toEqual(['model-a', 'model-b']);
    expect(await openaiModels(`${server.url}/v1`)).toEqual(['model-a', 'model-b']);
    const ref = refOf(openaiModel(CHAT, words), server.url);
    const session = await openaiRuntime.load(ref.content!, ref);
    await session.run(prompt('hi'));
    expect(server.bodies.at(-1)).toMatchObject({
      temperature: 0,
      seed: 0,
      max_tokens: 8,
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'hi' },
      ],
    });
    const embed = (dimensions: number): ModelRef =>
      refOf(openaiModel({ ...CHAT, kind: 'embeddings' }, words, dimensions), server.url);
    const vectors = await openaiRuntime.load(embed(4).content!, embed(4));
    expect([...new Float32Array((await vectors.run(prompt('abba'))).buffer)]).toEqual([2, 2, 0, 0]);
    const longer = await openaiRuntime.load(embed(5).content!, embed(5));
    await expect(longer.run(prompt('abba'))).rejects.toThrow(code('OUTPUT_SIZE'));
  });

  it('openai: a model that is not there, a server that is gone, one that floods and one that lies', async () => {
    const server = await serve(openaiTestServer());
    const absent = refOf(openaiModel({ ...CHAT, model: 'model-z' }, words), server.url);
    await expect(openaiRuntime.load(absent.content!, absent)).rejects.toThrow(code('MODEL_REFUSED'));
    const ref = refOf(openaiModel(CHAT, words), server.url);
    const session = await openaiRuntime.load(ref.content!, ref);
    await expect(session.run(prompt('flood'))).rejects.toThrow(code('SERVER_ANSWER'));
    await server.close();
    servers.length = 0;
    await expect(session.run(prompt('hi'))).rejects.toThrow(code('SERVER_GONE'));
    const liar = await serve(testServer((_, response) => json(response, { data: 'no list' })));
    await expect(openaiModels(liar.url)).rejects.toThrow(code('SERVER_ANSWER'));
    const mover = await serve(
      testServer((_, response) => void response.writeHead(302, { location: 'http://example.com/' }).end()),
    );
    await expect(openaiModels(mover.url)).rejects.toThrow(code('SERVER_ANSWER'));
  });

  it('a server that drips its answer is not waited for without end', async () => {
    const drops: NodeJS.Timeout[] = [];
    const server = await serve(
      testServer((_, response) => void drops.push(setInterval(() => response.write(' '), 20))),
    );
    try {
      await expect(cogHealth(server.url, 200)).rejects.toThrow(code('SERVER_GONE'));
      await expect(cogSchemaOf(server.url, 200)).rejects.toThrow(code('SERVER_GONE'));
      await expect(openaiModels(server.url, 200)).rejects.toThrow(code('SERVER_GONE'));
    } finally {
      for (const drop of drops) clearInterval(drop);
    }
  });

  it('cog: what a stranger writes never reaches an input that the server would fetch from an address', async () => {
    const properties = {
      prompt: { type: 'string', format: 'uri' },
      text: { anyOf: [{ type: 'string', format: 'uri' }, { type: 'null' }] },
      pictures: { type: 'array', items: { type: 'string', format: 'uri' } },
      input: { type: 'string', description: 'any text, in the "format": you like' },
      seed: { type: 'integer' },
    };
    const server = await serve(
      testServer(({ url }, response) =>
        json(
          response,
          url === '/health-check' ? { status: 'READY' } : { components: { schemas: { Input: { properties } } } },
        ),
      ),
    );
    const { digest: schema, texts, fetched } = await cogSchemaOf(server.url);
    expect(texts).toEqual(['input']);
    expect(fetched).toEqual(['prompt', 'text', 'pictures']);
    const cog = { image: null, schema, prompt: 'input', seed: 'seed', constants: {} };
    const load = (changes: object): Promise<unknown> => {
      const ref = refOf(cogModel({ ...cog, ...changes }, words), server.url);
      return cogRuntime.load(ref.content!, ref);
    };
    await load({});
    for (const wrong of [{ prompt: 'prompt' }, { prompt: 'text' }, { constants: { pictures: 'http://192.168.1.1/' } }])
      await expect(load(wrong)).rejects.toThrow(code('MODEL_REFUSED'));
  });

  it('cog: health and inputs; another version of the model and a failed prediction are told apart', async () => {
    const server = await serve(cogTestServer());
    expect(await cogHealth(server.url)).toBe('READY');
    expect(await cogSchemaOf(server.url)).toEqual({
      digest: COG.schema,
      inputs: ['prompt', 'seed', 'steps'],
      texts: ['prompt'],
      fetched: [],
    });
    const other = refOf(cogModel({ ...COG, schema: sha256(new Uint8Array(1)) }, words), server.url);
    await expect(cogRuntime.load(other.content!, other)).rejects.toThrow(code('MODEL_CHANGED'));
    const ref = refOf(cogModel(COG, words), server.url);
    const session = await cogRuntime.load(ref.content!, ref);
    await expect(session.run(prompt('fail'))).rejects.toThrow(code('RUN_FAILED'));
    const cancel = new AbortController();
    const run = expect(
      session.run(prompt('endless'), { signal: cancel.signal, progress: () => undefined }),
    ).rejects.toThrow(code('CANCELLED'));
    await server.heard(/PUT/);
    cancel.abort();
    await run;
    expect(server.asked.at(-1)).toMatch(/^POST \/predictions\/.*\/cancel$/);
  });
});
