import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

const TIMEOUT_MS = 3_000;
const MAX_BYTES = 256 * 1024;

/** What a program said; `missing`: there is no such program; `failed`: it ended with an error, said too much, or hung. */
export type Said =
  | { readonly kind: 'said'; readonly text: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'failed'; readonly why: string };

export interface ToolOptions {
  readonly timeoutMs?: number;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * Runs a program of the system without a shell, bounded in time and output. The bare name is looked up in PATH here:
 * Windows would look in the current folder first.
 */
export async function runTool(name: string, args: readonly string[], options: ToolOptions = {}): Promise<Said> {
  const env = options.env ?? process.env;
  const file = isAbsolute(name) ? name : findTool(name, env['PATH'] ?? env['Path'] ?? '');
  if (file === null) return { kind: 'missing' };
  return new Promise((resolve) => {
    execFile(
      file,
      [...args],
      {
        timeout: options.timeoutMs ?? TIMEOUT_MS,
        killSignal: 'SIGKILL',
        windowsHide: true,
        maxBuffer: MAX_BYTES,
        env: { ...env, LC_ALL: 'C' },
      },
      (error, stdout, stderr) => {
        if (error === null) return resolve({ kind: 'said', text: stdout });
        if ((error as { code?: unknown }).code === 'ENOENT') return resolve({ kind: 'missing' });
        const why = error.killed === true ? 'it did not answer in time' : firstLine(`${stdout}\n${stderr}`);
        resolve({ kind: 'failed', why: why === '' ? firstLine(error.message) : why });
      },
    );
  });
}

/** Absolute path of the first executable of that name; folders that are relative are left out. */
export function findTool(name: string, path: string): string | null {
  const names = process.platform === 'win32' ? [`${name}.exe`] : [name];
  for (const folder of path.split(delimiter)) {
    if (!isAbsolute(folder)) continue;
    for (const each of names) {
      try {
        accessSync(join(folder, each), constants.X_OK);
        return join(folder, each);
      } catch {
        // The next folder.
      }
    }
  }
  return null;
}

function firstLine(text: string): string {
  return (text.split('\n').find((line) => line.trim() !== '') ?? '').trim().slice(0, 200);
}
