import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readPassphraseFile } from './passphrase-file.ts';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'folkmoot-pass-'));
  file = join(folder, 'passphrase');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function put(text: string, mode: number): Promise<void> {
  await writeFile(file, text);
  await chmod(file, mode);
}

const refusal = (path: string): Promise<string> =>
  readPassphraseFile(path).then(
    () => 'read',
    (error: unknown) => {
      expect((error as { code: string }).code).toBe('PASSPHRASE_FILE');
      return (error as Error).message;
    },
  );

describe.skipIf(process.platform === 'win32')('passphrase file', () => {
  it.each([0o600, 0o400])('is read with mode %o, without its last line end', async (mode) => {
    for (const [text, read] of [
      ['a b c', 'a b c'],
      ['a b c\n', 'a b c'],
      ['a b c\r\n', 'a b c'],
      [' a\n\n', ' a\n'],
    ] as const) {
      await rm(file, { force: true });
      await put(text, mode);
      expect(await readPassphraseFile(file)).toBe(read);
    }
  });

  it.each([0o604, 0o640, 0o620, 0o660, 0o644, 0o700, 0o777])('is refused with mode %o', async (mode) => {
    await put('secret', mode);
    expect(await refusal(file)).toBe(
      `The passphrase file was not used: others may use it (mode 0${mode.toString(8)}).`,
    );
  });

  it('is refused when it is not ours', async () => {
    await put('secret', 0o600);
    const uid = vi.spyOn(process, 'getuid').mockReturnValue(4_000_000);
    expect(await refusal(file)).toMatch(/belongs to another user/);
    uid.mockRestore();
  });

  it('is refused when missing, empty, a link, a folder or too large', async () => {
    expect(await refusal(file)).toMatch(/cannot be opened \(ENOENT\)/);
    await put('\n', 0o600);
    expect(await refusal(file)).toMatch(/empty/);
    await symlink(file, join(folder, 'link'));
    expect(await refusal(join(folder, 'link'))).toMatch(/a link/);
    await mkdir(join(folder, 'folder'), { mode: 0o600 });
    expect(await refusal(join(folder, 'folder'))).toMatch(/not a plain file/);
    await put('x'.repeat(4097), 0o600);
    expect(await refusal(file)).toMatch(/larger than 4096/);
  });
});
