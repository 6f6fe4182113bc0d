import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { doublingModel, sampleManifest } from '../models/samples.ts';
import type { Child, Spawner } from '../process/spawner.ts';
import type { LanePlace } from './control.ts';
import type { Pool } from './pool.ts';
import { cpuPlace } from './places.ts';
import { floats, jobOf, testPools, until, type TestModel, type TestPools } from './test-pool.ts';

/** A card whose provider does not take one model. Its lane is real; only its word on that model is the test's. */

const code = (value: string): object => expect.objectContaining({ code: value });
const CARD: LanePlace = { device: 'gpu:test', providers: ['cpu'], index: 0, lanes: 1 };
const stop = { duty: 0, finish: false, memoryBytes: null };
const run = { ...stop, duty: 1 };

let world: TestPools;
let hard: TestModel;
let easy: TestModel;
/** How often the card was asked for the hard model. */
let asked = 0;
beforeAll(async () => {
  world = await testPools();
  easy = await world.model('easy', doublingModel(1));
  const { bytes, manifest } = doublingModel(2);
  hard = await world.model('hard', {
    bytes,
    manifest: sampleManifest(bytes, manifest.inputs, manifest.outputs, { name: 'Hard' }),
  });
});
afterEach(() => world.close());
afterAll(() => world.clean());

interface Call {
  readonly id: number;
  readonly input?: { readonly model?: { readonly define?: { readonly name: string } } };
}

function refusing(child: Child): Child {
  let tell: (message: unknown) => void = () => undefined;
  const { channel } = child;
  return {
    ...child,
    channel: {
      ...channel,
      onMessage: (listener) => {
        tell = listener;
        channel.onMessage(listener);
      },
      send: (message) => {
        const { id, input } = message as Call;
        if (input?.model?.define?.name !== 'Hard') return channel.send(message);
        asked++;
        tell({
          kind: 'error',
          id,
          error: { code: 'PROVIDER_REFUSED', message: 'webgpu does not take Hard: no kernel' },
        });
      },
    },
  };
}

async function open(log: (line: string) => void = () => undefined): Promise<Pool> {
  asked = 0;
  const spawner: Spawner = {
    spawn: (entry, options) => {
      const child = world.spawner.spawn(entry, options);
      return options?.confine?.read.some((folder) => folder.includes('gpu_test')) === true ? refusing(child) : child;
    },
  };
  const pool = await world.open({ spawner, log });
  pool.place([CARD, cpuPlace(1)]);
  return pool;
}

it('the processor computes what a card does not take; that is said, and the card is not asked again', async () => {
  const lines: string[] = [];
  const pool = await open((line) => lines.push(line));
  const all = await Promise.all([1, 2, 3].map((value) => pool.run(jobOf(hard, `k${value}`, [value, 0]))));
  expect(all.map(({ output, device }) => [floats(output)[0], device])).toEqual([
    [2, 'cpu'],
    [4, 'cpu'],
    [6, 'cpu'],
  ]);
  expect(asked).toBe(1);
  expect(pool.status()[0]).toMatchObject({
    device: 'gpu:test',
    done: 0,
    failed: 0,
    note: 'It does not take Hard, which is left to the processor.',
  });
  expect(lines).toContain('gpu:test: webgpu does not take Hard: no kernel');
  expect((await pool.run(jobOf(easy, 'easy', [1], { device: 'gpu:test' }))).device).toBe('gpu:test');
});

it('where the processor may not work it fails with a reason, and the card goes on with what it takes', async () => {
  const pool = await open();
  pool.direct('cpu', stop);
  for (let time = 0; time < 2; time++)
    await expect(pool.run(jobOf(hard, 'a', [1, 0]))).rejects.toThrow(code('PROVIDER_REFUSED'));
  expect(asked).toBe(1);
  expect((await pool.run(jobOf(easy, 'b', [1]))).device).toBe('gpu:test');
  expect(pool.status()[1]).toMatchObject({ device: 'cpu', state: 'off', done: 0 });
  pool.direct('cpu', run);
  expect((await pool.run(jobOf(hard, 'c', [1, 0]))).device).toBe('cpu');
});

it('work that was meant for that card alone is not done elsewhere', async () => {
  const pool = await open();
  const pinned = jobOf(hard, 'a', [1, 0], { device: 'gpu:test' });
  await expect(pool.run(pinned)).rejects.toThrow(code('PROVIDER_REFUSED'));
  await expect(pool.run(pinned)).rejects.toThrow(code('PROVIDER_REFUSED'));
  expect(pool.status()[1]).toMatchObject({ device: 'cpu', done: 0 });
});

it('values inside a graph are the processor’s work; where it may not work a card’s process computes them, for a court waits', async () => {
  const pool = await open();
  const probe = (key: string): Promise<number[]> =>
    pool.probe({ ...jobOf(easy, key, [3]), tensors: ['y'] }).then(({ tensors }) => floats(tensors[0]!.bytes));
  expect(await probe('with it')).toEqual([6]);
  expect(pool.status().map(({ done }) => done)).toEqual([0, 1]);
  pool.direct('cpu', stop);
  expect(await probe('without it')).toEqual([6]);
  expect(pool.status().map(({ done }) => done)).toEqual([1, 1]);
  pool.direct('gpu:test', stop);
  const waits = probe('with nothing');
  expect(pool.waiting).toBe(1);
  pool.direct('cpu', run);
  expect(await waits).toEqual([6]);
  await until(pool, () => pool.status()[1]!.done === 2);
});
