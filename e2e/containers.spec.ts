import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testDocker, type TestDocker } from '../src-main/compute/containers/test-docker.ts';
import { folkmoot } from './support/command-line.ts';
import { NodeProcess } from './support/node-process.ts';
import { onlySolver } from './support/only-solver.ts';

/**
 * A model in a Cog container, from its image to a paid answer, with whole nodes. What they take for Docker is a stand-in
 * (src-main/compute/containers/test-docker-program.ts): no Docker engine runs in the tests.
 */
const PATH = process.env['PATH'] ?? '';
let root: string;
let docker: TestDocker;
let author: NodeProcess;
let solver: NodeProcess;

// The stand-in is started by a shell script.
describe.skipIf(process.platform === 'win32')('a Cog container', () => {
  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'folkmoot-containers-'));
    docker = testDocker();
    author = new NodeProcess(join(root, 'author'), ['--no-peers']);
    await author.start();
    await author.until(
      'the author to be ready',
      (state) => state.wallet.balances !== null && state.node.stages.every((stage) => stage.state === 'ready'),
    );
    process.env['PATH'] = `${docker.bin}${delimiter}${PATH}`;
    solver = await onlySolver(root, author);
  });

  afterAll(async () => {
    process.env['PATH'] = PATH;
    await solver.stop();
    await author.stop();
    await docker.clean();
    rmSync(root, { recursive: true, force: true });
  });

  test('its model is added, registered, and asked; the task starts the container and is paid', async () => {
    const image = docker.images.ready;
    await solver.until('Docker', ({ containers }) => containers.engine.state === 'ready');
    await expect(solver.call('containers.add', { image: 'stand-in/cog:latest' })).rejects.toThrow('CONTAINER_IMAGE');
    await solver.call('containers.add', { image });
    const { digest } = await solver.call('containers.addModel', { image, name: 'Echo' });
    await solver.call('containers.stop', { image });
    expect(docker.there()).toEqual({ containers: 0, networks: 0 });
    await solver.call('models.register', { digest, modelFee: '0' as never });
    const id = await solver.until(
      'the registration',
      ({ models }) => models.find((entry) => entry.digest === digest)?.id,
    );
    await solver.call('models.optIn', { digest, on: true });
    await solver.call('models.setMinFee', { digest, minFee: '0' as never });

    const get = (): Promise<number | null> =>
      folkmoot('models', 'get', id, '--profile', author.profile).then(({ code }) => code);
    await expect.poll(get, { timeout: 60_000 }).toBe(0);
    const { key } = await author.call('tasks.ask', {
      model: digest,
      fee: '10000000000000000' as never,
      input: { kind: 'text', text: 'hello there' },
    });
    const done = await author.until('the answer', ({ tasks }) =>
      tasks.find((task) => task.key === key && task.answer !== null),
    );
    expect(done.answer!.text).toContain('hello there+0+');
    expect(solver.state.containers.containers).toMatchObject([{ image, state: 'ready', byHand: false }]);
    expect(docker.there()).toEqual({ containers: 1, networks: 1 });
  });

  test('what a killed node left is cleared away by its next run, and a stop leaves nothing', async () => {
    const image = docker.images.ready;
    const [left] = docker.pids();
    await solver.signal('SIGKILL');
    expect(docker.pids()).toEqual([left]);
    await solver.start();
    await expect.poll(() => docker.there(), { timeout: 30_000 }).toEqual({ containers: 0, networks: 0 });
    expect(solver.state.containers.containers).toMatchObject([{ image, state: 'stopped' }]);
    await solver.call('containers.start', { image });
    await solver.until('a ready container', ({ containers }) => containers.containers[0]?.state === 'ready');
    expect(docker.pids()).not.toEqual([left]);
    await solver.stop();
    expect(docker.there()).toEqual({ containers: 0, networks: 0 });
  });
});
