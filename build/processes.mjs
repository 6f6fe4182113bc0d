// Child processes of the build scripts. Plain JavaScript without dependencies, for any Node from 20 on.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** For people; on stderr, so that programs that read stdout see only what they asked for. */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** The project's own tools first, no telemetry. */
export function toolEnvironment(extra = {}) {
  const name = Object.keys(process.env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH';
  const separator = process.platform === 'win32' ? ';' : ':';
  const path = [join(ROOT, 'node_modules/.bin'), process.env[name] ?? ''].join(separator);
  return { ...process.env, [name]: path, HARDHAT_DISABLE_TELEMETRY: '1', DO_NOT_TRACK: '1', ...extra };
}

/** A JavaScript tool of node_modules, run by this Node: no shell, no .cmd files. */
export const tool = (path) => join(ROOT, 'node_modules', path);

/**
 * Runs a program to its end and hands every signal on. The child sees our end, too, where it listens (`disconnect`).
 * @returns {Promise<number>} its exit code; 1 where a signal ended it.
 */
export function runToEnd(file, args, { env = toolEnvironment(), ipc = false } = {}) {
  return new Promise((resolve, reject) => {
    const stdio = ipc ? ['inherit', 'inherit', 'inherit', 'ipc'] : 'inherit';
    const child = spawn(file, args, { cwd: process.cwd(), env, stdio });
    const handOn = (signal) => child.kill(signal);
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, handOn);
    const orphaned = () => child.kill('SIGTERM');
    if (process.send !== undefined) process.once('disconnect', orphaned);
    child.once('error', reject);
    child.once('exit', (code) => {
      for (const signal of signals) process.off(signal, handOn);
      process.off('disconnect', orphaned);
      if (process.connected) process.disconnect();
      resolve(code ?? 1);
    });
  });
}

/**
 * Runs a step and keeps what it prints; `show` passes it on as well.
 * @returns {Promise<{code: number, output: string}>} code 124 after the time limit.
 */
export function capture(file, args, { env = toolEnvironment(), show = false, limitMs = 20 * 60_000, cwd = ROOT } = {}) {
  return new Promise((resolve) => {
    // A group of its own: at the time limit, grandchildren (browsers, nodes) must go as well.
    const grouped = process.platform !== 'win32';
    const child = spawn(file, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: grouped });
    let output = '';
    const kill = (signal) => {
      try {
        if (grouped) process.kill(-child.pid, signal);
        else child.kill(signal);
      } catch {
        // Gone already.
      }
    };
    const keep = (stream) => (data) => {
      output += data;
      if (show) stream.write(data);
    };
    child.stdout.setEncoding('utf8').on('data', keep(process.stdout));
    child.stderr.setEncoding('utf8').on('data', keep(process.stderr));
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      kill('SIGKILL');
    }, limitMs);
    const stop = () => {
      kill('SIGTERM');
      process.exit(130);
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);
    const end = (code) => {
      clearTimeout(timer);
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(signal, stop);
      resolve({ code: late ? 124 : code, output: late ? `${output}\nstopped after ${limitMs / 1000} s\n` : output });
    };
    child.once('error', (error) => {
      output += String(error);
      end(1);
    });
    child.once('close', (code) => end(code ?? 1));
  });
}
