import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { logFile } from './control/log-file.ts';
import { LogRing } from './diagnostics/log-ring.ts';
import { oneLine } from './log.ts';

test('whatever a stranger’s text holds, it is one line, of letters, and not for ever', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (text) => {
      const line = oneLine(text);
      expect(line).not.toMatch(/(?!\t)[\p{Cc}\p{Bidi_Control}]/u);
    }),
  );
  expect(oneLine('x'.repeat(10_000))).toHaveLength(4_000);
});

test('a node name of a graph forges no line and moves no cursor, in the file and in memory', () => {
  const folder = mkdtempSync(join(tmpdir(), 'folkmoot-log-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const ring = new LogRing();
  ring.tee(logFile(folder))(
    'worker: Non-zero status of node "x\r\n2026-01-01T00:00:00.000Z wallet: all is well\u001b[2J\u202e"',
  );
  const lines = readFileSync(join(folder, 'node.log'), 'utf8').trimEnd().split('\n');
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(
    /^\S+Z worker: Non-zero status of node "x ⏎ 2026-01-01T00:00:00\.000Z wallet: all is well\[2J"$/,
  );
  expect(ring.page({ before: null, limit: 9, level: null, text: '' })).toMatchObject([
    { part: 'worker', text: expect.not.stringContaining('\n') },
  ]);
});
