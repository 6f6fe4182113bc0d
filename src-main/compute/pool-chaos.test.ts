import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { drawDigit } from '../models/digits.ts';
import { ModelLibrary } from '../models/library.ts';
import { seeded } from '../models/random.ts';
import { doublingModel, sampleManifest } from '../models/samples.ts';
import { mlp } from './graphs/mlp.ts';
import type { Job } from './job.ts';
import { LARGE_BYTES } from './payload.ts';
import { countingModel, floats, jobOf, testPools, type TestModel, type TestPools } from './test-pool.ts';

const TASKS = 1_000;
const KILLS = 200;
/** Tasks that wait or run at any time. */
const AT_ONCE = 24;
/** A lane dies after each so many tasks, until all kills are done. */
const EVERY = 4;

interface Task {
  readonly job: Job;
  readonly right: (output: Uint8Array) => boolean;
}

let world: TestPools;
let makers: ReadonlyArray<(key: string, number: number) => Task>;

beforeAll(async () => {
  world = await testPools();
  const library = new ModelLibrary({
    builtIn: join(import.meta.dirname, '../../resources/models'),
    folder: world.folder,
    log: () => undefined,
  });
  const shipped = (await library.list()).find(({ manifest }) => manifest.name.toLowerCase().includes('digit'))!;
  const digits: TestModel = { manifest: shipped.manifest, modelPath: shipped.path };
  const graph = mlp();
  const verification = { kind: 'tolerance', atol: 1e-4, rtol: 1e-4 };
  const float = await world.model('mlp', {
    bytes: graph.bytes,
    manifest: sampleManifest(graph.bytes, graph.inputs, graph.outputs, { verification }),
  });
  const counting = await world.model('counting', countingModel(1));
  const large = await world.model('large', doublingModel(LARGE_BYTES / 4 + 1));
  const calm = await world.open();
  const drawings = Array.from({ length: 10 }, (_, digit) => drawDigit(digit, 2 ** 30 + digit));
  const run = async (model: TestModel, input: Uint8Array): Promise<Uint8Array> =>
    (await calm.run({ key: 'calm', ...model, input, timeoutMs: 600_000 })).output;
  const scores: Uint8Array[] = [];
  for (const drawing of drawings) scores.push(await run(digits, drawing));
  const inner = await run(float, graph.input);
  await world.close();
  const base = { timeoutMs: 600_000 };
  const same = (expected: Uint8Array) => (output: Uint8Array) => Buffer.compare(output, expected) === 0;
  makers = [
    (key, number) => ({
      job: { key, ...base, ...digits, input: drawings[number % 10]! },
      right: same(scores[number % 10]!),
    }),
    (key) => ({ job: { key, ...base, ...float, input: graph.input }, right: same(inner) }),
    (key, number) => ({
      job: jobOf(counting, key, [number], { steps: { count: 12, every: 3, feed: [{ output: 'y', input: 'x' }] } }),
      right: (output) => floats(output)[0] === number + 12,
    }),
    (key, number) => {
      const values = new Float32Array(LARGE_BYTES / 4 + 1).fill(number);
      return {
        job: { key, ...base, ...large, input: new Uint8Array(values.buffer) },
        right: same(new Uint8Array(values.map((value) => value * 2).buffer)),
      };
    },
  ];
});
afterAll(() => world.clean());

/** Memory of this process after a collection, bytes. */
function held(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

it(
  `lanes killed ${KILLS} times during ${TASKS} mixed tasks: each ends once, with the right result`,
  { timeout: 300_000 },
  async () => {
    const random = seeded(20_261_120);
    const pool = await world.open({ lanes: 2 });
    const ends = new Map<string, number>();
    /** Killed, and possibly not yet seen to be gone. */
    const dying = new Set<number>();
    const codes = new Map<string, number>();
    let [next, done, kills, wrong, refused, early] = [0, 0, 0, 0, 0, 0];

    const maybeKill = (): void => {
      if (kills * EVERY >= done || kills === KILLS) return;
      const busy = pool
        .status()
        .flatMap(({ state, pid }) => (state === 'busy' && pid !== null && !dying.has(pid) ? [pid] : []));
      const pid = busy[random.below(Math.max(1, busy.length))];
      if (pid === undefined) return;
      kills++;
      dying.add(pid);
      process.kill(pid, 'SIGKILL');
    };
    /** As the runner of tasks does: what a dead lane lost is tried again, until the pool calls it poison. */
    const finish = async ({ job, right }: Task): Promise<void> => {
      for (;;) {
        try {
          const { output } = await pool.run(job);
          ends.set(job.key, (ends.get(job.key) ?? 0) + 1);
          if (!right(output)) wrong++;
          return;
        } catch (error) {
          const { code } = error as { code: string };
          codes.set(code, (codes.get(code) ?? 0) + 1);
          if (code === 'LANE_CRASHED') continue;
          if (code !== 'POISON') throw error;
          // Two of the kills hit this one: refused as it must be, and no less computable.
          refused++;
          return finish({ job: { ...job, key: `${job.key} again` }, right });
        }
      }
    };
    const worker = async (): Promise<void> => {
      while (next < TASKS) {
        const number = next++;
        await finish(makers[random.below(makers.length)]!(`task ${number}`, number));
        done++;
        maybeKill();
        if (done === 150) early = held();
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));

    const grown = held() - early;
    const { children } = world;
    console.log(
      `${kills} kills, ${children.length} processes, ${refused} refused as poison, ${codes.get('LANE_CRASHED') ?? 0} lost runs, ` +
        `${(grown / 2 ** 20).toFixed(1)} MiB more held`,
    );
    expect({ kills, done, wrong }).toEqual({ kills: KILLS, done: TASKS, wrong: 0 });
    expect(ends.size).toBe(TASKS);
    expect([...ends.values()].every((count) => count === 1)).toBe(true);
    expect(pool.status().reduce((sum, lane) => sum + lane.done, 0)).toBe(TASKS);
    expect(pool.waiting).toBe(0);
    expect(refused).toBeLessThanOrEqual(KILLS / 2);
    // Inputs and outputs of tasks in hand are a few MiB; a leak would be a thousand of them.
    expect(grown).toBeLessThan(32 * 2 ** 20);
    expect(children.length).toBeGreaterThanOrEqual(KILLS);
    expect(children.length).toBeLessThanOrEqual(KILLS + 2);
    const pids = children.map(({ pid }) => pid!);
    await pool.stop();
    for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow();
  },
);
