import { beforeEach, describe, expect, it } from 'vitest';
import { JUNK, JUNK_ADDRESS, MemoryDisk, TEST_N } from './test-tools.ts';
import { Signer } from './signer.ts';
import { signerHandlers } from './signer-handlers.ts';
import type { Address } from '../../src-shared/domain/ids.ts';
import type { SignerStatus } from './protocol.ts';

const PASS = 'correct horse';
const OTHER = 'legal winner thank year wave sausage worth useful legal winner thank yellow';
const OTHER_ADDRESS = '0x58A57ed9d8d624cBD12e2C467D34787555bB1b25' as Address;

let disk: MemoryDisk;
let clock: number;

beforeEach(() => {
  disk = new MemoryDisk();
  clock = 0;
});

async function opened(expected?: Address): Promise<Signer> {
  const made = new Signer({ disk, monotonic: () => clock });
  await made.open({ folder: '/w', testScryptN: TEST_N, ...(expected === undefined ? {} : { expected }) });
  return made;
}

const code = (act: Promise<unknown>): Promise<unknown> =>
  act.then(
    () => 'ok',
    (error: unknown) => (error as { code?: string }).code,
  );

describe('life of a wallet', () => {
  it('none, created, locked, unlocked, backed up, locked', async () => {
    const made = new Signer({ disk });
    expect(made.status().state).toBe('closed');
    expect(await code(made.create(PASS))).toBe('NO_WALLET');
    expect((await made.open({ folder: '/w', testScryptN: TEST_N })).state).toBe('none');
    expect(await code(made.unlock(PASS))).toBe('NO_WALLET');
    const created = await made.create(PASS);
    expect(created).toMatchObject({ state: 'unlocked', backedUp: false });
    const { words } = await made.words(PASS);
    expect(words).toHaveLength(24);
    const check = (positions: readonly number[]) =>
      positions.map((position) => ({ position, word: ` ${words[position - 1]?.toUpperCase()} ` }));
    expect(await code(made.confirmBackup([...check([1, 2]), { position: 3, word: 'nonsense' }]))).toBe('BACKUP_WRONG');
    expect(await code(made.confirmBackup([...check([1, 2]), { position: 25, word: '' }]))).toBe('BACKUP_WRONG');
    expect(await code(made.confirmBackup(check([5, 5, 5])))).toBe('BACKUP_WRONG');
    expect(made.status().backedUp).toBe(false);
    expect((await made.confirmBackup(check([5, 24, 1]))).backedUp).toBe(true);
    expect((await made.lock()).state).toBe('locked');
    expect(await code(made.confirmBackup(check([5, 24, 1])))).toBe('WALLET_LOCKED');
    expect(() => made.keys()).toThrow('The wallet is locked.');
    const again = await opened();
    expect(again.status()).toEqual({ state: 'locked', address: created.address, backedUp: true });
    expect(await code(again.unlock('wrong horse'))).toBe('WRONG_PASSPHRASE');
    expect((await again.unlock(PASS)).state).toBe('unlocked');
    expect((await again.words(PASS)).words).toEqual(words);
  });

  it('restores, and never over an existing wallet', async () => {
    const made = await opened();
    expect(await made.restore(` ${JUNK.toUpperCase()} `, PASS)).toEqual({
      state: 'unlocked',
      address: JUNK_ADDRESS,
      backedUp: true,
    });
    const before = new Map(disk.files);
    expect(await code(made.restore(JUNK, 'another one'))).toBe('VAULT_EXISTS');
    expect(await code(made.create('another one'))).toBe('VAULT_EXISTS');
    expect(disk.files).toEqual(before);
  });

  it('does not create over a file that came later', async () => {
    const late = await opened();
    const first = await opened();
    await first.restore(JUNK, PASS);
    expect(await code(late.create(PASS))).toBe('VAULT_EXISTS');
    expect(await code(late.restore(OTHER, PASS))).toBe('WORDS_OTHER_WALLET');
    expect(await code(late.restore(JUNK, PASS))).toBe('VAULT_EXISTS');
  });

  it('exports what is on disk, readable by another profile', async () => {
    const made = await opened();
    await made.restore(JUNK, PASS);
    await made.lock();
    const { name, text } = await made.exportVault();
    expect(name).toBe('folkmoot-f39fd6e5.vault.json');
    disk.files.clear();
    disk.files.set('/w/vault.json', text);
    expect((await (await opened()).unlock(PASS)).address).toBe(JUNK_ADDRESS);
  });
});

describe('a key that should be there', () => {
  const problem = ({ state, address, error }: SignerStatus) => [state, address, error?.code];

  async function lose(change: (files: Map<string, string>) => void, expected?: Address): Promise<Signer> {
    await (await opened()).restore(JUNK, PASS);
    change(disk.files);
    return opened(expected);
  }

  it('is missing: said, and never replaced by a new one', async () => {
    const made = await lose((files) => files.delete('/w/vault.json'));
    expect(problem(made.status())).toEqual(['damaged', JUNK_ADDRESS, 'VAULT_MISSING']);
    expect(await code(made.create(PASS))).toBe('VAULT_MISSING');
    expect(await code(made.unlock(PASS))).toBe('VAULT_MISSING');
    expect(disk.files.has('/w/vault.json')).toBe(false);
  });

  it('is missing with the whole folder: the caller knows', async () => {
    const made = await lose((files) => files.clear(), JUNK_ADDRESS);
    expect(problem(made.status())).toEqual(['damaged', JUNK_ADDRESS, 'VAULT_MISSING']);
  });

  it.each(['/w/wallet.address', '/w/vault.json.bak'])('is missing and only %s speaks of it', async (name) => {
    const made = await lose((files) => {
      const text = files.get(name) ?? 'anything';
      files.clear();
      files.set(name, text);
    });
    expect(made.status().error?.code).toBe('VAULT_MISSING');
  });

  it('belongs to another wallet', async () => {
    await (await opened()).restore(OTHER, PASS);
    expect(disk.files.get('/w/wallet.address')?.trim()).toBe(OTHER_ADDRESS);
    const foreign = disk.files.get('/w/vault.json') ?? '';
    disk.files.clear();
    const made = await lose((files) => files.set('/w/vault.json', foreign));
    expect(problem(made.status())).toEqual(['damaged', JUNK_ADDRESS, 'VAULT_OTHER']);
  });

  it('is damaged: comes back with its own words only, and the damaged file is kept', async () => {
    const made = await lose((files) => files.set('/w/vault.json', '{"format":"folkmoot-vault"'));
    expect(problem(made.status())).toEqual(['damaged', JUNK_ADDRESS, 'VAULT_DAMAGED']);
    expect(await code(made.exportVault())).toBe('VAULT_DAMAGED');
    expect(await code(made.restore(OTHER, PASS))).toBe('WORDS_OTHER_WALLET');
    expect(disk.files.get('/w/vault.json')).toBe('{"format":"folkmoot-vault"');
    expect(await made.restore(JUNK, 'a new passphrase')).toEqual({
      state: 'unlocked',
      address: JUNK_ADDRESS,
      backedUp: true,
    });
    expect([...disk.files.keys()].filter((name) => name.includes('.damaged-'))).toHaveLength(1);
    expect((await (await opened()).unlock('a new passphrase')).state).toBe('unlocked');
  });
});

describe('wrong passphrases', () => {
  it('make the next try wait, up to 30 s, and hold nothing else up', async () => {
    const made = await opened();
    await made.restore(JUNK, PASS);
    const wrong = () => code(made.words('wrong horse'));
    expect([await wrong(), await wrong(), await wrong()]).toEqual(Array.from({ length: 3 }, () => 'WRONG_PASSPHRASE'));
    const waits: number[] = [];
    for (let i = 0; i < 8; i++) {
      expect(await code(made.words(PASS))).toBe('PASSPHRASE_WAIT');
      expect(made.signing.message('Folkmoot test\n', made.keys()).signature).toMatch(/^0x/);
      const from = clock;
      while ((await code(made.changePassphrase('wrong horse', 'whatever it is'))) === 'PASSPHRASE_WAIT') clock += 500;
      waits.push(clock - from);
    }
    expect(waits).toEqual([1000, 2000, 4000, 8000, 15_000, 30_000, 30_000, 30_000]);
    clock += 30_000;
    expect(await code(made.words(PASS))).toBe('ok');
    expect(await wrong()).toBe('WRONG_PASSPHRASE');
    expect(await code(made.unlock(PASS))).toBe('ok');
  });

  it('count one by one when tried at once', async () => {
    const made = await opened();
    await made.restore(JUNK, PASS);
    const results = await Promise.all(Array.from({ length: 10 }, (_, i) => code(made.unlock(`guess number ${i}`))));
    expect(results.filter((result) => result === 'WRONG_PASSPHRASE')).toHaveLength(3);
    expect(results.filter((result) => result === 'PASSPHRASE_WAIT')).toHaveLength(7);
  });
});

describe('inputs from the channel', () => {
  it.each([
    ['create', { passphrase: 'seven77' }, 'PASSPHRASE_SHORT'],
    ['create', { passphrase: 12_345_678 }, 'BAD_REQUEST'],
    ['unlock', { passphrase: '' }, 'WRONG_PASSPHRASE'],
    ['unlock', { passphrase: 'x'.repeat(5000) }, 'BAD_REQUEST'],
    ['confirmBackup', { words: 'no' }, 'BAD_REQUEST'],
    ['peerSeed', { period: -1 }, 'BAD_REQUEST'],
    ['peerSeed', { period: '1' }, 'BAD_REQUEST'],
    ['taskSalt', { taskId: '0x00' }, 'BAD_REQUEST'],
    ['taskSalt', { taskId: `0x${'AB'.repeat(32)}` }, 'BAD_REQUEST'],
    ['signMessage', { text: null }, 'BAD_REQUEST'],
  ] as const)('%s %j: %s', async (name, input, expected) => {
    const made = await opened();
    await made.restore(JUNK, PASS);
    const handlers = signerHandlers(made) as unknown as Record<string, (input: unknown) => unknown>;
    const act = async (): Promise<unknown> => handlers[name]?.(input);
    expect(await code(act())).toBe(expected);
  });
});
