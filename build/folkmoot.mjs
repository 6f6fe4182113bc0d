// npm run folkmoot -- <command>: the command line of the node.
import { join } from 'node:path';
import { ROOT, runToEnd } from './processes.mjs';
import { built, setup } from './setup.mjs';

await setup();
await built();
process.exit(
  await runToEnd(
    process.execPath,
    ['--enable-source-maps', join(ROOT, 'out/main/headless.js'), ...process.argv.slice(2)],
    { ipc: process.argv[2] === 'start' },
  ),
);
