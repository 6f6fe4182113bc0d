import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cogHealth } from '../servers/cog-server.ts';
import type { Containers } from './containers.ts';
import { VERSION_ARGS } from './docker-args.ts';
import { dockerProgram } from './docker.ts';
import { kill, pinned, testDocker, type TestDocker } from './test-docker.ts';

/** Against a stand-in for the docker program, with real processes behind it; no Docker engine runs in the tests. */

const code = (value: string): object => expect.objectContaining({ code: value });
let world: TestDocker;
beforeEach(() => {
  world = testDocker();
});
afterEach(() => world.clean());

const stateOf = (node: Containers, image: string) => node.view().containers.find((each) => each.image === image);
async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    if (tries > 1_000) throw new Error('it did not come true in time');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
const runs = (): number => world.asked().filter(([command]) => command === 'run').length;
const added = (...images: string[]): Promise<Containers> => filled(world.node(), images);
/** As if its node had been killed: it sees nothing of what happens to what it started. */
const blind = (...images: string[]): Promise<Containers> => filled(world.node({}, { lookMs: 2 ** 30 }), images);
async function filled(node: Containers, images: readonly string[]): Promise<Containers> {
  await node.start();
  for (const image of images) await node.add(image);
  return node;
}

// The stand-in is started by a shell script.
describe.skipIf(process.platform === 'win32')('containers', () => {
  test('one is added, started by hand, answers, and is gone with its network when it is stopped', async () => {
    const { ready } = world.images;
    const node = await added(ready);
    expect(node.view()).toMatchObject({
      engine: { state: 'ready', version: '0.0.0-stand-in' },
      containers: [{ image: ready, state: 'stopped', trouble: null }],
    });
    await node.startOne(ready);
    await until(() => stateOf(node, ready)?.state === 'ready');
    expect(stateOf(node, ready)).toMatchObject({ byHand: true });
    expect(await node.use(ready, undefined, (url) => cogHealth(url))).toBe('READY');
    expect(world.there()).toEqual({ containers: 1, networks: 1 });
    await node.stopOne(ready);
    expect(stateOf(node, ready)).toMatchObject({ state: 'stopped', byHand: false });
    expect(world.there()).toEqual({ containers: 0, networks: 0 });
    expect(runs()).toBe(1);
  });

  test('without the program, without the engine and without the image, why and what would help is said', async () => {
    const none = world.node({ docker: dockerProgram({ PATH: '' }, []) });
    await none.start();
    expect(none.view().engine).toMatchObject({ state: 'absent', trouble: { message: /not installed/ } });
    await expect(none.add(world.images.ready)).rejects.toThrow(code('DOCKER_ABSENT'));

    world.down(true);
    const node = world.node();
    await node.start();
    expect(node.view().engine.trouble).toMatchObject({
      message: expect.stringContaining('Cannot connect to the Docker daemon'),
      remedy: expect.stringContaining('Start Docker'),
    });
    await expect(node.add(world.images.ready)).rejects.toThrow(code('DOCKER_ABSENT'));
    world.down(false);

    // It is there again: nobody needs to say so.
    const missing = pinned('stand-in/nowhere');
    await expect(node.add(missing)).rejects.toThrow(code('CONTAINER_IMAGE'));
    await expect(node.add(missing)).rejects.toMatchObject({
      remedy: expect.stringContaining(`docker pull ${missing}`),
    });
    expect(node.view()).toMatchObject({ engine: { state: 'ready' }, containers: [] });
    // It pulled nothing, and nothing was started.
    expect([...new Set(world.asked().map(([command]) => command))].toSorted()).not.toContain('pull');
    expect(runs()).toBe(0);
  });

  test('an engine that goes away later is said at the start, and found again by the next job', async () => {
    const { ready } = world.images;
    const node = await added(ready);
    world.down(true);
    await node.startOne(ready);
    await until(() => stateOf(node, ready)?.state === 'failed');
    expect(stateOf(node, ready)?.trouble).toMatchObject({ code: 'DOCKER_ABSENT' });
    await node.look();
    await expect(node.use(ready, undefined, cogHealth)).rejects.toThrow(code('DOCKER_ABSENT'));
    world.down(false);
    await until(() => (stateOf(node, ready)?.since ?? 0) < Date.now() - 200);
    expect(await node.use(ready, undefined, (url) => cogHealth(url))).toBe('READY');
  });

  test.each([
    // On a slow machine not even its process answers by then.
    ['starting', /in time/],
    ['broken', /could not be set up/],
    ['ends', /ended by itself with code 3/],
  ] as const)(
    'one that is %s fails, says why and leaves nothing; a job is not told to wait for ever',
    async (which, why) => {
      const image = world.images[which];
      const node = world.node({}, { startMs: which === 'starting' ? 1_000 : 20_000, backoffMs: [60_000] });
      await node.add(image);
      await expect(node.use(image, undefined, cogHealth)).rejects.toMatchObject({
        code: 'CONTAINER',
        message: expect.stringMatching(why),
      });
      expect(stateOf(node, image)).toMatchObject({ state: 'failed', againAt: null, trouble: { code: 'CONTAINER' } });
      expect(world.there()).toEqual({ containers: 0, networks: 0 });
      // The next job does not start it at once again.
      await expect(node.use(image, undefined, cogHealth)).rejects.toMatchObject({
        message: expect.stringMatching(why),
        remedy: expect.stringContaining('seconds'),
      });
      expect(runs()).toBe(1);
    },
  );

  test('two that want it at once start one; a job that waits too long is told so', async () => {
    const { ready, starting } = world.images;
    const node = world.node({}, { waitMs: 20_000 });
    await node.add(ready);
    const asked = [1, 2, 3].map(() => node.use(ready, undefined, (url) => cogHealth(url)));
    await node.startOne(ready);
    expect(await Promise.all(asked)).toEqual(['READY', 'READY', 'READY']);
    expect(runs()).toBe(1);
    expect(world.there().containers).toBe(1);
    await node.stopOne(ready);

    const impatient = world.node({}, { waitMs: 300 });
    await impatient.add(starting);
    await expect(impatient.use(starting, undefined, cogHealth)).rejects.toMatchObject({
      code: 'CONTAINER',
      message: expect.stringContaining('was not ready within'),
    });
    expect(stateOf(impatient, starting)?.state).toBe('starting');
    await expect(impatient.use(starting, AbortSignal.abort(), cogHealth)).rejects.toThrow(code('CANCELLED'));
    // A stop in the middle of a start leaves nothing either.
    await impatient.stopOne(starting);
    expect(world.there()).toEqual({ containers: 0, networks: 0 });
  });

  test('one that died is started again, later each time, and in the end left alone', async () => {
    const { ready } = world.images;
    const node = await added(ready);
    await node.startOne(ready);
    for (const times of [1, 2]) {
      await until(() => stateOf(node, ready)?.state === 'ready');
      expect(runs()).toBe(times);
      world.pids().forEach(kill);
      await until(() => stateOf(node, ready)?.state === 'failed');
      const { trouble, againAt, since } = stateOf(node, ready) ?? {};
      expect(trouble?.message).toMatch(/ended by itself with code 137/);
      expect((againAt ?? 0) - (since ?? 0)).toBeGreaterThanOrEqual(times * 100 - 5);
    }
    await until(() => stateOf(node, ready)?.state === 'ready');
    world.pids().forEach(kill);
    await until(() => stateOf(node, ready)?.state === 'failed');
    expect(stateOf(node, ready)).toMatchObject({ againAt: null, byHand: false });
    // By hand it may always be tried.
    await node.startOne(ready);
    await until(() => stateOf(node, ready)?.state === 'ready');
  });

  test('one that was started for a job ends when nothing has needed it for a while; by hand it stays', async () => {
    const { ready } = world.images;
    const node = world.node({}, { idleMs: 1 });
    // A program is not started and over within a millisecond.
    const moment = (): Promise<unknown> => world.docker(VERSION_ARGS);
    await node.add(ready);
    await node.use(ready, undefined, moment);
    expect(stateOf(node, ready)?.state).toBe('ready');
    await until(() => stateOf(node, ready)?.state === 'stopped');
    await until(() => world.there().containers === 0);
    // Begun for a job, and then the person wants it.
    await node.use(ready, undefined, (url) => cogHealth(url));
    await node.startOne(ready);
    await moment();
    expect(stateOf(node, ready)?.state).toBe('ready');
    // A job in between makes no difference.
    await node.use(ready, undefined, (url) => cogHealth(url));
    await moment();
    expect(stateOf(node, ready)?.state).toBe('ready');
  });

  test('one runs at a time: who has nothing to do makes room, who works or was started by hand does not', async () => {
    const { ready, other } = world.images;
    const node = world.node({}, { waitMs: 400 });
    await node.add(ready);
    await node.add(other);
    const patient = world.node();
    expect(patient.view().containers.map(({ image }) => image)).toEqual([ready, other]);

    let finish = (): void => undefined;
    const work = patient.use(ready, undefined, () => new Promise<void>((resolve) => (finish = resolve)));
    await until(() => stateOf(patient, ready)?.state === 'ready');
    await expect(patient.startOne(other)).rejects.toThrow(code('CONTAINER_BUSY'));
    const next = patient.use(other, undefined, (url) => cogHealth(url));
    expect(stateOf(patient, other)?.state).toBe('stopped');
    finish();
    await work;
    expect(await next).toBe('READY');
    expect(stateOf(patient, ready)?.state).toBe('stopped');
    expect(world.there().containers).toBe(1);
    await patient.startOne(ready);
    await expect(patient.use(other, undefined, cogHealth)).rejects.toThrow(code('CONTAINER_BUSY'));
    await patient.stop();
  });

  test('what an earlier run of this node left is cleared away, what belongs to another stays', async () => {
    const { ready, other } = world.images;
    const crashed = await blind(ready, other);
    await crashed.startOne(ready);
    const stranger = world.node({ owner: () => 'bbbbbbbbbbbbbbbb' });
    await stranger.startOne(other);
    await until(() => stateOf(crashed, ready)?.state === 'ready' && stateOf(stranger, other)?.state === 'ready');
    expect(world.there()).toEqual({ containers: 2, networks: 2 });

    const next = world.node();
    await next.start();
    expect(world.there()).toEqual({ containers: 1, networks: 1 });
    // Its list is that of the run before.
    expect(next.view().containers.map(({ image, state }) => [image, state])).toEqual([
      [ready, 'stopped'],
      [other, 'stopped'],
    ]);
    expect(await stranger.use(other, undefined, (url) => cogHealth(url))).toBe('READY');
  });

  test('leftovers go as soon as an engine answers that did not at the start', async () => {
    const { ready } = world.images;
    const crashed = await blind(ready);
    await crashed.startOne(ready);
    await until(() => stateOf(crashed, ready)?.state === 'ready');
    world.down(true);
    const next = world.node();
    await next.start();
    world.down(false);
    await next.look();
    expect(world.there()).toEqual({ containers: 0, networks: 0 });
    // Once: what this node starts itself is not touched by the next look.
    await next.startOne(ready);
    await until(() => stateOf(next, ready)?.state === 'ready');
    await next.look();
    expect(stateOf(next, ready)?.state).toBe('ready');
    expect(world.there().containers).toBe(1);
  });

  test('when the node stops nothing of it runs any more, and nothing is started after it', async () => {
    const { ready } = world.images;
    const node = await added(ready);
    await node.startOne(ready);
    await until(() => stateOf(node, ready)?.state === 'ready');
    const [pid = 0] = world.pids();
    await node.stop();
    expect(world.there()).toEqual({ containers: 0, networks: 0 });
    await until(() => !alive(pid));
    await expect(node.use(ready, undefined, cogHealth)).rejects.toThrow(code('CONTAINER'));
    await expect(node.startOne(ready)).rejects.toThrow(code('CONTAINER'));
    expect(world.there().containers).toBe(0);
  });

  test('one that is removed is stopped and forgotten; names that nobody added reach no program', async () => {
    const { ready, other } = world.images;
    const node = await added(ready);
    await node.startOne(ready);
    await until(() => stateOf(node, ready)?.state === 'ready');
    await node.remove(ready);
    expect(world.there()).toEqual({ containers: 0, networks: 0 });
    expect(world.node().view().containers).toEqual([]);
    const before = world.asked().length;
    for (const text of [other, '--privileged', `--help@sha256:${'5'.repeat(64)}`, '', 'x'.repeat(300)]) {
      await expect(node.startOne(text)).rejects.toThrow(code('CONTAINER_UNKNOWN'));
      await expect(node.stopOne(text)).rejects.toThrow(code('CONTAINER_UNKNOWN'));
      await expect(node.use(text, undefined, cogHealth)).rejects.toThrow(code('CONTAINER_UNKNOWN'));
      if (text !== other) await expect(node.add(text)).rejects.toThrow(code('CONTAINER_IMAGE'));
    }
    expect(world.asked().length).toBe(before);
  });
});

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
