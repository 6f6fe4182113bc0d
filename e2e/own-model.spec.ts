import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { doublingModel } from '../src-main/models/samples.ts';
import { folkmoot } from './support/command-line.ts';
import { NodeProcess } from './support/node-process.ts';
import { onlySolver } from './support/only-solver.ts';

/**
 * A person's own model, from file to paid answer: added and registered on one machine, fetched by its id on another,
 * asked with an input that is too large for the chain and travels between the two.
 */
const VALUES = 4_096;

let root: string;
let author: NodeProcess;
let solver: NodeProcess;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'folkmoot-model-'));
  author = new NodeProcess(join(root, 'author'), ['--no-peers']);
  await author.start();
  await author.until(
    'the author to be ready',
    (state) => state.wallet.balances !== null && state.node.stages.every((stage) => stage.state === 'ready'),
  );
  solver = await onlySolver(root, author);
});

afterAll(async () => {
  await solver.stop();
  await author.stop();
  rmSync(root, { recursive: true, force: true });
});

async function upload(node: NodeProcess, bytes: Uint8Array): Promise<string> {
  const { upload: id } = await node.call('uploads.begin', { bytes: bytes.length });
  for (let at = 0; at < bytes.length; at += 200_000) {
    await node.call('uploads.append', {
      upload: id,
      base64: Buffer.from(bytes.subarray(at, at + 200_000)).toString('base64'),
    });
  }
  return id;
}

test('added, registered, fetched by id elsewhere, asked with a large input, answered and paid', async () => {
  const { digest } = await author.call('models.add', {
    upload: await upload(author, doublingModel(VALUES).bytes),
    name: 'Doubler',
    description: 'Twice every value.',
  });
  await author.call('models.register', { digest, modelFee: '0' as never });
  const model = await author.until('the registration', ({ models }) =>
    models.find((entry) => entry.digest === digest && entry.id !== null),
  );
  // The other machine hears of the registration a moment later.
  const get = (): Promise<number | null> =>
    folkmoot('models', 'get', model.id!, '--profile', solver.profile).then(({ code }) => code);
  await expect.poll(get, { timeout: 60_000 }).toBe(0);
  await solver.call('models.optIn', { digest, on: true });
  await solver.call('models.setMinFee', { digest, minFee: '0' as never });

  const input = new Float32Array(VALUES).map((_, index) => index / 8);
  const { key } = await author.call('tasks.ask', {
    model: digest,
    fee: '10000000000000000' as never,
    input: { kind: 'upload', upload: await upload(author, new Uint8Array(input.buffer)) },
  });
  const done = await author.until('the answer', ({ tasks }) =>
    tasks.find((task) => task.key === key && task.answer !== null),
  );
  expect(done.answer!.text).toContain('0, 0.25, 0.5, 0.75');
  await author.until('the end', ({ tasks }) => tasks.some((task) => task.key === key && task.state === 'final'));
  const work = solver.state.tasks.find(({ id }) => id === done.id)!;
  expect(work.steps.find(({ kind }) => kind === 'fetched')!.text).toContain('from a peer');
});

test('an id that nobody registered is refused by name', async () => {
  const got = await folkmoot('models', 'get', `0x${'12'.repeat(32)}`, '--profile', solver.profile);
  expect(got.code).not.toBe(0);
  expect(got.err).toContain('MODEL_UNKNOWN');
});
