import { randomBytes } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toErrorView } from '../../src-shared/domain/errors.ts';
import type { BenchmarkScore, Provider, ProviderCheck } from '../../src-shared/domain/machine.ts';
import type { Log } from '../log.ts';
import type { Spawner } from '../process/spawner.ts';
import type { LanePlace, ProviderTrials } from './control.ts';
import { explain } from './explain.ts';
import { cnn } from './graphs/cnn.ts';
import { exact } from './graphs/exact.ts';
import { GRAPH_SET, type MadeGraph } from './graphs/graph-set.ts';
import { difference, madeModel } from './graphs/made-model.ts';
import { Lane, type LaneOptions } from './lane.ts';

export interface TrialOptions {
  readonly spawner: Spawner;
  readonly log: Log;
  /** Folder for graphs and processes; a temporary one when absent. */
  readonly scratch?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Each graph of the benchmark runs for so long. */
  readonly benchmarkMs?: number;
}

const MEBIBYTE = 1024 * 1024;
/** Software drivers compile for some seconds. */
const RUN_MS = 90_000;
const LEAST_RUNS = 3;

/** Tries providers in processes of their own: what a driver does to them happens to nobody else. */
export class Trials implements ProviderTrials {
  readonly #options: TrialOptions;
  #count = 0;
  readonly #expected = new Map<string, Promise<Uint8Array>>();

  constructor(options: TrialOptions) {
    this.#options = options;
  }

  async tryProvider(place: LanePlace, provider: Provider): Promise<ProviderCheck> {
    const notes: string[] = [];
    const nothing = { provider, runMs: null, difference: null } as const;
    try {
      return await this.#with(place, provider, notes, async (run) => {
        let [gap, runMs] = [0, 0];
        for (const graph of [exact(), cnn()]) {
          // The first run compiles; the second shows how fast it is.
          await run(graph, 1);
          const { output, elapsedMs } = await run(graph, 1);
          gap = Math.max(gap, difference(output, await this.#reference(graph)));
          runMs = elapsedMs[0] ?? 0;
        }
        return { provider, state: 'ran', runMs, difference: gap, cause: null, fix: null };
      });
    } catch (error) {
      const told = [...notes, toErrorView(error).message].join(' · ');
      this.#options.log(`${place.device}: ${provider}: ${told}`);
      return { ...nothing, ...explain(provider, told, process.platform) };
    }
  }

  async benchmark(place: LanePlace, provider: Provider): Promise<readonly BenchmarkScore[]> {
    const { benchmarkMs = 400, log } = this.#options;
    const scores: BenchmarkScore[] = [];
    try {
      await this.#with(place, provider, [], async (run) => {
        for (const [name, make] of Object.entries(GRAPH_SET)) {
          const graph = make();
          await run(graph, 1);
          let [runs, spent] = [0, 0];
          while (spent < benchmarkMs || runs < LEAST_RUNS) {
            const { elapsedMs } = await run(graph, LEAST_RUNS);
            runs += elapsedMs.length;
            spent += elapsedMs.reduce((sum, ms) => sum + ms, 0);
          }
          scores.push({
            graph: name,
            device: place.device,
            provider,
            runsPerSecond: (runs * 1_000) / spent,
            at: Date.now(),
          });
        }
      });
    } catch (error) {
      // What ran before it counts.
      log(`${place.device}: benchmark on ${provider}: ${toErrorView(error).message}`);
    }
    return scores;
  }

  /** What the processor computes. */
  #reference(graph: MadeGraph): Promise<Uint8Array> {
    const known = this.#expected.get(graph.name);
    if (known !== undefined) return known;
    const place: LanePlace = { device: 'cpu', providers: ['cpu'], index: null, lanes: 1 };
    const made = this.#with(place, 'cpu', [], async (run) => (await run(graph, 1)).output);
    this.#expected.set(graph.name, made);
    made.catch(() => this.#expected.delete(graph.name));
    return made;
  }

  async #with<T>(
    place: LanePlace,
    provider: Provider,
    notes: string[],
    work: (
      run: (graph: MadeGraph, count: number) => Promise<{ output: Uint8Array; elapsedMs: Float64Array }>,
    ) => Promise<T>,
  ): Promise<T> {
    const {
      spawner,
      log,
      env,
      scratch = join(tmpdir(), `folkmoot-trials-${randomBytes(8).toString('hex')}`),
    } = this.#options;
    const folder = join(scratch, `trial-${this.#count++}`);
    const options: LaneOptions = {
      spawner,
      log,
      entry: 'worker',
      scratch: join(folder, 'lane'),
      providers: [provider],
      index: place.index,
      sessionBytes: 512 * MEBIBYTE,
      memoryBytes: 4_096 * MEBIBYTE,
      idleMs: 60_000,
      backoffMs: [1],
      ...(env === undefined ? {} : { env }),
    };
    const ignore = (): void => undefined;
    const lane = new Lane(options, {
      changed: ignore,
      progress: ignore,
      checkpoint: ignore,
      note: (text) => notes.push(text),
    });
    try {
      await mkdir(folder, { recursive: true });
      return await work(async (graph, count) => {
        const path = join(folder, `${graph.name}.onnx`);
        await writeFile(path, graph.bytes);
        const input = Buffer.concat(Array.from({ length: count }, () => graph.input));
        const model = this.#model(graph, path);
        const answer = await lane.run(model, { method: 'run', count, input }, RUN_MS);
        return { output: lane.open(answer.output), elapsedMs: answer.elapsedMs };
      });
    } finally {
      await lane.stop();
      await rm(folder, { recursive: true, force: true });
      if (this.#options.scratch === undefined) await rm(scratch, { recursive: true, force: true });
    }
  }

  readonly #models = new Map<string, ReturnType<typeof madeModel>>();

  /** The same object for the same file: that is how a lane recognises what it has loaded. */
  #model(graph: MadeGraph, path: string): ReturnType<typeof madeModel> {
    const known = this.#models.get(path);
    if (known !== undefined) return known;
    const made = madeModel(graph, path);
    this.#models.set(path, made);
    return made;
  }
}
