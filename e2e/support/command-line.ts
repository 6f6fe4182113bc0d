import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

const HEADLESS = resolve(import.meta.dirname, '../../out/main/headless.js');

export interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs `folkmoot …` to its end, without a terminal. */
export function folkmoot(...args: readonly string[]): Promise<Run> {
  const child = spawn(process.execPath, [HEADLESS, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  return new Promise((done) => child.once('exit', (code) => done({ code, out, err })));
}
