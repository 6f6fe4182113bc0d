import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { testNode } from '../control/test-node.ts';
import { main } from './main.ts';

/**
 * For tests only: the command line as a process, with a node that has no parts. FOLKMOOT_TEST_FOLDER holds the
 * interface; FOLKMOOT_TEST_STOP=never makes a node that does not stop, FOLKMOOT_TEST_START=fail one that does not start.
 */
const folder = process.env['FOLKMOOT_TEST_FOLDER'] ?? '';
mkdirSync(join(folder, 'web'), { recursive: true });
writeFileSync(join(folder, 'web/index.html'), '<!doctype html>hello');
const node = testNode();
const stop = process.env['FOLKMOOT_TEST_STOP'] === 'never' ? () => Promise.reject(new Error('stuck')) : node.stop;
const start =
  process.env['FOLKMOOT_TEST_START'] === 'fail' ? () => Promise.reject(new Error('the store is newer')) : node.start;
await main(join(import.meta.dirname, '../../out/main'), {
  renderer: join(folder, 'web'),
  create: async () => () => ({ ...node, start, stop }),
});
