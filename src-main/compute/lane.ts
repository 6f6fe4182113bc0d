import { rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { constants, setPriority } from 'node:os';
import { FolkmootError, toErrorView } from '../../src-shared/domain/errors.ts';
import type { Provider } from '../../src-shared/domain/machine.ts';
import type { Log } from '../log.ts';
import { ModelChangedError } from '../models/errors.ts';
import type { ProcessEntry, Spawner } from '../process/spawner.ts';
import { Supervisor, type ProcessState } from '../process/supervisor.ts';
import { explain } from './explain.ts';
import { ComputeError, type LaneState } from './job.ts';
import { crashed, notStarted } from './lane-errors.ts';
import { LaneScratch } from './lane-scratch.ts';
import { residentBytes } from './memory.ts';
import { LARGE_BYTES, PayloadError, store, unpack, type Payload } from './payload.ts';
import type { LaneEvents, LaneMethods, LaneSteps, ModelRef, ModelUse } from './protocol.ts';
import type { LaneBounds } from './room.ts';

export interface LaneOptions {
  readonly spawner: Spawner;
  readonly log: Log;
  readonly entry: ProcessEntry;
  /** May open connections; every other lane may not. */
  readonly network?: boolean;
  /** Folder of its own; emptied before each process. */
  readonly scratch: string;
  readonly providers: readonly Provider[];
  readonly index: number | null;
  /** Beyond them the process is killed (`MEMORY`). */
  readonly bounds: LaneBounds;
  /** An idle lane gives its 90 MB back after this time. */
  readonly idleMs: number;
  readonly backoffMs?: readonly number[];
  readonly env?: Readonly<Record<string, string>>;
}

/** What a lane is asked: a method, and its input without the parts that lane.ts fills in. */
export type LaneCall =
  | { readonly method: 'run'; readonly count: number; readonly input: Uint8Array }
  | ({ readonly method: 'steps'; readonly input: Uint8Array } & Omit<LaneSteps, 'model' | 'input'>)
  | { readonly method: 'trace'; readonly input: Uint8Array; readonly tensors: readonly string[] | 'all' };

export interface LaneListener {
  changed(): void;
  progress(share: number): void;
  checkpoint(step: number, state: Uint8Array): void;
  /** @param plain for people, where the text itself is not */
  note(text: string, plain?: string): void;
}

const START_MS = 30_000;
/** Drivers compile the test graphs first; software ones take their time. */
const TRIAL_MS = 90_000;
const WATCH_MS = 100;
/** One look counts no longer: this process itself stood still. */
const MOST_MS = 1_000;
/** The moment that a lane has to tell a server that nobody waits for its answer any more. */
const CANCEL_MS = 2_000;
/** Longer than any deadline: ours must end the call, not the rpc's. */
const NEVER_MS = 2_000_000_000;

/** One process that runs models, one call at a time. It starts with the first call and ends when idle. */
export class Lane {
  readonly #options: LaneOptions;
  readonly #supervisor: Supervisor<LaneMethods, LaneEvents>;
  readonly #listener: LaneListener;
  readonly #scratch: LaneScratch;
  readonly #models = new Map<ModelRef, number>();
  /** Providers whose trial ended the process. */
  readonly #excluded = new Set<Provider>();
  #bounds: LaneBounds;
  /** What its process was told of them. */
  #told: LaneBounds | undefined;
  /** The process began under wider bounds: what it took then is not the fault of what runs now. */
  #narrowed = false;
  #provider: Provider | null = null;
  #trying: Provider | undefined;
  #duty = 1;
  #confirmed: number | undefined;
  #nextId = 0;
  /** Counts processes. */
  #generation = 0;
  #waiters: Array<(state: ProcessState | Error) => void> = [];
  /** Told when no call is under way any more. */
  #ended: Array<() => void> = [];
  #wanted = false;
  #stopping: Promise<void> | undefined;
  /** Calls under way. */
  #calls = 0;
  /** Counts stops: a call that was waiting when one came must not start the process again. */
  #stops = 0;
  #reason: ComputeError | undefined;
  #idleTimer: NodeJS.Timeout | undefined;

  constructor(options: LaneOptions, listener: LaneListener) {
    this.#options = options;
    this.#listener = listener;
    this.#bounds = options.bounds;
    this.#scratch = new LaneScratch(options.scratch);
    const { log, backoffMs, spawner, entry, network = false, env } = options;
    const { inbox, outbox } = this.#scratch;
    this.#supervisor = new Supervisor(spawner, {
      entry,
      spawn: {
        ...(env === undefined ? {} : { env }),
        confine: { read: [inbox], write: [outbox], network, native: !network },
      },
      // A lane inside native code answers nothing; its deadline is watched instead.
      heartbeatMs: 0,
      init: (client) => this.#setUp((setup) => client.call('configure', setup, this.#startMs)),
      log,
      ...(backoffMs === undefined ? {} : { backoffMs }),
    });
    this.#supervisor.on('trying', ({ provider }) => (this.#trying = provider));
    this.#supervisor.on('progress', ({ share }) => this.#calls > 0 && listener.progress(share));
    this.#supervisor.on('checkpoint', ({ step, state }) => {
      if (this.#calls > 0) listener.checkpoint(step, unpack(state, outbox));
    });
    this.#supervisor.onState((state) => this.#moved(state));
  }

  get #startMs(): number {
    return this.#options.providers.some((provider) => provider !== 'cpu') ? TRIAL_MS : START_MS;
  }
  get pid(): number | undefined {
    return this.#supervisor.pid;
  }
  get provider(): Provider | null {
    return this.#provider;
  }
  /** As its process confirmed; without a process, the share that it will start with. */
  get duty(): number {
    return this.#confirmed ?? this.#duty;
  }
  get state(): LaneState {
    const { state } = this.#supervisor;
    if (!this.#wanted || state === 'stopped') return 'off';
    if (state !== 'running') return state;
    return this.#calls > 0 ? 'busy' : 'idle';
  }

  /** The share takes effect between two runs, and `duty` says when. An idle process that has more than it may now have is ended. */
  direct(duty: number, bounds: LaneBounds): void {
    if (bounds.memoryBytes < this.#bounds.memoryBytes) this.#narrowed = true;
    this.#bounds = bounds;
    this.#duty = duty;
    this.#align();
  }

  /** @throws ComputeError `DEADLINE`, `MEMORY`, `CANCELLED`, `LANE_CRASHED`, `LANE_START`, `POOL_STOPPED`, `RUN_FAILED`; models/errors.ts */
  async run<M extends LaneCall['method']>(
    model: ModelRef,
    call: Extract<LaneCall, { method: M }>,
    timeoutMs: number,
    signal?: AbortSignal,
  ): Promise<LaneMethods[M]['output']> {
    clearTimeout(this.#idleTimer);
    if (this.#calls++ === 0) this.#reason = undefined;
    try {
      await this.#up(signal);
      this.#listener.changed();
      return await this.#guarded(model, call, timeoutMs, signal);
    } finally {
      if (--this.#calls === 0) {
        for (const told of this.#ended.splice(0)) told();
        this.#rest();
      }
      this.#listener.changed();
    }
  }

  /** Bytes of an answer; a file among them is checked and deleted. @param bytes how many there must be @throws PayloadError */
  open(payload: Payload, bytes: number): Uint8Array {
    if (!(payload instanceof Uint8Array) && payload.bytes !== bytes) throw new PayloadError('has another length');
    return unpack(payload, this.#scratch.outbox);
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
    const end = (): Promise<void> => this.#supervisor.stop();
    this.#stopping ??= (this.#asking ? this.#farewell().then(end) : end()).finally(() => {
      this.#stopping = undefined;
      this.#scratch.remove();
    });
    await this.#stopping;
  }

  /** A server is asked at this moment, and goes on unless it is told. */
  get #asking(): boolean {
    return this.#options.network === true && this.#calls > 0 && this.#supervisor.state === 'running';
  }

  /** Ends the call under way, with its process unless that is one that can say farewell. */
  #end(reason: ComputeError): void {
    this.#reason ??= reason;
    if (this.#asking) void this.#farewell().then((ended) => ended || this.#supervisor.kill());
    else this.#supervisor.kill();
  }

  /** Asks the call under way to end: predictions are cancelled, connections closed. @returns whether it did, in the moment that it has */
  async #farewell(): Promise<boolean> {
    this.#supervisor.call('cancel', null).catch(() => undefined);
    const ended = await new Promise<boolean>((resolve) => {
      const late = setTimeout(() => resolve(false), CANCEL_MS);
      this.#ended.push(() => (clearTimeout(late), resolve(true)));
    });
    if (!ended) this.#listener.note('A server did not say in time that it stopped computing.');
    return ended;
  }

  async #setUp(
    configure: (setup: LaneMethods['configure']['input']) => Promise<LaneMethods['configure']['output']>,
  ): Promise<void> {
    const { providers, index } = this.#options;
    const { inbox, outbox } = this.#scratch;
    const duty = this.#duty;
    this.#told = this.#bounds;
    const left = providers.filter((provider) => !this.#excluded.has(provider));
    const { memoryBytes, sessionBytes } = this.#bounds;
    const setup = { memoryBytes, sessionBytes, providers: left, index, duty, inbox, outbox };
    try {
      const { provider, notes } = await configure(setup);
      this.#trying = undefined;
      this.#provider = provider;
      this.#confirmed = duty;
      for (const note of notes) this.#unused(note.provider, note.why);
    } catch (error) {
      const { code, message } = toErrorView(error);
      if (code === 'PROVIDER_FAILED') void this.stop(new ComputeError(code, message));
      throw error;
    }
  }

  #unused(provider: Provider, why: string): void {
    const { cause } = explain(provider, why, process.platform);
    this.#listener.note(`Not used here: ${provider}: ${why}`, `${cause} It computes in another way for now.`);
  }

  #moved(state: ProcessState): void {
    if (state === 'starting') {
      this.#generation++;
      this.#narrowed = false;
      this.#scratch.prepare();
      this.#models.clear();
    } else if (state === 'running') {
      this.#lowerPriority();
      this.#wake(state);
      this.#align();
    } else {
      this.#confirmed = undefined;
      if (this.#trying !== undefined && state === 'waiting') {
        this.#excluded.add(this.#trying);
        this.#unused(this.#trying, 'its driver ended the process.');
      }
      this.#trying = undefined;
    }
    this.#listener.changed();
  }

  /** Tells a running process what it does not know yet. */
  #align(): void {
    if (this.#supervisor.state !== 'running') return;
    // Where the process ends before it answers: the next one starts with it.
    const ignore = (): void => undefined;
    if (this.#confirmed !== this.#duty)
      this.#supervisor.call('direct', { duty: this.#duty }, NEVER_MS).then(({ duty }) => {
        if (this.#supervisor.state === 'running') this.#confirmed = duty;
        this.#listener.changed();
      }, ignore);
    const bounds = this.#bounds;
    if (this.#told === bounds) return;
    this.#told = bounds;
    const { memoryBytes, sessionBytes } = bounds;
    this.#supervisor.call('limit', { memoryBytes, sessionBytes }, NEVER_MS).then(({ rssBytes }) => {
      if (this.#calls === 0 && rssBytes > this.#bounds.memoryBytes) void this.stop();
    }, ignore);
  }

  /** From outside as well: a process that cannot lower itself is still lowered. */
  #lowerPriority(): void {
    const { pid } = this.#supervisor;
    if (pid === undefined) return;
    try {
      setPriority(pid, constants.priority.PRIORITY_LOW);
    } catch {
      // It ended, or the system does not let us; the lane said so itself then.
    }
  }

  async #use(model: ModelRef): Promise<ModelUse> {
    const known = this.#models.get(model);
    if (known !== undefined) return { id: known };
    const id = this.#nextId++;
    if (this.#options.network === true) {
      // It reads no files: the description of its model goes with the message.
      const content = await readFile(model.path).catch(() => undefined);
      if (content === undefined || content.length > LARGE_BYTES) throw new ModelChangedError(model.name);
      return { id, define: { ...model, path: '', content } };
    }
    const path = await this.#scratch.stage(model, `model-${id}`);
    return { id, define: { ...model, path } };
  }

  async #guarded<M extends LaneCall['method']>(
    model: ModelRef,
    call: Extract<LaneCall, { method: M }>,
    timeoutMs: number,
    signal?: AbortSignal,
  ): Promise<LaneMethods[M]['output']> {
    if (signal?.aborted) throw new ComputeError('CANCELLED', 'The job was cancelled.');
    const end = (code: string, why: string): void => this.#end(new ComputeError(code, why));
    const cancel = (): void => end('CANCELLED', 'The job was cancelled.');
    let [spent, at] = [0, performance.now()];
    const watch = setInterval(() => {
      // A share of the time is a share of the deadline, too; and while the computer slept nothing ran.
      const now = performance.now();
      spent += Math.min(now - at, MOST_MS) * this.duty;
      at = now;
      if (spent > timeoutMs) return end('DEADLINE', `The model did not finish within ${timeoutMs} ms.`);
      const { pid } = this.#supervisor;
      const bytes = pid === undefined ? undefined : residentBytes(pid);
      const { memoryBytes } = this.#bounds;
      if (bytes === undefined || bytes <= memoryBytes) return;
      if (this.#narrowed) end('SUSPENDED', 'The process took more memory than it may have by now.');
      else end('MEMORY', `The model took more than ${memoryBytes} bytes of memory.`);
    }, WATCH_MS);
    signal?.addEventListener('abort', cancel, { once: true });
    const { method, ...rest } = call;
    let input: Payload = call.input;
    try {
      const generation = this.#generation;
      const use = await this.#use(model);
      // Another process by now: its folder is empty again.
      if (generation !== this.#generation) throw this.#reason ?? crashed();
      if (input.length > LARGE_BYTES) input = store(input, this.#scratch.inbox);
      const answer = await this.#supervisor.call(method, { ...rest, input, model: use } as never, NEVER_MS);
      if (use.define !== undefined) this.#models.set(model, use.id);
      return answer as LaneMethods[M]['output'];
    } catch (error) {
      const gone = error instanceof FolkmootError && error.code === 'CHILD_GONE';
      // Whatever a server says when it is told to end: why it was told is what counts.
      if (gone || this.#options.network === true) throw this.#reason ?? (gone ? crashed(error) : error);
      throw error;
    } finally {
      clearInterval(watch);
      signal?.removeEventListener('abort', cancel);
      if (!(input instanceof Uint8Array)) rmSync(input.path, { force: true });
    }
  }

  /** Resolves when the process takes calls: it may be off, or in the pause after a crash. */
  async #up(signal?: AbortSignal): Promise<void> {
    if (this.#supervisor.state === 'running' && this.#stopping === undefined) return;
    const stops = this.#stops;
    await this.#stopping;
    if (stops !== this.#stops) throw this.#reason ?? new ComputeError('POOL_STOPPED', 'The node is stopping.');
    if (signal?.aborted) throw new ComputeError('CANCELLED', 'The job was cancelled.');
    if (!this.#wanted) {
      this.#wanted = true;
      this.#supervisor.start().catch((error: unknown) => {
        // A process that died is tried again; one that could not even be made is not.
        if (this.#supervisor.pid === undefined && this.#supervisor.state === 'stopped')
          void this.stop(notStarted(error));
      });
      this.#lowerPriority();
    }
    if (this.#supervisor.state === 'running') return;
    await new Promise<void>((resolve, reject) => {
      const cancel = (): void => done(new ComputeError('CANCELLED', 'The job was cancelled.'));
      const timer = setTimeout(() => done(notStarted(`not within ${this.#startMs} ms`)), this.#startMs);
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

  /** The end of the process when nothing comes; nothing else happens in a lane without work. */
  #rest(): void {
    if (!this.#wanted) return;
    this.#idleTimer = setTimeout(() => void this.stop(), this.#options.idleMs).unref();
  }
}
