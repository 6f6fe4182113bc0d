import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toErrorView } from '../../src-shared/domain/errors.ts';
import type { BenchmarkScore, Provider, ProviderCheck } from '../../src-shared/domain/machine.ts';
import type { LanePlace, ProviderTrials } from './control.ts';
import { explain } from './explain.ts';
import { cnn } from './graphs/cnn.ts';
import { exact } from './graphs/exact.ts';
import { GRAPH_SET, type MadeGraph } from './graphs/graph-set.ts';
import { difference, madeModel } from './graphs/made-model.ts';
import { withLane, type OneLaneOptions } from './one-lane.ts';
import type { ModelRef } from './protocol.ts';

export interface TrialOptions extends OneLaneOptions {
  /** Each graph of the benchmark runs for so long. */
  readonly benchmarkMs?: number;
}

type Run = (
  graph: MadeGraph,
  count: number,
) => Promise<{ readonly output: Uint8Array; readonly elapsedMs: Float64Array }>;

/** Software drivers compile for some seconds. */
const RUN_MS = 90_000;
const LEAST_RUNS = 3;

/** Tries providers in processes of their own: what a driver does to them happens to nobody else. */
export class Trials implements ProviderTrials {
  readonly #options: TrialOptions;
  /** By path: the same object for the same file is how a lane recognises what it has loaded. */
  readonly #models = new Map<string, ModelRef>();
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

  #with<T>(place: LanePlace, provider: Provider, notes: string[], work: (run: Run) => Promise<T>): Promise<T> {
    const { index } = place;
    return withLane({ ...this.#options, provider, index, note: (text) => notes.push(text) }, ({ folder, run }) =>
      work(async (graph, count) => {
        const path = join(folder, `${graph.name}.onnx`);
        const known = this.#models.get(path);
        const model = known ?? madeModel(graph, path);
        if (known === undefined) {
          await writeFile(path, graph.bytes);
          this.#models.set(path, model);
        }
        return run(
          model,
          Array.from({ length: count }, () => graph.input),
          RUN_MS,
        );
      }),
    );
  }
}
