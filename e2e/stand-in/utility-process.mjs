import { fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { fileURLToPath } from 'node:url';

const PORT = fileURLToPath(new URL('./parent-port.mjs', import.meta.url));

class UtilityProcess extends EventEmitter {
  #child;

  constructor(file, args, { env, stdio, execArgv = [] }) {
    super();
    const [, stdout, stderr] = stdio ?? ['ignore', 'inherit', 'inherit'];
    this.#child = fork(file, args, {
      serialization: 'advanced',
      env,
      execArgv: [...execArgv, '--import', PORT],
      stdio: ['ignore', stdout, stderr, 'ipc'],
    });
    this.stderr = this.#child.stderr;
    this.stdout = this.#child.stdout;
    this.#child.on('spawn', () => this.emit('spawn'));
    this.#child.on('message', (message) => this.emit('message', message));
    this.#child.on('exit', (code) => this.emit('exit', code ?? 1));
  }

  /** As the real one: known only once it runs. */
  get pid() {
    return this.#child.exitCode === null && this.#child.signalCode === null ? this.#child.pid : undefined;
  }

  postMessage(message) {
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  kill() {
    return this.#child.kill('SIGTERM');
  }
}

export const utilityProcess = { fork: (file, args = [], options = {}) => new UtilityProcess(file, args, options) };
