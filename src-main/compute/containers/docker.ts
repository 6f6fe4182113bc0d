import { execFile } from 'node:child_process';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { findTool } from '../../hardware/tool.ts';
import { childEnvironment } from '../../process/spawner.ts';
import { ComputeError } from '../job.ts';

/** Runs the docker program; rejects with what it wrote, or `DOCKER_ABSENT` when there is none. */
export type Docker = (args: readonly string[], options?: DockerOptions) => Promise<string>;

export interface DockerOptions {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

const DOCKER_MS = 60_000;
const MAX_BYTES = 1024 * 1024;
const MAX_REASON = 300;
/** Which engine the person's own docker program talks to. */
const DOCKER_VARIABLES = /^DOCKER_(HOST|CONTEXT|CONFIG|CERT_PATH|TLS|TLS_VERIFY|API_VERSION)$/;
/** A window started from the Dock or the menu has a short PATH. */
const USUAL: readonly string[] =
  process.platform === 'darwin'
    ? [
        '/usr/local/bin',
        '/opt/homebrew/bin',
        join(homedir(), '.docker', 'bin'),
        '/Applications/Docker.app/Contents/Resources/bin',
      ]
    : process.platform === 'win32'
      ? ['C:\\Program Files\\Docker\\Docker\\resources\\bin']
      : ['/usr/bin', '/usr/local/bin', '/snap/bin'];

/** The docker program of this machine, without a shell, by absolute path, bounded in time and output. */
export function dockerProgram(env: Environment = process.env, folders = USUAL): Docker {
  return (args, { timeoutMs = DOCKER_MS, signal } = {}) => {
    const path = [env['PATH'] ?? env['Path'] ?? '', ...folders].join(delimiter);
    const file = findTool('docker', path);
    if (file === null)
      return Promise.reject(
        new ComputeError('DOCKER_ABSENT', 'Docker is not installed on this computer.', {
          remedy: 'Install Docker, start it, and look again. Models that run without a container need none.',
        }),
      );
    return new Promise((resolve, reject) => {
      const options = {
        timeout: timeoutMs,
        killSignal: 'SIGKILL' as const,
        windowsHide: true,
        maxBuffer: MAX_BYTES,
        env: { ...dockerEnvironment(env), PATH: path },
        ...(signal === undefined ? {} : { signal }),
      };
      execFile(file, [...args], options, (error, stdout, stderr) => {
        if (error === null) return resolve(stdout);
        const said = stderr.replace(/\s+/g, ' ').trim().slice(0, MAX_REASON);
        const why = error.killed === true && !signal?.aborted ? 'Docker did not answer in time' : said;
        reject(new Error(why === '' ? error.message.slice(0, MAX_REASON) : why, { cause: error }));
      });
    });
  };
}

function dockerEnvironment(env: Environment): Record<string, string> {
  const own = Object.entries(env).filter(([name, value]) => value !== undefined && DOCKER_VARIABLES.test(name));
  return { ...childEnvironment(), ...(Object.fromEntries(own) as Record<string, string>), LC_ALL: 'C' };
}
