import { expect, test } from 'vitest';
import { commands } from './commands.ts';
import { parseDuration } from './duration.ts';
import { runLine } from './test-terminal.ts';

test.each([
  [['dance'], 'There is no command “dance”'],
  [['wallet'], '“folkmoot wallet” needs one more word'],
  [['wallet', 'burn'], 'There is no command “wallet burn”'],
  [['status', '--colour'], "Unknown option '--colour'"],
  [['status', '--profile'], '--profile'],
  [['status', 'now'], '“now” is one word too many'],
  [['ask', 'Digit reader'], 'Give one INPUT, or --lines FILE'],
  [['pause', 'soon'], '“soon” is not a time span'],
  [['ask', 'm', 'i', '--fee', '-1'], '--fee'],
  [['ask', 'm', 'i', '--fee=a lot'], 'not an amount'],
  [['start', '--port', '70000'], '“70000” is not a port'],
  [['start', '--port', '80'], '“80” is not a port'],
  [['start', '--persona', 'dancer'], 'There is no persona “dancer”'],
  [['models', 'add', 'x.onnx'], '--name is missing'],
])('%j is not understood, and says why', async (args, why) => {
  const { code, out, err } = await runLine(args);
  expect(err).toContain(why);
  expect(out).toBe('');
  expect(code).toBe(2);
});

test('help for a family, and by the word help', async () => {
  const family = await runLine(['models', '--help']);
  expect(family.code).toBe(0);
  for (const { name } of commands) expect(family.out.includes(`  ${name} `)).toBe(name.startsWith('models '));
  expect(await runLine(['help', 'models'])).toEqual(family);
  expect(await runLine(['wallet', '-h'])).toMatchObject({ code: 0, out: expect.stringContaining('wallet restore') });
  expect(await runLine(['help', 'ask'])).toEqual(await runLine(['ask', '--help']));
  expect(await runLine(['help', 'wallet', 'words'])).toEqual(await runLine(['wallet', 'words', '--help']));
  expect(await runLine(['help', 'dance'])).toMatchObject({ code: 2 });
});

test('a passphrase cannot be given on the command line', () => {
  for (const { options } of commands) expect(Object.keys(options ?? {})).not.toContain('passphrase');
});

test('help and version', async () => {
  const overview = await runLine(['--help']);
  expect(overview.code).toBe(0);
  const rows = overview.out.split('\n').map((line) => line.trim().split(/ {2,}/));
  for (const { name, summary } of commands) expect(rows).toContainEqual([name, summary]);
  expect(await runLine([])).toMatchObject({ code: 2, out: overview.out });
  expect(await runLine(['--version'])).toMatchObject({ code: 0, out: '1.2.3' });
});

test.each(commands.map((command) => [command.name, command] as const))(
  '“%s --help” names every option and word',
  async (name, command) => {
    const { code, out } = await runLine([...name.split(' '), '--help']);
    expect(code).toBe(0);
    expect(out).toContain(command.summary);
    for (const option of ['profile', 'json', ...Object.keys(command.options ?? {})])
      expect(out).toContain(`--${option}`);
    for (const positional of command.positionals ?? []) expect(out).toContain(positional.about);
  },
);

test('errors for programs are one line of JSON', async () => {
  const { code, err } = await runLine(['status', '--json', '--profile', '/nonexistent/profile']);
  expect(code).toBe(3);
  expect(JSON.parse(err)).toMatchObject({
    error: { code: 'NO_NODE', remedy: expect.stringContaining('folkmoot start') },
  });
});

test.each([
  ['30s', 30_000],
  ['30m', 1_800_000],
  ['1h', 3_600_000],
  ['2d', 172_800_000],
])('the time span %s', (text, ms) => expect(parseDuration(text)).toBe(ms));

test.each(['', '1', 'h', '-1h', '1.5h', '0s', '400d', '1e3s'])('%j is no time span', (text) => {
  expect(() => parseDuration(text)).toThrow('is not a time span');
});
