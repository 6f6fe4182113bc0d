import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { BridgeClient } from '../../src-shared/bridge/client.ts';
import type { CallInput, CallName, CallOutput } from '../../src-shared/bridge/calls.ts';
import { applyEvent, type Snapshot } from '../../src-shared/bridge/state.ts';
import { connectControl } from '../../src-main/control/connect-control.ts';

const HEADLESS = resolve(import.meta.dirname, '../../out/main/headless.js');
const CONNECT_MS = 30_000;

/** A real node in its own process, as `folkmoot start` runs it, seen through its control socket. */
export class NodeProcess implements AsyncDisposable {
  readonly profile: string;
  readonly #args: readonly string[];
  #child: ChildProcess | undefined;
  #client: BridgeClient | undefined;
  #state: Snapshot | undefined;
  #waiters = new Set<() => void>();
  output = '';

  constructor(profile: string, args: readonly string[]) {
    this.profile = profile;
    this.#args = args;
  }

  get pid(): number {
    if (this.#child?.pid === undefined) throw new Error('the node is not running');
    return this.#child.pid;
  }

  get state(): Snapshot {
    if (this.#state === undefined) throw new Error('the node has not answered yet');
    return this.#state;
  }

  /** Starts the process (with a passphrase file, so that no person is needed) and connects. */
  async start(): Promise<void> {
    mkdirSync(this.profile, { recursive: true, mode: 0o700 });
    const passphrase = join(this.profile, 'passphrase');
    if (!existsSync(passphrase)) writeFileSync(passphrase, randomBytes(16).toString('hex'), { mode: 0o600 });
    const args = [
      HEADLESS,
      'start',
      '--profile',
      this.profile,
      '--passphrase-file',
      passphrase,
      '--no-rig',
      ...this.#args,
    ];
    const child = spawn(process.execPath, ['--enable-source-maps', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    await this.#connect();
  }

  async call<K extends CallName>(name: K, input: CallInput<K>): Promise<CallOutput<K>> {
    const outcome = await this.#client?.call(name, input);
    if (outcome?.ok === true) return outcome.value;
    throw new Error(`${name}: ${outcome?.error.code ?? 'not connected'}: ${outcome?.error.message ?? ''}`);
  }

  /** Resolves with the first state, now or later, for which `look` answers something. */
  async until<T>(
    what: string,
    look: (state: Snapshot) => T | undefined | null | false,
    timeoutMs = 90_000,
  ): Promise<T> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const found = this.#state === undefined ? undefined : look(this.#state);
      if (found !== undefined && found !== null && found !== false) return found;
      await this.#change(what, deadline - Date.now());
    }
  }

  /** Asks the node to stop and waits for its end. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((done) => child.once('exit', done));
    child.kill('SIGTERM');
    await gone;
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL'): Promise<void> {
    const child = this.#child;
    if (child === undefined) throw new Error('the node is not running');
    const gone =
      signal === 'SIGKILL' ? new Promise<void>((done) => child.once('exit', () => done())) : Promise.resolve();
    child.kill(signal);
    return gone;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #connect(): Promise<void> {
    const deadline = Date.now() + CONNECT_MS;
    for (;;) {
      try {
        this.#client = await connectControl(this.profile);
        break;
      } catch (error) {
        if (Date.now() > deadline || this.#child?.exitCode !== null)
          throw new Error(`the node did not start: ${this.output}`, { cause: error });
        await new Promise((done) => setTimeout(done, 100));
      }
    }
    await new Promise<void>((done) => {
      this.#client?.open(
        (snapshot) => {
          this.#show(snapshot);
          done();
        },
        (event) => this.#state !== undefined && this.#show(applyEvent(this.#state, event)),
      );
    });
  }

  /** What a reader of a failed run wants to know. */
  #standing(): string {
    const { activity, tasks } = this.#state ?? {};
    const works = (tasks ?? []).map(
      ({ model, state, reason, steps }) =>
        `${model.name}: ${state}: ${reason} (${steps.map(({ kind, text }) => `${kind}: ${text}`).join('; ')})`,
    );
    const log = readFileSync(join(this.profile, 'node.log'), 'utf8').split('\n').slice(-30);
    return [this.output.slice(-2_000), activity?.why, ...works, ...log].join('\n');
  }

  #show(state: Snapshot): void {
    this.#state = state;
    for (const wake of this.#waiters) wake();
  }

  #change(what: string, ms: number): Promise<void> {
    return new Promise((done, fail) => {
      const timer = setTimeout(
        () => finish(() => fail(new Error(`waited in vain for: ${what}\n${this.#standing()}`))),
        Math.max(ms, 0),
      );
      const finish = (then: () => void): void => {
        clearTimeout(timer);
        this.#waiters.delete(wake);
        then();
      };
      const wake = (): void => finish(done);
      this.#waiters.add(wake);
    });
  }
}
