import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

test.each([
  ['uncaughtException', 'setTimeout(() => { throw new Error("nobody caught this"); })'],
  ['unhandledRejection', 'void Promise.reject(new Error("nobody caught this"))'],
])('an %s is in the log of the node that it ended', (origin, fault) => {
  const folder = mkdtempSync(join(tmpdir(), 'folkmoot-last-words-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const from = (file: string): string => JSON.stringify(join(import.meta.dirname, file));
  const script = `
    import { lastWords } from ${from('last-words.ts')};
    import { logFile } from ${from('../control/log-file.ts')};
    lastWords(logFile(${JSON.stringify(folder)}));
    ${fault};
  `;
  const ended = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  expect(ended.status).toBe(1);
  expect(readFileSync(join(folder, 'node.log'), 'utf8')).toMatch(
    new RegExp(`ended by an ${origin}: Error: nobody caught this ⏎ at `),
  );
});
