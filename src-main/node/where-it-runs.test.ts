import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MACHINE } from '../tasks/causes.ts';
import type { Containers } from '../compute/containers/containers.ts';
import { testDocker, type TestDocker } from '../compute/containers/test-docker.ts';
import type { JobResult } from '../compute/job.ts';
import type { Pool } from '../compute/pool.ts';
import { testPools, type TestModel, type TestPools } from '../compute/test-pool.ts';
import { readText, writeText } from '../models/codec.ts';
import { Servers } from '../models/servers.ts';
import { sha256 } from '../models/hash.ts';
import { openStore, type Store } from '../store/open.ts';
import { Settings } from '../store/settings.ts';
import { modelOfCog } from './container-calls.ts';
import { whereIs, withServer } from './where-it-runs.ts';

/** From an image to an answer, with real processes and a stand-in for the docker program. */

const code = (value: string): object => expect.objectContaining({ code: value });
const words = { name: 'Echo', author: '', description: '' };
let docker: TestDocker;
let world: TestPools;
let store: Store;
let servers: Servers;
beforeAll(async () => {
  docker = testDocker();
  world = await testPools('caller');
  store = openStore(':memory:');
  servers = new Servers(new Settings(store));
});
afterAll(async () => {
  await docker.clean();
  await world.clean();
  store.close();
});

describe.skipIf(process.platform === 'win32')('jobs of models that name an image', () => {
  let pool: Pool;
  let containers: Containers;
  let model: TestModel;
  const ask = (text: string, of = model): Promise<JobResult> =>
    withServer({ servers, containers }, { digest: sha256(new Uint8Array(1)), ...of }, (server) =>
      pool.run({ key: text, ...of, ...server, input: writeText(text, 8_192), timeoutMs: 60_000 }),
    );

  test('its container is started for the first job, answers through the pool, and stays for the next', async () => {
    pool = await world.open();
    containers = docker.node();
    await containers.add(docker.images.ready);
    const made = await containers.use(docker.images.ready, undefined, (url) =>
      modelOfCog(url, docker.images.ready, words),
    );
    expect(made.manifest).toMatchObject({
      runtime: 'cog',
      cog: { image: docker.images.ready, prompt: 'prompt', seed: 'seed' },
    });
    model = await world.model('echo', made);
    await containers.stopOne(docker.images.ready);
    expect(docker.there().containers).toBe(0);
    expect(readText((await ask('hello')).output)).toBe('hello+0+undefined');
    expect(containers.view().containers[0]).toMatchObject({ state: 'ready', byHand: false });
    expect(readText((await ask('again')).output)).toBe('again+0+undefined');
    expect(docker.asked().filter(([command]) => command === 'run')).toHaveLength(2);
  });

  test('a container that dies in the middle fails the job in a way that is tried again, and the next one is answered', async () => {
    await expect(ask('die')).rejects.toMatchObject({
      code: 'CONTAINER',
      message: 'The container went away while it worked.',
    });
    expect(MACHINE.has('CONTAINER')).toBe(true);
    // It comes back by itself; until then jobs wait.
    expect(readText((await ask('still there')).output)).toBe('still there+0+undefined');
  });

  test('a failure of the model is no failure of the container', async () => {
    await expect(ask('fail')).rejects.toThrow(code('RUN_FAILED'));
    expect(containers.view().containers[0]?.state).toBe('ready');
  });

  test('an image that nobody added here is started by nobody', async () => {
    const before = docker.asked().length;
    const other = await world.model('other', await modelOfOther());
    await expect(ask('hello', other)).rejects.toThrow(code('NO_SERVER'));
    expect(docker.asked().length).toBe(before);
  });

  test('a container whose inputs are not those of the model is not asked', async () => {
    const { manifest } = model;
    if (manifest.runtime !== 'cog') throw new Error('a cog model');
    const changed = await world.model('changed', await modelOfOther(docker.images.ready, `0x${'1'.repeat(64)}`));
    await expect(ask('hello', changed)).rejects.toThrow(code('MODEL_CHANGED'));
  });

  test('after the node stopped no container is left', async () => {
    await pool.stop();
    await containers.stop();
    expect(docker.there()).toEqual({ containers: 0, networks: 0 });
  });

  async function modelOfOther(image: string = docker.images.other, schema = `0x${'2'.repeat(64)}`) {
    const { cogModel } = await import('../models/text-models.ts');
    return cogModel(
      { image, schema: schema as `0x${string}` as never, prompt: 'prompt', seed: null, constants: {} },
      words,
    );
  }
});

test('a server is on this machine by any of its addresses and names', async () => {
  const own = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  const addresses = own.filter(({ family }) => family === 'IPv4').map(({ address }) => address);
  for (const host of ['127.0.0.1', '127.8.8.8', 'localhost', '[::1]', ...addresses])
    expect(await whereIs(`http://${host}:11434`)).toBe('here');
  expect(await whereIs('http://10.255.255.254:11434/v1')).toBe('elsewhere');
});
