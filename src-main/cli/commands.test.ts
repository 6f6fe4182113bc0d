import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FolkmootError } from '../../src-shared/domain/errors.ts';
import { processTerminal } from './terminal.ts';
import { TestCli } from './test-terminal.ts';

test('status says what is done and why, also as JSON', async () => {
  await using cli = await TestCli.start();
  const human = await cli.run('status');
  expect(human.code).toBe(0);
  expect(human.out).toContain('Waiting for work. Nobody asks for your models now.');
  expect(human.out).toContain('nothing is worth money');
  const { out } = await cli.run('status', '--json');
  expect(JSON.parse(out)).toMatchObject({
    activity: { code: 'NO_WORK' },
    wallet: { state: 'none' },
    node: { chainId: 31337 },
  });
});

test('pause and resume', async () => {
  await using cli = await TestCli.start();
  expect(await cli.run('pause', '1h')).toMatchObject({ code: 0, out: 'Paused for 1h.' });
  expect(await cli.run('pause')).toMatchObject({ code: 0 });
  expect(await cli.run('resume', '--json')).toMatchObject({ code: 0, out: '{"paused":false}' });
  expect(cli.node.host.calls).toEqual([
    { name: 'policy.pause', input: { forMs: 3_600_000, device: null, finish: false } },
    { name: 'policy.pause', input: { forMs: null, device: null, finish: false } },
    { name: 'policy.resume', input: { device: null } },
  ]);
});

test('the address, and the stop that waits until the node is gone', async () => {
  await using cli = await TestCli.start();
  expect(await cli.run('url')).toMatchObject({ code: 0, out: 'http://127.0.0.1:1/login?token=t' });
  expect(await cli.run('stop')).toMatchObject({ code: 0, out: 'The node has stopped.' });
  expect(cli.node.life).toEqual(['stop']);
  expect(await cli.run('status')).toMatchObject({ code: 3 });
});

test('a second node on the same profile is refused', async () => {
  await using cli = await TestCli.start();
  const { code, err } = await cli.run('start');
  expect(code).toBe(5);
  expect(err).toContain('already running');
});

test('what the node refuses keeps its code, message and remedy', async () => {
  await using cli = await TestCli.start({
    'wallet.unlock': () => {
      throw new FolkmootError('WRONG_PASSPHRASE', 'That is not the passphrase.', { remedy: 'Try again.' });
    },
  });
  const { code, err } = await cli.runWith(['nope nope'], '', 'wallet', 'unlock');
  expect(code).toBe(4);
  expect(err).toBe('folkmoot: That is not the passphrase.\n  What to do: Try again.\n  (code WRONG_PASSPHRASE)');
});

test('wallet: made with a passphrase typed twice, opened, shown, locked', async () => {
  await using cli = await TestCli.start({
    'wallet.create': () => ({ address: '0xabc' }),
    'wallet.restore': () => ({ address: '0xdef' }),
    'wallet.words': () => ({ words: ['abandon', 'ability'] }),
  });
  expect((await cli.run('wallet', 'status')).out).toContain('no wallet yet');
  expect(await cli.runWith(['correct horse', 'correct hors'], '', 'wallet', 'create')).toMatchObject({ code: 2 });
  expect((await cli.runWith(['correct horse', 'correct horse'], '', 'wallet', 'create')).out).toContain('0xabc');
  expect(
    (await cli.runWith([' some words ', 'correct horse', 'correct horse'], '', 'wallet', 'restore')).out,
  ).toContain('0xdef');
  expect(await cli.runWith(['correct horse'], '', 'wallet', 'unlock')).toMatchObject({ code: 0 });
  expect((await cli.runWith(['correct horse'], '', 'wallet', 'words')).out).toBe(' 1. abandon\n 2. ability');
  expect(await cli.run('wallet', 'lock')).toMatchObject({ code: 0 });
  expect(cli.node.host.calls).toEqual([
    { name: 'wallet.create', input: { passphrase: 'correct horse' } },
    { name: 'wallet.restore', input: { words: 'some words', passphrase: 'correct horse' } },
    { name: 'wallet.unlock', input: { passphrase: 'correct horse' } },
    { name: 'wallet.words', input: { passphrase: 'correct horse' } },
    { name: 'wallet.lock', input: {} },
  ]);
});

test('a passphrase comes from a file only where nobody else can read it', async () => {
  await using cli = await TestCli.start();
  const file = join(cli.profile, 'passphrase');
  writeFileSync(file, 'from the file\n', { mode: 0o600 });
  expect(await cli.run('wallet', 'unlock', '--passphrase-file', file)).toMatchObject({ code: 0 });
  expect(cli.node.host.calls).toEqual([{ name: 'wallet.unlock', input: { passphrase: 'from the file' } }]);
  chmodSync(file, 0o644);
  const open = await cli.run('wallet', 'unlock', '--passphrase-file', file);
  expect(open).toMatchObject({ code: 2, err: expect.stringContaining('chmod 600') });
  expect(open.err).not.toContain('from the file');
  expect(await cli.run('wallet', 'unlock', '--passphrase-file', `${file}.none`)).toMatchObject({ code: 2 });
  chmodSync(file, 0o600);
  writeFileSync(file, 'two\nlines\n');
  for (const command of [['wallet', 'unlock'], ['start']])
    expect(await cli.run(...command, '--passphrase-file', file)).toMatchObject({
      code: 2,
      err: expect.stringContaining('more than one line'),
    });
});

test('the wallet comes back from a file with its words, and goes out as a file that nobody else can read', async () => {
  await using cli = await TestCli.start({
    'wallet.restore': () => ({ address: '0xdef' }),
    'wallet.export': () => ({ name: 'vault.json', text: '{"vault":1}' }),
  });
  const [words, passphrase, copy] = ['words', 'passphrase', 'copy'].map((name) => join(cli.profile, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(words, ' 1. abandon\n 2. ability\n', { mode: 0o600 });
  writeFileSync(passphrase, 'correct horse\n', { mode: 0o600 });
  const restore = ['wallet', 'restore', '--words-file', words, '--passphrase-file', passphrase];
  expect(await cli.run(...restore)).toMatchObject({ code: 0, err: '' });
  chmodSync(words, 0o644);
  expect(await cli.run(...restore)).toMatchObject({ code: 0, err: expect.stringContaining('chmod 600') });
  expect(cli.node.host.calls[0]?.input).toEqual({ words: 'abandon ability', passphrase: 'correct horse' });
  expect(await cli.run('wallet', 'export', copy)).toMatchObject({ code: 0 });
  expect(readFileSync(copy, 'utf8')).toBe('{"vault":1}');
  if (process.platform !== 'win32') expect(statSync(copy).mode & 0o777).toBe(0o600);
  expect(await cli.run('wallet', 'export', copy)).toMatchObject({ code: 2, err: expect.stringContaining('already') });
});

test.skipIf(process.stdin.isTTY)('without a terminal it is said what is missing', async () => {
  await expect(processTerminal().secret('The words, in their order: ', 'Use --words-file FILE.')).rejects.toMatchObject(
    {
      message: expect.stringContaining('The words'),
      remedy: 'Use --words-file FILE.',
    },
  );
});
