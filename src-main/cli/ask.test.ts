import { createReadStream, existsSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import type { CallHandlers } from '../../src-shared/bridge/host.ts';
import { parseMoot, ZERO } from '../../src-shared/domain/amounts.ts';
import type { ModelId } from '../../src-shared/domain/ids.ts';
import type { Quote, TaskView } from '../../src-shared/domain/tasks.ts';
import { readAll } from './read-file.ts';
import { TestCli } from './test-terminal.ts';
import { testModel, testTask } from './test-models.ts';

const DIGITS = testModel('Digit reader', 'a', { kind: 'image', width: 2, height: 2 });
const WORDS = testModel('Guesser', 'b', { kind: 'text', maxBytes: 10 });
const TABLE = testModel('Prices', 'c', {
  kind: 'table',
  fields: [
    { name: 'size', min: 0, max: 9 },
    { name: 'age', min: 0, max: 9 },
  ],
});
const RAW = testModel('Raw', 'd', { kind: 'tensors', bytes: 700_000 });
const TWIN = testModel('guesser', 'e', { kind: 'text', maxBytes: 10 });

const quote: Quote = {
  fee: parseMoot('0.1'),
  machines: 1,
  modelFee: ZERO,
  total: parseMoot('0.11'),
  checks: ZERO,
  treasuryShare: ZERO,
  prepaid: ZERO,
  obstacle: null,
  finalAfterSeconds: 1,
  refundAfterSeconds: 1,
};
const answer = {
  text: '7',
  shares: [
    { label: '7', share: 0.976 },
    { label: '1', share: 0.02 },
  ],
};

/** A node that posts the task and then says, event by event, how it went. */
async function node(story: ReadonlyArray<Partial<TaskView>>, scripted: Partial<CallHandlers> = {}): Promise<TestCli> {
  const received: Buffer[] = [];
  const cli: TestCli = await TestCli.start(
    {
      'tasks.quote': () => quote,
      'uploads.begin': () => ({ upload: 'f'.repeat(32) }),
      'uploads.append': ({ base64 }) => {
        received.push(Buffer.from(base64, 'base64'));
        return { received: Buffer.concat(received).length };
      },
      'tasks.ask': () => {
        for (const changes of story) cli.node.host.emit({ slice: 'tasks', value: testTask('k1', changes) });
        return { key: 'k1' };
      },
      ...scripted,
    },
    { models: [DIGITS, WORDS, TABLE, RAW] },
  );
  return cli;
}

const asked = (cli: TestCli): unknown => cli.node.host.calls.find(({ name }) => name === 'tasks.ask')?.input;

test('a text is asked at the usual fee, and the answer printed', async () => {
  await using cli = await node([{}, { state: 'solved', answer }]);
  const { code, out } = await cli.run('ask', 'guesser', 'hallo');
  expect({ code, out }).toEqual({ code: 0, out: '7  (97.6 %, 1 2.0 %)' });
  expect(asked(cli)).toEqual({
    model: WORDS.digest,
    assurance: 'basic',
    fee: parseMoot('0.1'),
    input: { kind: 'text', text: 'hallo' },
  });
});

test('a picture comes from a PGM or raw file, inverted if wished; the model by its digest', async () => {
  await using cli = await node([{ state: 'solved', answer }]);
  const file = join(cli.profile, 'x.pgm');
  writeFileSync(file, Buffer.concat([Buffer.from('P5\n# drawn by hand\n2 2\n255\n'), Buffer.from([0, 255, 10, 20])]));
  expect(await cli.run('ask', '0xaaaa', file, '--fee', '0.25', '--json')).toMatchObject({ code: 0 });
  expect(asked(cli)).toEqual({
    model: DIGITS.digest,
    assurance: 'basic',
    fee: parseMoot('0.25'),
    input: { kind: 'image', pixels: Buffer.from([0, 255, 10, 20]).toString('base64') },
  });
  writeFileSync(file, Buffer.from([0, 255, 10, 20]));
  await cli.run('ask', 'Digit reader', file, '--invert');
  expect(cli.node.host.calls.findLast(({ name }) => name === 'tasks.ask')?.input).toMatchObject({
    input: { pixels: Buffer.from([255, 0, 245, 235]).toString('base64') },
  });
  writeFileSync(file, Buffer.from([0, 255, 10]));
  expect(await cli.run('ask', 'Digit reader', file)).toMatchObject({
    code: 2,
    err: expect.stringContaining('2 x 2 pixels, this is 3 bytes'),
  });
});

test('a table from numbers, a text from standard input, raw bytes by upload', async () => {
  await using cli = await node([{ state: 'solved', answer }]);
  await cli.run('ask', 'prices', '1, 2.5');
  expect(asked(cli)).toMatchObject({ input: { kind: 'table', values: [1, 2.5] } });
  expect(await cli.run('ask', 'prices', '1')).toMatchObject({ code: 2, err: expect.stringContaining('size, age') });
  expect(await cli.run('ask', 'prices', '1,x')).toMatchObject({ code: 2 });
  await cli.runWith([], 'from in', 'ask', 'guesser', '-');
  expect(cli.node.host.calls.at(-1)?.input).toMatchObject({ input: { kind: 'text', text: 'from in' } });
  expect(await cli.run('ask', 'guesser', 'more than ten bytes')).toMatchObject({ code: 2 });
  const file = join(cli.profile, 'raw');
  writeFileSync(file, Buffer.alloc(700_000, 3));
  expect(await cli.run('ask', 'raw', file)).toMatchObject({ code: 0 });
  expect(cli.node.host.calls.filter(({ name }) => name === 'uploads.append')).toHaveLength(3);
  expect(cli.node.host.calls.at(-1)?.input).toMatchObject({ input: { kind: 'upload', upload: 'f'.repeat(32) } });
});

test('--no-wait prints the key at once', async () => {
  await using cli = await node([{}]);
  expect(await cli.run('ask', 'guesser', 'hi', '--no-wait')).toMatchObject({ code: 0, out: 'k1' });
});

test('--final waits for more than the answer', async () => {
  await using cli = await node([{ state: 'solved', answer }]);
  const waiting = cli.run('ask', 'guesser', 'hi', '--final', '--json');
  const early = await Promise.race([waiting, new Promise((resolve) => setImmediate(() => resolve('still waiting')))]);
  expect(early).toBe('still waiting');
  while (!cli.node.host.calls.some(({ name }) => name === 'tasks.ask')) await new Promise(setImmediate);
  cli.node.host.emit({ slice: 'tasks', value: testTask('k1', { state: 'final', answer }) });
  expect(JSON.parse((await waiting).out)).toMatchObject({ key: 'k1', state: 'final', answer: { text: '7' } });
});

test.each([
  ['refunded', 'REFUNDED'],
  ['failed', 'TASK_FAILED'],
] as const)('a task that ends %s is exit code 6', async (state, code) => {
  await using cli = await node([{}, { state, reason: 'because' }]);
  const ran = await cli.run('ask', 'guesser', 'hi', '--json');
  expect(ran.code).toBe(6);
  expect(JSON.parse(ran.err)).toMatchObject({ error: { code, message: expect.stringContaining('because') } });
});

test('waiting ends at the timeout, and when the node goes', async () => {
  await using cli = await node([{}]);
  expect(await cli.run('ask', 'guesser', 'hi', '--timeout', '1s')).toMatchObject({
    code: 6,
    err: expect.stringContaining('WAITED_TOO_LONG'),
  });
  const waiting = cli.run('ask', 'guesser', 'hi');
  while (cli.node.host.calls.filter(({ name }) => name === 'tasks.ask').length < 2) await new Promise(setImmediate);
  await cli.run('stop');
  expect(await waiting).toMatchObject({ code: 1, err: expect.stringContaining('BRIDGE_CLOSED') });
});

test('an obstacle is said before anything is posted', async () => {
  await using cli = await node([], { 'tasks.quote': () => ({ ...quote, obstacle: 'You have 0 MOOT.' }) });
  expect(await cli.run('ask', 'guesser', 'hi')).toMatchObject({
    code: 4,
    err: expect.stringContaining('You have 0 MOOT.'),
  });
  expect(asked(cli)).toBeUndefined();
});

test('models: listed, opted in and out, added and registered; a doubtful name is asked back', async () => {
  await using cli = await node([], { 'models.add': () => ({ digest: DIGITS.digest }) });
  cli.node.host.emit({ slice: 'models', value: [DIGITS, WORDS, TWIN] });
  const listed = await cli.run('models', 'list', '--json');
  expect(listed.out.split('\n').map((line) => (JSON.parse(line) as { name: string }).name)).toEqual([
    'Digit reader',
    'Guesser',
    'guesser',
  ]);
  expect((await cli.run('models', 'list')).out).toContain('not solved here');
  expect(await cli.run('models', 'opt-in', 'guesser')).toMatchObject({
    code: 2,
    err: expect.stringContaining('0xeeeeeeee'),
  });
  expect(await cli.run('models', 'opt-in', 'nothing')).toMatchObject({ code: 2 });
  expect(await cli.run('models', 'opt-in', 'digit READER')).toMatchObject({ code: 0 });
  expect(await cli.run('models', 'opt-in', 'aaaa', '--min-fee', '0.01')).toMatchObject({
    code: 0,
    out: expect.stringContaining('0.01 MOOT or more'),
  });
  expect(await cli.run('models', 'opt-out', 'aaaa')).toMatchObject({ code: 0 });
  const file = join(cli.profile, 'x.onnx');
  writeFileSync(file, 'model');
  expect(await cli.run('models', 'add', file, '--name', 'Mine', '--register', '0.5')).toMatchObject({
    code: 0,
    out: expect.stringContaining('once the wallet is open'),
  });
  expect(cli.node.host.calls.map(({ name, input }) => [name, input])).toEqual([
    ['models.optIn', { digest: DIGITS.digest, on: true }],
    ['models.setMinFee', { digest: DIGITS.digest, minFee: parseMoot('0.01') }],
    ['models.optIn', { digest: DIGITS.digest, on: true }],
    ['models.optIn', { digest: DIGITS.digest, on: false }],
    ['uploads.begin', { bytes: 5 }],
    ['uploads.append', { upload: 'f'.repeat(32), base64: Buffer.from('model').toString('base64') }],
    ['models.add', { upload: 'f'.repeat(32), name: 'Mine', description: '' }],
    ['models.register', { digest: DIGITS.digest, modelFee: parseMoot('0.5') }],
  ]);
});

test('a model is registered when it has an id on chain, not before', async () => {
  const registered = { ...DIGITS, id: `0x${'1'.repeat(64)}` as ModelId };
  await using cli = await node([], {
    'models.add': () => ({ digest: DIGITS.digest }),
    'models.register': () => {
      setImmediate(() => cli.node.host.emit({ slice: 'models', value: [registered] }));
      return null;
    },
  });
  const { wallet } = cli.node.host.options.snapshot();
  cli.node.host.emit({ slice: 'wallet', value: { ...wallet, state: 'unlocked' } });
  const file = join(cli.profile, 'x.onnx');
  writeFileSync(file, 'model');
  expect(await cli.run('models', 'add', file, '--name', 'Mine', '--register', '0.5')).toMatchObject({
    code: 0,
    out: expect.stringContaining('It is registered, with 0.5 MOOT'),
  });
});

test.runIf(existsSync('/dev/zero'))('nothing without an end is read, nothing too large', async () => {
  await using cli = await node([]);
  const large = join(cli.profile, 'large');
  writeFileSync(large, '');
  truncateSync(large, 8 * 1024 * 1024 + 1);
  for (const [file, why] of [
    ['/dev/zero', 'not a plain file'],
    [large, '8 MiB is the most'],
  ] as const)
    expect(await cli.run('ask', 'digit reader', file)).toMatchObject({ code: 2, err: expect.stringContaining(why) });
  expect(await cli.run('models', 'add', '/dev/zero', '--name', 'x')).toMatchObject({ code: 2 });
  truncateSync(large, 256 * 1024 * 1024 + 1);
  expect(await cli.run('models', 'add', large, '--name', 'x')).toMatchObject({ code: 2 });
  await expect(readAll(createReadStream('/dev/zero'), 1000)).rejects.toThrow('too large');
  expect((await readAll(Readable.from([Buffer.from('ab'), Buffer.from('c')]), 3)).toString()).toBe('abc');
});

test('what strangers wrote cannot steer the terminal', async () => {
  await using cli = await node([{ state: 'solved', answer: { text: 'a\u001b[2J\u009bb\u202ec\nd', shares: [] } }]);
  expect((await cli.run('ask', 'guesser', 'hi')).out).toBe('a[2Jbc\nd');
  const { out } = await cli.run('ask', 'guesser', 'hi', '--json');
  expect(out).toMatch(/^[\x20-\x7e]+$/);
  expect(JSON.parse(out)).toMatchObject({ answer: { text: 'a\u001b[2J\u009bb\u202ec\nd' } });
});

test('a task by its key: shown, waited for, its money taken back', async () => {
  let state: Partial<TaskView> = { reason: 'Nobody took it yet.', retractAt: 0 };
  await using cli = await node([], { 'tasks.get': ({ key }) => testTask(key, state) });
  const shown = await cli.run('task', 'k7');
  expect(shown).toMatchObject({ code: 0, out: expect.stringContaining('m: posted. Nobody took it yet.') });
  expect(shown.out).toContain('folkmoot take-back k7');
  expect(await cli.run('task', 'k7', '--wait', '--timeout', '1s')).toMatchObject({ code: 6 });
  cli.node.host.emit({ slice: 'tasks', value: testTask('k7', { state: 'solved', answer }) });
  expect(await cli.run('task', 'k7', '--wait')).toMatchObject({ code: 0, out: '7  (97.6 %, 1 2.0 %)' });
  state = { state: 'final', answer };
  expect(JSON.parse((await cli.run('task', 'k7', '--final', '--json')).out)).toMatchObject({ state: 'final' });
  state = { state: 'refunded' };
  expect(await cli.run('task', 'k7')).toMatchObject({ code: 0 });
  expect(await cli.run('task', 'k7', '--final')).toMatchObject({ code: 6 });
  expect(await cli.run('take-back', 'k7')).toMatchObject({ code: 0 });
  expect(cli.node.host.calls.at(-1)).toEqual({ name: 'tasks.retract', input: { key: 'k7' } });
});
