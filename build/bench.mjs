// npm run bench <name>: one table for people and, as the last line, one JSON object.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, runToEnd, say } from './processes.mjs';
import { built, setup } from './setup.mjs';

await setup();
const [name, ...args] = process.argv.slice(2);
const names = readdirSync(join(ROOT, 'bench'))
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
  .map((file) => file.slice(0, -'.ts'.length))
  .sort();
const file = join(ROOT, 'bench', `${name}.ts`);
if (name === undefined || !names.includes(name) || !existsSync(file)) {
  say(`${name === undefined ? 'Which bench?' : `There is no bench “${name}”.`} There are: ${names.join(', ')}.`);
  process.exit(2);
}
await built();
process.exit(await runToEnd(process.execPath, [file, ...args]));
