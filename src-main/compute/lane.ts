import { FolkmootError } from '../../src-shared/domain/errors.ts';
import type { Log } from '../log.ts';
import type { Spawner } from '../process/spawner.ts';
import { Supervisor, type ProcessState } from '../process/supervisor.ts';
import { ComputeError, type LaneState } from './job.ts';
import { residentBytes } from './memory.ts';
import type { LaneAnswer, LaneEvents, LaneMethods, LaneRun } from './protocol.ts';

export interface LaneOptions {
  readonly spawner: Spawner;
  readonly log: Log;
  /** Bytes of model files that stay loaded. */
  readonly sessionBytes: number;
  /** Resident memory at which the process is killed (`MEMORY`); watched on Linux only. */
  readonly memoryBytes: number;
  /** An idle lane gives its 90 MB back after this time. */
  readonly idleMs: number;
  readonly backoffMs?: readonly number[];
}

const START_MS = 30_000;
const PING_EVERY_MS = 15_000;
const PING_MS = 10_000;
const WATCH_MS = 100;
/** Longer than any deadline: ours must end the call, not the rpc's. */
const NEVER_MS = 2_000_000_000;

/** One process that runs models, one call at a time. It starts with the first call and ends when idle. */
export class Lane {
  readonly #options: LaneOptions;
  readonly #supervisor: Supervisor<LaneMethods, LaneEvents>;
  readonly #changed: () => void;
  #waiters: Array<(state: ProcessState | Error) => void> = [];
  #wanted = false;
  #stopping: Promise<void> | undefined;
  #busy = false;
  /** Counts stops: a call that was waiting when one came must not start the process again. */
  #stops = 0;
  #reason: ComputeError | undefined;
  #idleTimer: NodeJS.Timeout | undefined;

  constructor(options: LaneOptions, changed: () => void) {
    this.#options = options;
    this.#changed = changed;
    const { log, sessionBytes, backoffMs, spawner } = options;
    this.#supervisor = new Supervisor(spawner, {
      entry: 'worker',
      // A lane inside native code answers nothing; it is pinged between jobs instead.
      heartbeatMs: 0,
      init: async (client) => void (await client.call('configure', { sessionBytes })),
      log,
      ...(backoffMs === undefined ? {} : { backoffMs }),
    });
    this.#supervisor.onState((state) => {
      if (state === 'running') this.#wake(state);
      changed();
    });
  }

  get pid(): number | undefined {
    return this.#supervisor.pid;
  }
  get state(): LaneState {
    const { state } = this.#supervisor;
    if (!this.#wanted || state === 'stopped') return 'off';
    if (state !== 'running') return state;
    return this.#busy ? 'busy' : 'idle';
  }

  /** @throws ComputeError `DEADLINE`, `MEMORY`, `CANCELLED`, `LANE_CRASHED`, `LANE_START`, `POOL_STOPPED`, `RUN_FAILED`; models/errors.ts */
  async run(work: LaneRun, timeoutMs: number, signal?: AbortSignal): Promise<LaneAnswer> {
    clearTimeout(this.#idleTimer);
    this.#busy = true;
    this.#reason = undefined;
    try {
      await this.#up(signal);
      this.#changed();
      return await this.#guarded(work, timeoutMs, signal);
    } finally {
      this.#busy = false;
      this.#rest(Date.now() + this.#options.idleMs);
      this.#changed();
    }
  }

  kill(): void {
    this.#supervisor.kill();
  }

  async stop(reason = new ComputeError('POOL_STOPPED', 'The node is stopping.')): Promise<void> {
    clearTimeout(this.#idleTimer);
    this.#wanted = false;
    this.#stops++;
    this.#reason ??= reason;
    this.#wake(reason);
    this.#stopping ??= this.#supervisor.stop().finally(() => (this.#stopping = undefined));
    await this.#stopping;
  }

  async #guarded(work: LaneRun, timeoutMs: number, signal?: AbortSignal): Promise<LaneAnswer> {
    if (signal?.aborted) throw new ComputeError('CANCELLED', 'The job was cancelled.');
    const { memoryBytes } = this.#options;
    const end = (code: string, why: string): void => {
      this.#reason ??= new ComputeError(code, why);
      this.#supervisor.kill();
    };
    const cancel = (): void => end('CANCELLED', 'The job was cancelled.');
    const deadline = setTimeout(
      () => end('DEADLINE', `The model did not finish within ${timeoutMs} ms.`),
      Math.min(timeoutMs, NEVER_MS),
    );
    const watch = setInterval(() => {
      const pid = this.#supervisor.pid;
      const bytes = pid === undefined ? undefined : residentBytes(pid);
      if (bytes !== undefined && bytes > memoryBytes)
        end('MEMORY', `The model took more than ${memoryBytes} bytes of memory.`);
    }, WATCH_MS);
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      return await this.#supervisor.call('run', work, NEVER_MS);
    } catch (error) {
      if (!(error instanceof FolkmootError) || error.code !== 'CHILD_GONE') throw error;
      throw (
        this.#reason ??
        new ComputeError('LANE_CRASHED', 'The process that ran the model ended unexpectedly.', { cause: error })
      );
    } finally {
      clearTimeout(deadline);
      clearInterval(watch);
      signal?.removeEventListener('abort', cancel);
    }
  }

  /** Resolves when the process takes calls: it may be off, or in the pause after a crash. */
  async #up(signal?: AbortSignal): Promise<void> {
    const stops = this.#stops;
    await this.#stopping;
    if (stops !== this.#stops) throw new ComputeError('POOL_STOPPED', 'The node is stopping.');
    if (signal?.aborted) throw new ComputeError('CANCELLED', 'The job was cancelled.');
    if (!this.#wanted) {
      this.#wanted = true;
      this.#supervisor.start().catch((error: unknown) => {
        // A process that died is tried again; one that could not even be made is not.
        if (this.#supervisor.pid === undefined && this.#supervisor.state === 'stopped')
          void this.stop(notStarted(error));
      });
    }
    if (this.#supervisor.state === 'running') return;
    await new Promise<void>((resolve, reject) => {
      const cancel = (): void => done(new ComputeError('CANCELLED', 'The job was cancelled.'));
      const timer = setTimeout(() => done(notStarted(`not within ${START_MS} ms`)), START_MS);
      const done = (state: ProcessState | Error): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', cancel);
        this.#waiters = this.#waiters.filter((waiter) => waiter !== done);
        if (state instanceof Error) reject(state);
        else resolve();
      };
      signal?.addEventListener('abort', cancel, { once: true });
      this.#waiters.push(done);
    });
  }

  #wake(state: ProcessState | Error): void {
    for (const waiter of this.#waiters) waiter(state);
  }

  /** Between jobs: a ping now and then, and the end of the process when nothing comes. */
  #rest(until: number): void {
    if (!this.#wanted) return;
    const left = until - Date.now();
    this.#idleTimer = setTimeout(
      () => {
        if (left <= PING_EVERY_MS) return void this.stop();
        this.#supervisor.call('ping', null, PING_MS).catch(() => this.#busy || this.kill());
        this.#rest(until);
      },
      Math.min(left, PING_EVERY_MS),
    );
    this.#idleTimer.unref();
  }
}

function notStarted(cause: unknown): ComputeError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new ComputeError('LANE_START', `The process that runs models did not start: ${why}`, { cause });
}
