import type { Part } from '../part.ts';
import { ChildError, connect, type Client, type Events, type Methods } from './rpc.ts';
import type { Child, ProcessEntry, Spawner, SpawnOptions } from './spawner.ts';

export type ProcessState = 'stopped' | 'starting' | 'running' | 'waiting';

export interface SupervisorOptions<M extends Methods, E extends Events> {
  readonly entry: ProcessEntry;
  readonly spawn?: SpawnOptions;
  /** Runs after every (re)start, before calls are let through: hand over keys, load models. */
  readonly init?: (client: Client<M, E>) => Promise<void>;
  readonly initTimeoutMs?: number;
  /** 0 switches the heartbeat off: a lane inside native code cannot answer and is watched by its deadline instead. */
  readonly heartbeatMs?: number;
  readonly heartbeatTimeoutMs?: number;
  readonly backoffMs?: readonly number[];
  /** A child that ran this long is taken for sound: its end starts the back-off anew. */
  readonly stableMs?: number;
  readonly log?: (line: string) => void;
}

const BACKOFF_MS = [200, 1_000, 5_000, 15_000, 60_000];
const STABLE_MS = 30_000;

/**
 * One child process, kept alive: start, heartbeat, kill, restart with back-off.
 * `call` waits for a process that is starting and fails at once for one that is down.
 */
export class Supervisor<M extends Methods, E extends Events> implements Part {
  readonly #spawner: Spawner;
  readonly #options: SupervisorOptions<M, E>;
  readonly #listeners: Array<(client: Client<M, E>) => void> = [];
  readonly #stateListeners = new Set<(state: ProcessState) => void>();
  #child: Child | undefined;
  #client: Client<M, E> | undefined;
  #ready: Promise<void> | undefined;
  #state: ProcessState = 'stopped';
  #wanted = false;
  #failures = 0;
  /** Said once. */
  #kept: string | undefined;
  #runningSince: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #heartbeat: NodeJS.Timeout | undefined;

  constructor(spawner: Spawner, options: SupervisorOptions<M, E>) {
    this.#spawner = spawner;
    this.#options = options;
  }

  get state(): ProcessState {
    return this.#state;
  }
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  onState(listener: (state: ProcessState) => void): void {
    this.#stateListeners.add(listener);
  }

  /** Kept across restarts. */
  on<K extends keyof E & string>(name: K, listener: (payload: E[K]) => void): void {
    const attach = (client: Client<M, E>): void => client.on(name, listener);
    this.#listeners.push(attach);
    if (this.#client !== undefined) attach(this.#client);
  }

  /** Rejects when the child could not be made (nothing is tried again then) or its first start failed (it is tried again). */
  async start(): Promise<void> {
    this.#wanted = true;
    if (this.#child === undefined) {
      try {
        this.#launch();
      } catch (error) {
        this.#wanted = false;
        this.#setState('stopped');
        throw error;
      }
    }
    await this.#ready;
  }

  async stop(): Promise<void> {
    this.#wanted = false;
    clearTimeout(this.#timer);
    const child = this.#child;
    if (child === undefined) return this.#setState('stopped');
    const gone = new Promise<void>((resolve) => child.onExit(() => resolve()));
    child.kill();
    await gone;
    // Whoever started it again meanwhile is not overruled.
    if (!this.#wanted) this.#setState('stopped');
  }

  /** Kills the child now; it comes back unless stopped. Used for deadlines and cancel. */
  kill(): void {
    this.#child?.kill();
  }

  async call<K extends keyof M & string>(name: K, input: M[K]['input'], timeoutMs?: number): Promise<M[K]['output']> {
    if (this.#state === 'starting') await this.#ready;
    if (this.#client === undefined || this.#state !== 'running') {
      throw new ChildError('CHILD_GONE', `the ${this.#options.entry} process is not running`);
    }
    return this.#client.call(name, input, timeoutMs);
  }

  #launch(): void {
    const { entry, spawn, init, initTimeoutMs = 60_000, log } = this.#options;
    // A start by hand during the back-off: the pending one would make a second child.
    clearTimeout(this.#timer);
    this.#setState('starting');
    const child = this.#spawner.spawn(entry, spawn);
    const client = connect<M, E>(child.channel, (event, error) => {
      log?.(
        `${entry}: ended, for its “${event}” could not be used: ${error instanceof Error ? error.message : String(error)}`,
      );
      child.kill();
    });
    this.#child = child;
    this.#client = client;
    for (const attach of this.#listeners) attach(client);
    const kept = spawn?.confine === undefined ? undefined : (child.kept ?? 'nothing but being a process of its own');
    if (kept !== undefined && kept !== this.#kept) {
      this.#kept = kept;
      log?.(`${entry}: kept in by ${kept}`);
    }
    child.onStderr((text) => log?.(`${entry}: ${text.trimEnd()}`));
    child.onExit((code) => this.#exited(child, code));
    const ready = (async () => {
      await client.ping(initTimeoutMs);
      await init?.(client);
      if (this.#child !== child) throw new ChildError('CHILD_GONE', `the ${entry} process ended while it started`);
      this.#runningSince = Date.now();
      this.#setState('running');
      this.#beat(child, client);
    })();
    this.#ready = ready;
    ready.catch((error: unknown) => {
      log?.(`${entry}: did not start: ${error instanceof Error ? error.message : String(error)}`);
      child.kill();
    });
  }

  #beat(child: Child, client: Client<M, E>): void {
    const { heartbeatMs = 10_000, heartbeatTimeoutMs = 20_000 } = this.#options;
    if (heartbeatMs === 0) return;
    this.#heartbeat = setTimeout(() => {
      client.ping(heartbeatTimeoutMs).then(
        () => this.#child === child && this.#beat(child, client),
        () => child.kill(),
      );
    }, heartbeatMs);
    this.#heartbeat.unref();
  }

  #exited(child: Child, code: number | null): void {
    if (this.#child !== child) return;
    clearTimeout(this.#heartbeat);
    this.#child = undefined;
    this.#client = undefined;
    if (!this.#wanted) return this.#setState('stopped');
    // Not at the start itself: a child that starts well and dies at once would be restarted for ever at full speed.
    const { stableMs = STABLE_MS } = this.#options;
    if (this.#runningSince !== undefined && Date.now() - this.#runningSince >= stableMs) this.#failures = 0;
    this.#runningSince = undefined;
    this.#again(`ended (${code ?? 'killed'})`);
  }

  #again(why: string): void {
    const steps = this.#options.backoffMs ?? BACKOFF_MS;
    const delay = steps[Math.min(this.#failures, steps.length - 1)] ?? 1_000;
    this.#failures++;
    this.#options.log?.(`${this.#options.entry}: ${why}, next start in ${delay} ms`);
    this.#setState('waiting');
    this.#timer = setTimeout(() => {
      if (!this.#wanted) return;
      try {
        this.#launch();
      } catch (error) {
        // No process, no memory, a file that an update just replaced: it may pass, and nobody waits here.
        this.#again(`could not be made: ${error instanceof Error ? error.message : String(error)}`);
      }
    }, delay);
    this.#timer.unref();
  }

  #setState(state: ProcessState): void {
    if (this.#state === state) return;
    this.#state = state;
    for (const listener of this.#stateListeners) listener(state);
  }
}
