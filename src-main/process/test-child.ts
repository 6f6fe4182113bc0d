import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { forkSpawner, type Spawner } from './spawner.ts';

const SOURCES = import.meta.dirname;

/**
 * For tests only: real child processes out of a few lines of code. `serve`, `parentChannel` and `env` are in scope.
 * @param body by entry name; no build is needed, Node strips the types.
 */
export function childrenOf(body: Readonly<Record<string, string>>): {
  spawner: Spawner;
  folder: string;
  clean: () => void;
} {
  const folder = mkdtempSync(join(tmpdir(), 'folkmoot-child-'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  for (const [entry, code] of Object.entries(body)) writeChild(folder, entry, code);
  return { spawner: forkSpawner(folder), folder, clean: () => rmSync(folder, { recursive: true, force: true }) };
}

export function writeChild(folder: string, entry: string, code: string): void {
  const from = (file: string): string => JSON.stringify(pathToFileURL(join(SOURCES, file)).href);
  writeFileSync(
    join(folder, `${entry}.js`),
    `import { serve } from ${from('rpc.ts')};\nimport { parentChannel } from ${from('channel.ts')};\nconst env = process.env;\n${code}\n`,
  );
}
