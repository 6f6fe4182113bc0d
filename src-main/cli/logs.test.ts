import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { TestCli } from './test-terminal.ts';

test('logs: oldest first, with what was asked for', async () => {
  const line = { at: 0, part: 'policy', text: 'You paused this machine.' } as const;
  await using cli = await TestCli.start({
    'logs.page': () => [
      { ...line, id: 2, level: 'info' },
      { ...line, id: 1, level: 'trouble', part: 'worker' },
    ],
  });
  const { out } = await cli.run('logs', 'paused', '--trouble', '--lines', '20');
  expect(out.split('\n').map((each) => each.slice(25))).toEqual([
    '! worker: You paused this machine.',
    '  policy: You paused this machine.',
  ]);
  expect(cli.node.host.calls).toEqual([
    { name: 'logs.page', input: { before: null, limit: 20, level: 'trouble', text: 'paused' } },
  ]);
  expect(await cli.run('logs', '--lines', '0')).toMatchObject({ code: 2 });
});

test('diagnostics: shown before it is saved, into a new file of one’s own', async () => {
  const bundle = { reference: 'FM-AAAA-BBBB', files: [{ name: 'log.txt', text: 'a line' }], redacted: ['folders'] };
  await using cli = await TestCli.start({ 'diagnostics.preview': () => bundle });
  const { out } = await cli.run('diagnostics');
  expect(out).toBe('Folkmoot diagnostics FM-AAAA-BBBB\nTaken out: folders.\n\n=== log.txt\na line');
  const file = join(cli.profile, 'help.txt');
  expect(await cli.run('diagnostics', '--save', file)).toMatchObject({
    code: 0,
    out: expect.stringContaining('FM-AAAA-BBBB'),
  });
  expect(readFileSync(file, 'utf8')).toBe(`${out}\n`);
  if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(await cli.run('diagnostics', '--save', file)).toMatchObject({ code: 2 });
});
