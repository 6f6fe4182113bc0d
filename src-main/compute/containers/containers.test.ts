import { expect, test } from 'vitest';
import { startContainer, type ContainerOptions } from './container.ts';
import { networkArgs, runArgs } from './docker-args.ts';

const limits = { memoryBytes: 2 ** 31, cpus: 1.5, gpus: false };
const image = `example/model@sha256:${'a'.repeat(64)}`;

test('a container has no way out, writes to memory only, and is bounded', () => {
  const args = runArgs({ image, name: 'n', network: 'net', port: 7_000, limits });
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
  ])
    expect(line).toContain(wanted);
  expect(args.at(-1)).toBe(image);
  expect(line).not.toMatch(/--privileged|--volume|--mount|docker\.sock|--gpus/);
  expect(networkArgs('net')).toContain('--internal');
  expect(runArgs({ image, name: 'n', network: 'net', port: 1, limits: { ...limits, gpus: true } }).join(' ')).toContain(
    '--gpus all',
  );
});

/** A docker program that only writes down what it was asked; there is no Docker engine in the tests. */
function recorded(fails: RegExp | null, readyAfter: number): { options: ContainerOptions; asked: string[] } {
  const asked: string[] = [];
  let looks = 0;
  return {
    asked,
    options: {
      log: () => undefined,
      pause: async () => undefined,
      ready: async () => ++looks > readyAfter,
      docker: async (args) => {
        asked.push(args.slice(0, 2).join(' '));
        if (fails?.test(args.join(' '))) throw new Error('no such image');
        return '';
      },
    },
  };
}

test('it is waited for, and container and network are gone after the stop', async () => {
  const { options, asked } = recorded(null, 3);
  const container = await startContainer(image, 7_001, limits, options);
  expect(container.url).toBe('http://127.0.0.1:7001');
  expect(asked).toEqual(['network create', 'run --detach']);
  await container.stop();
  expect(asked.slice(2)).toEqual(['rm --force', 'network rm']);
});

test.each([
  ['the image is missing', /^run/, 0],
  ['it never becomes ready', null, Number.POSITIVE_INFINITY],
] as const)('nothing stays when %s', async (_, fails, readyAfter) => {
  const { options, asked } = recorded(fails, readyAfter);
  await expect(startContainer(image, 7_002, limits, options)).rejects.toThrow(
    expect.objectContaining({ code: 'CONTAINER' }),
  );
  expect(asked.slice(-2)).toEqual(['rm --force', 'network rm']);
});
