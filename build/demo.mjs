// npm run demo: a whole life of a task, from asking to payout, on this computer.
import { join } from 'node:path';
import { chromium } from './chromium.mjs';
import { ROOT, runToEnd, toolEnvironment } from './processes.mjs';
import { built, setup } from './setup.mjs';

await setup();
await built();
const browser = await chromium();
const env = toolEnvironment(browser === undefined ? {} : { CHROMIUM: browser });
process.exit(await runToEnd(process.execPath, [join(ROOT, 'e2e/demo.ts'), ...process.argv.slice(2)], { env }));
