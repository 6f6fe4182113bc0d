import { expect, test } from 'vitest';
import { DEVICE_LIMITS } from '../../../src-shared/domain/machine.ts';
import { startContainer, type ContainerOptions } from './container.ts';
import { imageArgs, networkArgs, runArgs } from './docker-args.ts';
import { imageRef } from './image-ref.ts';
import { containerLimits } from './limits.ts';

const limits = { memoryBytes: 2 ** 31, cpus: 1.5, gpus: false };
const digest = 'a'.repeat(64);
const image = imageRef(`example/model@sha256:${digest}`);
const owner = '0123456789abcdef';
const code = (value: string): object => expect.objectContaining({ code: value });

test('a container has no way out, writes to memory only, and is bounded', () => {
  const plan = { image, name: 'n', network: 'net', owner, port: 7_000, limits };
  const args = runArgs(plan);
  const line = args.join(' ');
  for (const wanted of [
    '--network net',
    '--publish 127.0.0.1:7000:5000',
    '--read-only',
    '--tmpfs /tmp:',
    '--memory 2147483648 --memory-swap 2147483648',
    '--cpus 1.5',
    '--pids-limit 256',
    '--cap-drop ALL',
    '--security-opt no-new-privileges',
    '--pull=never',
    '--restart=no',
    '--log-driver none',
    `--label folkmoot=1 --label folkmoot.profile=${owner}`,
  ])
    expect(line).toContain(wanted);
  expect(args.at(-1)).toBe(image);
  expect(line).not.toMatch(/--privileged|--volume|--mount|docker\.sock|--gpus/);
  expect(networkArgs('net', owner)).toContain('--internal');
  expect(runArgs({ ...plan, limits: { ...limits, gpus: true } }).join(' ')).toContain('--gpus all');
});

test.each([
  ['a tag', 'example/model:latest'],
  ['no digest', 'example/model'],
  ['a short digest', 'example/model@sha256:abc'],
  ['another hash', `example/model@md5:${digest}`],
  ['an option', `--privileged@sha256:${digest}`],
  ['an option behind a line', `x\n--privileged@sha256:${digest}`],
  ['a space', `a --volume=/:/host b@sha256:${digest}`],
  ['something behind it', `example/model@sha256:${digest} sh`],
  ['nothing', ''],
  ['a very long name', `${'a'.repeat(300)}@sha256:${digest}`],
])('%s is no reference of one image', (_, text) => {
  expect(() => imageRef(text)).toThrow(code('CONTAINER_IMAGE'));
});

test('what is one stands last, and begins like no option', () => {
  for (const text of [` example/model@sha256:${digest} `, `registry.lan:5000/a/b:v1@sha256:${digest}`]) {
    const ref = imageRef(text);
    expect(imageArgs(ref).at(-1)).toBe(text.trim());
    expect(ref).toMatch(/^[a-z0-9]/);
  }
});

test('it gets what the person allows the processor, and no card', () => {
  expect(containerLimits(DEVICE_LIMITS, 8, 2 ** 34)).toEqual({ memoryBytes: 2 ** 33, cpus: 1, gpus: false });
  const allowed = { ...DEVICE_LIMITS, lanes: 6, duty: 0.5, memoryBytes: 2 ** 30 };
  expect(containerLimits(allowed, 4, 2 ** 34)).toEqual({ memoryBytes: 2 ** 30, cpus: 2, gpus: false });
  expect(() => containerLimits({ ...allowed, on: false }, 4, 2 ** 34)).toThrow(code('CONTAINER'));
  expect(() => containerLimits({ ...allowed, memoryBytes: 0 }, 4, 2 ** 34)).toThrow(code('CONTAINER'));
});

/** A docker program that only writes down what it was asked; there is no Docker engine in the tests. */
function recorded(
  fails: RegExp | null,
  readyAfter: number,
  { health = 'STARTING', address = '172.20.0.2\n', port = '', state = 'true 0 false\n' } = {},
): { options: ContainerOptions; asked: string[]; urls: string[] } {
  const asked: string[] = [];
  const urls: string[] = [];
  return {
    asked,
    urls,
    options: {
      owner,
      log: () => undefined,
      pause: async () => undefined,
      late: () => urls.length > 100,
      health: async (url) => (urls.push(url) > readyAfter ? 'READY' : health),
      docker: async (args) => {
        asked.push(args.slice(0, 2).join(' '));
        if (fails?.test(args.join(' '))) throw new Error('no such image');
        if (args[0] === 'port') return port;
        if (args[0] !== 'inspect') return '';
        return args.join(' ').includes('State') ? state : address;
      },
    },
  };
}

test('it is waited for, and container and network are gone after the stop', async () => {
  const { options, asked } = recorded(null, 3);
  const container = await startContainer(image, 7_001, limits, options);
  expect(container.url).toBe('http://172.20.0.2:5000');
  expect(asked).toEqual(['network create', 'run --detach', 'inspect --format', expect.stringMatching(/^port /)]);
  await container.stop();
  expect(asked.slice(4)).toEqual(['rm --force', 'network rm']);
});

const never = Number.POSITIVE_INFINITY;
test.each([
  ['the image is missing', recorded(/^run/, 0), /no such image/],
  ['it never becomes ready', recorded(null, never), /did not become ready in time/],
  ['its model cannot be set up', recorded(null, never, { health: 'SETUP_FAILED' }), /could not be set up/],
  ['it ends', recorded(null, never, { state: 'false 3 false\n' }), /ended by itself with code 3/],
  ['it needs too much memory', recorded(null, never, { state: 'false 137 true\n' }), /more memory/],
] as const)('nothing stays when %s, and why is said', async (_, { options, asked }, why) => {
  const error = await startContainer(image, 7_002, limits, options).catch((error: unknown) => error);
  expect(error).toMatchObject({ code: 'CONTAINER', message: expect.stringMatching(why) });
  expect(asked.slice(-2)).toEqual(['rm --force', 'network rm']);
});

test('a container that answers without end is stopped all the same while it starts', async () => {
  const { options, asked } = recorded(null, never);
  const stop = new AbortController();
  const looked = Promise.withResolvers<void>();
  const health = (_: string, signal?: AbortSignal): Promise<string> =>
    new Promise((_, reject) => {
      signal?.addEventListener('abort', () => reject(new Error('aborted')));
      looked.resolve();
    });
  const starting = startContainer(image, 7_006, limits, { ...options, health, signal: stop.signal });
  await looked.promise;
  stop.abort();
  await expect(starting).rejects.toThrow(code('CONTAINER'));
  expect(asked.slice(-2)).toEqual(['rm --force', 'network rm']);
});

test('nothing but an address is asked as the address that Docker names', async () => {
  const { options, urls } = recorded(null, never, { address: '8.8.8.8.evil/?\n', port: '127.0.0.1:7003\n' });
  await expect(startContainer(image, 7_003, limits, options)).rejects.toThrow(code('CONTAINER'));
  expect([...new Set(urls)]).toEqual(['http://127.0.0.1:7003']);
});

test.each(['', '0.0.0.0:7004\n', '127.0.0.1:70041\n', '127.0.0.1:7005\n'])(
  'a program that took the port poses as no container: it is not asked where the engine says %j',
  async (port) => {
    const { options, urls } = recorded(null, 0, { port });
    const { url } = await startContainer(image, 7_004, limits, options);
    expect(url).toBe('http://172.20.0.2:5000');
    const alone = recorded(null, 0, { port, address: '' });
    const error = await startContainer(image, 7_004, limits, alone.options).catch((error: unknown) => error);
    expect(error).toMatchObject({ code: 'CONTAINER', message: expect.stringContaining('no address') });
    expect([...urls, ...alone.urls].filter((asked) => asked.includes('127.0.0.1'))).toEqual([]);
  },
);
