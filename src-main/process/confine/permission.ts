import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Confinement } from '../spawner.ts';

/** Packages with native code that lanes load from outside their bundle. */
const NATIVE = ['onnxruntime-node', 'onnxruntime-common'];

/** Folders and files that a process needs to be itself: its bundle, its native packages, what Node looks up on the way. */
export function ownCode(entry: string, native: boolean): string[] {
  const folder = dirname(realpathSync(entry));
  const found = [folder];
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, 'package.json'))) found.push(join(at, 'package.json'));
    for (const name of native ? NATIVE : []) {
      const path = join(at, 'node_modules', name);
      if (existsSync(path)) found.push(path, realpathSync(path));
    }
    if (dirname(at) === at) return [...new Set(found)];
  }
}

/** Flags of Node's permission model: what JavaScript in the process may do. Native code is not bound by them. */
export function permissionFlags(entry: string, { read, write, native }: Confinement): string[] {
  return [
    '--permission',
    // It warns that native code is not bound; that is known, and said in docs/compute.md.
    '--disable-warning=SecurityWarning',
    ...(native ? ['--allow-addons'] : []),
    ...[...ownCode(entry, native), ...read, ...write].map((path) => `--allow-fs-read=${path}`),
    ...write.map((path) => `--allow-fs-write=${path}`),
  ];
}
