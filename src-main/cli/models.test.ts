import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { CallHandlers } from '../../src-shared/bridge/host.ts';
import type { Digest, ModelId } from '../../src-shared/domain/ids.ts';
import type { ModelInspection } from '../../src-shared/domain/machine.ts';
import { testModel } from './test-models.ts';
import { TestCli } from './test-terminal.ts';

const IRIS = testModel('Iris', 'a', { kind: 'table', fields: [] });
const FOUND: ModelInspection = {
  ops: ['MatMul', 'Add'],
  nodes: 2,
  parameters: 6_612,
  memoryEstimate: 3 * 1024 ** 2,
  inputs: ['x: float32[1,4]'],
  outputs: ['y: float32[1,3]'],
  problems: ['a shape is not fixed'],
};

/** Takes what is handed over, and remembers it by the name of its upload. */
function uploads(): { readonly sent: Map<string, string>; readonly handlers: Partial<CallHandlers> } {
  const sent = new Map<string, string>();
  return {
    sent,
    handlers: {
      'uploads.begin': () => {
        const upload = sent.size.toString(16).padStart(32, '0');
        sent.set(upload, '');
        return { upload };
      },
      'uploads.append': ({ upload, base64 }) => {
        sent.set(upload, `${sent.get(upload) ?? ''}${Buffer.from(base64, 'base64').toString()}`);
        return { received: 0 };
      },
    },
  };
}

test('a folder is handed over file by file, with paths as they lie in it', async () => {
  const { sent, handlers } = uploads();
  await using cli = await TestCli.start({
    ...handlers,
    'models.addFolder': () => ({ digest: IRIS.digest }),
    'models.inspect': () => FOUND,
  });
  const folder = join(cli.profile, 'iris');
  mkdirSync(join(folder, 'weights'), { recursive: true });
  writeFileSync(join(folder, 'model.onnx'), 'graph');
  writeFileSync(join(folder, 'weights', 'a.data'), 'weights');
  expect(await cli.run('models', 'add', folder, '--name', 'Iris')).toMatchObject({
    code: 0,
    out: `Iris (iris) was added as ${IRIS.digest}.`,
  });
  const call = cli.node.host.calls.find(({ name }) => name === 'models.addFolder')?.input as {
    readonly files: ReadonlyArray<{ readonly path: string; readonly upload: string }>;
  };
  expect(call).toMatchObject({ name: 'Iris', description: '' });
  expect(call.files.map(({ path, upload }) => [path, sent.get(upload)])).toEqual([
    ['model.onnx', 'graph'],
    ['weights/a.data', 'weights'],
  ]);
  expect((await cli.run('models', 'inspect', folder)).out).toContain('6,612 parameters in 2 steps');
  expect(cli.node.host.calls.at(-1)?.input).toMatchObject({ files: [{ path: 'model.onnx' }, {}] });
});

test('a folder that cannot be a model, or has no end, is refused before anything is sent', async () => {
  await using cli = await TestCli.start();
  const folder = join(cli.profile, 'none');
  const add = () => cli.run('models', 'add', folder, '--name', 'x');
  mkdirSync(folder);
  expect(await add()).toMatchObject({ code: 2, err: expect.stringContaining('The folder is empty') });
  symlinkSync(folder, join(folder, 'again'));
  symlinkSync('/dev/zero', join(folder, 'zero'));
  expect(await add()).toMatchObject({ code: 2, err: expect.stringContaining('no .onnx file') });
  for (let file = 0; file < 300; file++) writeFileSync(join(folder, `${file}.onnx`), 'x');
  expect(await add()).toMatchObject({ code: 2, err: expect.stringContaining('up to 200') });
  expect(cli.node.host.calls).toEqual([]);
});

test('inspect: a file before it is added, a model by its name, and what speaks against it', async () => {
  const { sent, handlers } = uploads();
  await using cli = await TestCli.start({ ...handlers, 'models.inspect': () => FOUND }, { models: [IRIS] });
  const file = join(cli.profile, 'mine.onnx');
  writeFileSync(file, 'graph');
  const { out } = await cli.run('models', 'inspect', file);
  expect(out.split('\n')).toEqual([
    '! a shape is not fixed',
    'size       6,612 parameters in 2 steps',
    'memory     at least 3.0 MiB',
    'operators  MatMul, Add',
    'takes      x: float32[1,4]',
    'gives      y: float32[1,3]',
  ]);
  expect([...sent.values()]).toEqual(['graph']);
  expect(JSON.parse((await cli.run('models', 'inspect', 'iris', '--json')).out)).toEqual(FOUND);
  expect(cli.node.host.calls.at(-1)).toEqual({ name: 'models.inspect', input: { digest: IRIS.digest } });
  expect(await cli.run('models', 'inspect', 'nothing')).toMatchObject({ code: 2 });
});

test('the self-test with how it was run, and a model that is removed with the way back', async () => {
  const odd = `0x${'cd'.repeat(32)}` as Digest;
  const id = `0x${'ef'.repeat(32)}` as ModelId;
  let passed = true;
  await using cli = await TestCli.start(
    {
      'models.selfTest': ({ digest }) => ({
        model: digest,
        passed,
        runs: [
          { how: 'cpu none', digest },
          { how: 'cpu all', digest: passed ? digest : odd },
        ],
        at: 1,
      }),
      'models.remove': () => null,
    },
    { models: [{ ...IRIS, id }] },
  );
  expect((await cli.run('models', 'test', 'iris')).out).toContain('Gave the same bytes in 2 ways.\n  cpu none: 0xaaaa');
  passed = false;
  const failed = await cli.run('models', 'test', 'iris');
  expect(failed.out).toContain('! Gave different bytes in 2 ways, so this machine must not solve it.');
  expect(failed.out).toContain(`cpu all: ${odd}`);
  expect((await cli.run('models', 'remove', 'aaaa')).out).toBe(
    `Iris was removed, 1 B. It is registered: “folkmoot models get ${id}” fetches it again.`,
  );
  expect(cli.node.host.calls.at(-1)).toEqual({ name: 'models.remove', input: { digest: IRIS.digest } });
});

test('models get: an id as people copy it goes to the node, other words do not', async () => {
  await using cli = await TestCli.start({ 'models.fetch': () => ({ digest: IRIS.digest, name: 'Iris' }) });
  expect((await cli.run('models', 'get', IRIS.digest.toUpperCase().replace('X', 'x'))).out).toContain('Iris is here');
  expect(cli.node.host.calls).toEqual([{ name: 'models.fetch', input: { model: IRIS.digest } }]);
  const cid = 'bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku';
  expect((await cli.run('models', 'get', cid)).err).not.toContain('The id is');
  expect(await cli.run('models', 'get', 'iris')).toMatchObject({ code: 2, err: expect.stringContaining('The id is') });
});
