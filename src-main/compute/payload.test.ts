import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { removeFolder } from '../files.ts';
import { sha256 } from '../models/hash.ts';
import { store, unpack } from './payload.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'folkmoot-payload-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
const changed = expect.objectContaining({ code: 'PAYLOAD_CHANGED' });

test('content comes through a file, which is gone afterwards; other content, length or place is refused', () => {
  const here = folder();
  const bytes = Uint8Array.from([1, 2, 3]);
  const ref = store(bytes, here);
  expect(Uint8Array.from(unpack(ref, here))).toEqual(bytes);
  expect(() => unpack(ref, here)).toThrow(changed);
  expect(() => unpack({ ...store(bytes, here), bytes: 4 }, here)).toThrow(changed);
  expect(() => unpack({ ...store(bytes, here), digest: sha256(bytes.subarray(1)) }, here)).toThrow(changed);
  expect(() => unpack(store(bytes, folder()), here)).toThrow(changed);
});

test.skipIf(process.platform === 'win32')('a pipe or a link in place of the file keeps nobody waiting', () => {
  const here = folder();
  const path = join(here, 'pipe');
  execFileSync('mkfifo', [path]);
  expect(() => unpack({ path, digest: sha256(new Uint8Array()), bytes: 0 }, here)).toThrow(changed);
  writeFileSync(join(here, 'target'), 'abc');
  symlinkSync(join(here, 'target'), join(here, 'link'));
  expect(() => unpack({ path: join(here, 'link'), digest: sha256(Buffer.from('abc')), bytes: 3 }, here)).toThrow(
    changed,
  );
});

test('a folder whose parts cannot be looked into any more is removed, and what its links lead to is not', () => {
  const [here, elsewhere] = [join(folder(), 'lane'), folder()];
  mkdirSync(join(here, 'out/deep'), { recursive: true });
  writeFileSync(join(here, 'out/deep/file'), 'x');
  writeFileSync(join(elsewhere, 'mine'), 'x');
  symlinkSync(elsewhere, join(here, 'out/link'));
  chmodSync(join(here, 'out/deep'), 0);
  chmodSync(join(here, 'out'), 0);
  removeFolder(here);
  expect(() => removeFolder(here)).not.toThrow();
  writeFileSync(join(elsewhere, 'mine'), 'still there');
  mkdirSync(here);
});
