import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { CallHandlers } from '../../src-shared/bridge/host.ts';
import { parseMoot, ZERO } from '../../src-shared/domain/amounts.ts';
import type { LineView, Quote, TaskView } from '../../src-shared/domain/tasks.ts';
import { testModel, testTask } from './test-models.ts';
import { TestCli } from './test-terminal.ts';

const WORDS = testModel('Guesser', 'b', { kind: 'text', maxBytes: 20 });
const TABLE = testModel('Prices', 'c', { kind: 'table', fields: [{ name: 'size', min: 0, max: 9 }] });
const DIGITS = testModel('Digit reader', 'a', { kind: 'image', width: 2, height: 2 });
const RAW = testModel('Raw', 'd', { kind: 'tensors', bytes: 3 });

const quote: Quote = {
  fee: parseMoot('0.1'),
  machines: 1,
  modelFee: ZERO,
  total: parseMoot('0.33'),
  checks: ZERO,
  treasuryShare: ZERO,
  prepaid: ZERO,
  obstacle: null,
  finalAfterSeconds: 1,
  refundAfterSeconds: 1,
};
const answerOf = (text: string) => ({ text, shares: [{ label: text, share: 0.976 }] });
const line = (item: number, text: string | null): LineView => ({
  item,
  input: null,
  state: text === null ? 'posted' : 'solved',
  answer: text === null ? null : answerOf(text),
  solver: null,
  resultDigest: null,
  id: null,
  finalAt: null,
});
const progress = (items: number, answered: number, final = 0, back = 0): Partial<TaskView> => ({
  batch: { items, answered, open: items - answered - back, final, back },
  reason: `${answered} of ${items} answered`,
});

/** A node whose batch goes through these states, one per look at the lines. */
async function node(
  story: ReadonlyArray<{ view: Partial<TaskView>; lines: readonly LineView[] }>,
  scripted: Partial<CallHandlers> = {},
): Promise<TestCli> {
  let at = 0;
  const cli: TestCli = await TestCli.start(
    {
      'batches.quote': () => quote,
      'batches.ask': () => {
        cli.node.host.emit({ slice: 'tasks', value: testTask('b1', story[0]?.view) });
        return { key: 'b1' };
      },
      'batches.lines': () => {
        const { lines } = story[at] ?? { lines: [] };
        const next = story[++at];
        if (next !== undefined)
          setImmediate(() => cli.node.host.emit({ slice: 'tasks', value: testTask('b1', next.view) }));
        return lines;
      },
      ...scripted,
    },
    { models: [WORDS, TABLE, DIGITS, RAW] },
  );
  return cli;
}

function list(cli: TestCli, text: string | Buffer): string {
  const file = join(cli.profile, 'lines');
  writeFileSync(file, text);
  return file;
}
const asked = (cli: TestCli): unknown => cli.node.host.calls.findLast(({ name }) => name === 'batches.ask')?.input;
const done = (items: number) => [
  { view: progress(items, items), lines: Array.from({ length: items }, (_, i) => line(i, `a${i}`)) },
];

test('all lines are one batch; each answer is printed when it is there', async () => {
  await using cli = await node([
    { view: progress(3, 1), lines: [line(0, null), line(1, 'fr'), line(2, null)] },
    { view: progress(3, 3), lines: [line(0, 'de'), line(1, 'fr'), line(2, 'en')] },
  ]);
  const file = list(cli, 'Guten Tag\r\n"Bon\\njour"\nhello\n');
  const { code, out } = await cli.run('ask', 'guesser', '--lines', file, '--fee', '0.1');
  expect({ code, out }).toEqual({
    code: 0,
    out: '2\tfr  (97.6 %)\n1\tde  (97.6 %)\n3\ten  (97.6 %)\n3 of 3 answered.',
  });
  expect(asked(cli)).toEqual({
    model: WORDS.digest,
    fee: parseMoot('0.1'),
    inputs: ['Guten Tag', 'Bon\njour', 'hello'].map((text) => ({ kind: 'text', text })),
  });
  expect(cli.node.host.calls.find(({ name }) => name === 'batches.quote')?.input).toMatchObject({ items: 3 });
});

test('--json prints one object per answer, and one for the batch', async () => {
  await using cli = await node(done(2));
  const { out } = await cli.run('ask', 'prices', '--lines', list(cli, '1\n2.5'), '--json');
  const objects = out.split('\n').map((text) => JSON.parse(text) as object);
  expect(objects).toMatchObject([
    { line: 1, answer: { text: 'a0' } },
    { line: 2, answer: { text: 'a1' } },
    { key: 'b1', items: 2, answered: 2 },
  ]);
  expect(asked(cli)).toMatchObject({
    inputs: [
      { kind: 'table', values: [1] },
      { kind: 'table', values: [2.5] },
    ],
  });
});

test('--final waits until the last item is paid or its money is back', async () => {
  await using cli = await node(done(2));
  const waiting = cli.run('ask', 'prices', '--lines', list(cli, '1\n2'), '--final', '--json');
  while (!cli.node.host.calls.some(({ name }) => name === 'batches.lines')) await new Promise(setImmediate);
  cli.node.host.emit({ slice: 'tasks', value: testTask('b1', { ...progress(2, 1, 2, 1), state: 'final' }) });
  expect((await waiting).code).toBe(0);
});

test('lines name files for pictures; raw inputs travel in one upload; standard input works too', async () => {
  const received: Buffer[] = [];
  await using cli = await node(done(2), {
    'uploads.begin': () => ({ upload: 'f'.repeat(32) }),
    'uploads.append': ({ base64 }) => ({ received: received.push(Buffer.from(base64, 'base64')) }),
  });
  const [one, two] = ['1', '2'].map((name) => {
    const file = join(cli.profile, name);
    writeFileSync(file, Buffer.from([Number(name), 2, 3]));
    return file;
  });
  await cli.run('ask', 'raw', '--lines', list(cli, `${one}\n${two}`), '--no-wait');
  expect(asked(cli)).toMatchObject({ inputs: { upload: 'f'.repeat(32), lines: 2 } });
  expect(Buffer.concat(received)).toEqual(Buffer.from([1, 2, 3, 2, 2, 3]));
  writeFileSync(one!, Buffer.from([0, 255, 10, 20]));
  await cli.run('ask', 'digit reader', '--lines', list(cli, one!), '--no-wait');
  expect(asked(cli)).toMatchObject({ inputs: [{ kind: 'image', pixels: 'AP8KFA==' }] });
  await cli.runWith([], 'a\n-\n', 'ask', 'guesser', '--lines', '-', '--no-wait');
  expect(asked(cli)).toMatchObject({
    inputs: [
      { kind: 'text', text: 'a' },
      { kind: 'text', text: '-' },
    ],
  });
});

test.each([
  ['65 lines', 'guesser', 'x\n'.repeat(65), 'There are 65 lines; 64 are the most'],
  ['an empty line', 'guesser', 'a\n\nb', 'Line 2 is empty'],
  ['an empty file', 'guesser', '', 'Line 1 is empty'],
  ['half a JSON string', 'guesser', 'a\n"b', 'Line 2 begins with a quotation mark'],
  ['a text that is too long', 'guesser', `a\n${'b'.repeat(21)}`, 'Line 2: The text has 21 bytes'],
  ['what is no number', 'prices', '1\nx', 'Line 2: Some of the values are no numbers'],
  ['a dash for a file', 'raw', '-', 'Line 1: A dash names no input'],
])('%s is refused, by its number, before anything is asked', async (_what, model, text, why) => {
  await using cli = await node([]);
  expect(await cli.run('ask', model, '--lines', list(cli, text))).toMatchObject({
    code: 2,
    err: expect.stringContaining(why),
  });
  expect(asked(cli)).toBeUndefined();
});

test('an input or lines, not both and not neither; no paid checks', async () => {
  await using cli = await node([]);
  const file = list(cli, 'a');
  expect(await cli.run('ask', 'guesser')).toMatchObject({ code: 2, err: expect.stringContaining('--lines FILE') });
  expect(await cli.run('ask', 'guesser', 'a', '--lines', file)).toMatchObject({ code: 2 });
  expect(await cli.run('ask', 'guesser', '--lines', file, '--assurance', 'checked')).toMatchObject({ code: 2 });
});

test('what cannot be paid is refused; what nobody answers is exit code 6', async () => {
  await using poor = await node([], {
    'batches.quote': () => ({ ...quote, obstacle: 'It costs more than you have.' }),
  });
  expect(await poor.run('ask', 'guesser', '--lines', list(poor, 'a'))).toMatchObject({ code: 4 });
  await using cli = await node([{ view: { ...progress(1, 0, 1, 1), state: 'refunded' }, lines: [line(0, null)] }]);
  expect(await cli.run('ask', 'guesser', '--lines', list(cli, 'a'))).toMatchObject({
    code: 6,
    err: expect.stringContaining('REFUNDED'),
  });
  await using slow = await node([{ view: progress(1, 0), lines: [] }]);
  expect(await slow.run('ask', 'guesser', '--lines', list(slow, 'a'), '--timeout', '1s')).toMatchObject({
    code: 6,
    err: expect.stringContaining('WAITED_TOO_LONG'),
  });
});

test('a batch by its key: shown, or its answers waited for', async () => {
  await using cli = await node(done(1), { 'tasks.get': ({ key }) => testTask(key, progress(1, 0)) });
  expect(await cli.run('task', 'b1')).toMatchObject({ code: 0, out: expect.stringContaining('0 of 1 answered') });
  cli.node.host.emit({ slice: 'tasks', value: testTask('b1', progress(1, 1)) });
  expect(await cli.run('task', 'b1', '--wait')).toMatchObject({ code: 0, out: expect.stringContaining('1\ta0') });
});
