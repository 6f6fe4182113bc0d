import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { folkmoot } from './support/command-line.ts';
import { NodeProcess } from './support/node-process.ts';

/** Many lines at once, from a file to the last payout: one command, a neighbour that solves them. */
let root: string;
let node: NodeProcess;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'folkmoot-batch-'));
  node = new NodeProcess(join(root, 'node'), []);
  await node.start();
  await node.until('money to ask with', ({ wallet }) => BigInt(wallet.balances?.prepaid ?? 0) > 0n);
});

afterAll(async () => {
  await node.stop();
  rmSync(root, { recursive: true, force: true });
});

test('a file of lines is asked, answered line by line, paid for as one', async () => {
  const file = join(root, 'lines.txt');
  const lines = [
    'Guten Morgen, wie geht es dir?',
    JSON.stringify('Bonjour,\ncomment allez-vous ?'),
    'How are you today?',
  ];
  writeFileSync(file, Array.from({ length: 40 }, (_, i) => lines[i % 3]).join('\n'));
  const { code, out, err } = await folkmoot(
    'ask',
    'Language guesser',
    '--lines',
    file,
    '--final',
    '--timeout',
    '3m',
    '--json',
    '--profile',
    node.profile,
  );
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const said = out
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text) as { line?: number; answer?: { text: string }; state: string; answered?: number });
  const answers = new Map(said.flatMap(({ line, answer }) => (line === undefined ? [] : [[line, answer?.text]])));
  expect([1, 2, 3, 40].map((line) => answers.get(line))).toEqual(['German', 'French', 'English', 'German']);
  expect(said.at(-1)).toMatchObject({ state: 'final', items: 40, answered: 40, final: 40, back: 0 });
  expect(answers.size).toBe(40);
});
