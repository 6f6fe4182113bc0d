import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Signer } from './signer.ts';
import { Crash, JUNK, JUNK_ADDRESS, MemoryDisk, TEST_N, type Fault } from './test-tools.ts';

const OLD = 'the old one';
const NEW = 'the new one';

async function signer(disk: MemoryDisk): Promise<Signer> {
  const made = new Signer({ disk });
  await made.open({ folder: '/w', testScryptN: TEST_N });
  return made;
}

const code = (act: Promise<unknown>): Promise<string> =>
  act.then(
    () => 'ok',
    (error: unknown) => (error instanceof Crash ? 'crash' : String((error as { code?: string }).code ?? error)),
  );

const opens = async (disk: MemoryDisk, passphrase: string): Promise<string> => {
  const made = await signer(disk);
  return code(made.unlock(passphrase));
};

/** Runs an act with the fault at every change in turn, until the act needs no more changes. */
async function everywhere(
  fault: Fault,
  prepare: (disk: MemoryDisk) => Promise<Signer>,
  act: (signer: Signer) => Promise<unknown>,
  then: (disk: MemoryDisk, code: string, at: number) => Promise<void>,
): Promise<number> {
  for (let at = 0; ; at++) {
    const disk = new MemoryDisk();
    const made = await prepare(disk);
    disk.failAt(at, fault);
    const result = await code(act(made));
    const reached = disk.changes > at;
    disk.reboot();
    await then(disk, result, at);
    if (!reached) return at;
  }
}

const withWallet = async (disk: MemoryDisk): Promise<Signer> => {
  const made = await signer(disk);
  await made.restore(JUNK, OLD);
  return made;
};

const FAULTS: readonly Fault[] = ['crash', 'crash-half-written', 'ENOSPC', 'EACCES'];

describe('every step of a write', () => {
  it.each(FAULTS)('create: all or nothing (%s)', async (fault) => {
    const steps = await everywhere(
      fault,
      signer,
      (made) => made.create(NEW),
      async (disk, result) => {
        const after = await signer(disk);
        const { state } = after.status();
        expect(['none', 'locked']).toContain(state);
        if (result === 'ok') expect(state).toBe('locked');
        if (state === 'locked') expect(await code(after.unlock(NEW))).toBe('ok');
        else expect(await code(after.create(NEW))).toBe('ok');
        expect([...disk.files.keys()].filter((name) => name.endsWith('.tmp'))).toEqual([]);
        expect(disk.files.get('/w/wallet.address')?.trim()).toBe(after.status().address);
      },
    );
    expect(steps).toBeGreaterThan(6);
  });

  it.each(FAULTS)('new passphrase: one of the two opens, and never both (%s)', async (fault) => {
    const steps = await everywhere(
      fault,
      withWallet,
      (made) => made.changePassphrase(OLD, NEW),
      async (disk, result, at) => {
        const results = [await opens(disk, OLD), await opens(disk, NEW)];
        expect([at, [...results].sort()]).toEqual([at, ['WRONG_PASSPHRASE', 'ok']]);
        if (result === 'ok') expect(results[1]).toBe('ok');
        // What lies beside it opens with the same passphrase, not with the one that was given up.
        disk.files.set('/w/vault.json', disk.files.get('/w/vault.json.bak') ?? '');
        expect([await opens(disk, OLD), await opens(disk, NEW)]).toEqual(results);
      },
    );
    expect(steps).toBeGreaterThan(6);
  });

  it.each(FAULTS)('mark of a backup: the key survives (%s)', async (fault) => {
    const prepare = async (disk: MemoryDisk): Promise<Signer> => {
      const made = await signer(disk);
      await made.create(OLD);
      return made;
    };
    const check = async (made: Signer): Promise<unknown> => {
      const { words } = await made.words(OLD);
      return made.confirmBackup([1, 9, 24].map((position) => ({ position, word: words[position - 1] ?? '' })));
    };
    await everywhere(fault, prepare, check, async (disk, result) => {
      const after = await signer(disk);
      expect(after.status().state).toBe('locked');
      expect(await code(after.unlock(OLD))).toBe('ok');
      if (result === 'ok') expect(after.status().backedUp).toBe(true);
    });
  });

  it('says DISK_FULL and leaves everything as it was', async () => {
    const disk = new MemoryDisk();
    const made = await withWallet(disk);
    const before = new Map(disk.files);
    disk.failAt(0, 'ENOSPC');
    expect(await code(made.changePassphrase(OLD, NEW))).toBe('DISK_FULL');
    disk.reboot();
    expect(disk.files).toEqual(before);
    expect(made.status()).toEqual({ state: 'unlocked', address: JUNK_ADDRESS, backedUp: true });
    expect(await code(made.changePassphrase(OLD, NEW))).toBe('ok');
  });

  it('keeps the generation before', async () => {
    const disk = new MemoryDisk();
    const made = await signer(disk);
    await made.create(OLD);
    const first = disk.files.get('/w/vault.json');
    const { words } = await made.words(OLD);
    await made.confirmBackup([3, 2, 1].map((position) => ({ position, word: words[position - 1] ?? '' })));
    expect(disk.files.get('/w/vault.json.bak')).toBe(first);
  });

  it('does not replace a file that reads back differently', async () => {
    const disk = new MemoryDisk();
    const made = await withWallet(disk);
    const before = disk.files.get('/w/vault.json');
    const { writeNew } = disk;
    disk.writeNew = async (path, text) => writeNew.call(disk, path, text.replace('"p": 1', '"p": 2'));
    expect(await code(made.changePassphrase(OLD, NEW))).toBe('VAULT_DAMAGED');
    expect(disk.files.get('/w/vault.json')).toBe(before);
  });
});

describe.skipIf(process.platform === 'win32')('a real folder', () => {
  let folder: string;
  beforeEach(async () => {
    folder = join(await mkdtemp(join(tmpdir(), 'folkmoot-vault-')), 'wallet');
  });
  afterEach(() => rm(join(folder, '..'), { recursive: true, force: true }));

  it('is closed to others, whatever the umask', async () => {
    const umask = process.umask(0);
    await mkdir(folder, { mode: 0o755 });
    try {
      const made = new Signer();
      await made.open({ folder, testScryptN: TEST_N });
      await made.restore(JUNK, OLD);
      await made.changePassphrase(OLD, NEW);
    } finally {
      process.umask(umask);
    }
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    const names = await readdir(folder);
    expect(names.sort()).toEqual(['vault.json', 'vault.json.bak', 'wallet.address']);
    for (const name of names) expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(folder, 'wallet.address'), 'utf8')).toBe(`${JUNK_ADDRESS}\n`);
  });

  it('opens again, and survives a stray temporary file', async () => {
    const first = new Signer();
    await first.open({ folder, testScryptN: TEST_N });
    await first.restore(JUNK, OLD);
    await writeFile(join(folder, 'vault.json.tmp'), 'half');
    const second = new Signer();
    expect((await second.open({ folder, testScryptN: TEST_N })).state).toBe('locked');
    expect((await second.unlock(OLD)).address).toBe(JUNK_ADDRESS);
    expect(await readdir(folder)).not.toContain('vault.json.tmp');
  });
});
