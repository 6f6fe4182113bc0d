import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Installation } from './command.ts';
import { run } from './run.ts';
import { processTerminal } from './terminal.ts';

/** Something that did not let go (a child, a socket) must not keep a finished command alive. */
const LINGER_MS = 1_000;

/** @param entries folder of the running entry; everything else lies at fixed places around it (`out/main`, `resources`). */
export async function main(entries: string, changes: Partial<Installation> = {}): Promise<void> {
  // Somebody closed the pipe that reads us (`| head`): no reason for a stack.
  process.stdout.on('error', () => process.exit(0));
  process.exitCode = await run(process.argv.slice(2), processTerminal(), { ...installed(entries), ...changes });
  setTimeout(() => process.exit(), LINGER_MS).unref();
}

function installed(entries: string): Installation {
  const root = join(entries, '../..');
  return {
    entries,
    resources: process.env['FOLKMOOT_RESOURCES'] ?? join(root, 'resources'),
    renderer: join(entries, '../renderer'),
    version: (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version,
    // Only `start` pays for loading the node.
    create: async () => (await import('../node.ts')).createNode,
  };
}
