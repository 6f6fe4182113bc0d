import { spawn, type ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';

const HEADLESS = resolve(import.meta.dirname, '../../out/main/headless.js');
const URL_LINE = /http:\/\/127\.0\.0\.1:\d+\/login\?token=\S+/;

/** The rig host as a person starts it: no passphrase file, a one-time address on stdout. */
export class RigProcess implements AsyncDisposable {
  readonly child: ChildProcess;
  readonly url: Promise<string>;
  output = '';

  constructor(profile: string, args: readonly string[] = []) {
    const child = spawn(process.execPath, ['--enable-source-maps', HEADLESS, 'start', '--profile', profile, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    this.url = new Promise((found, failed) => {
      const read = (text: string): void => {
        this.output += text;
        const match = URL_LINE.exec(this.output);
        if (match !== null) found(match[0]);
      };
      child.stdout.setEncoding('utf8').on('data', read);
      child.stderr.setEncoding('utf8').on('data', read);
      child.once('exit', () => failed(new Error(`the rig host ended: ${this.output}`)));
    });
    this.url.catch(() => undefined);
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error('the rig host did not start');
    return this.child.pid;
  }

  /** @returns exit code */
  async end(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const gone = new Promise((done) => this.child.once('exit', done));
      this.child.kill(signal);
      await gone;
    }
    return this.child.exitCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }
}
