import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { entropyOf } from './mnemonic.ts';
import { seal } from './seal.ts';
import { JUNK, JUNK_ADDRESS, TEST_N } from './test-tools.ts';
import { makeVault, markBackedUp, openVault, rewrap } from './vault.ts';
import { formatVault, parseVault, type VaultContent } from './vault-format.ts';

const PASS = 'correct horse';
let vault: VaultContent;
let text: string;

beforeAll(async () => {
  vault = await makeVault(entropyOf(JUNK), PASS, { createdAt: 1_700_000_000_000, backedUp: false }, TEST_N);
  text = formatVault(vault);
});

/** What a person would see: the entropy, or the code of the error. */
async function outcome(file: string, passphrase = PASS, minN = TEST_N): Promise<string> {
  try {
    return (await openVault(parseVault(file), passphrase, minN)).entropy.toString('hex');
  } catch (error) {
    return (error as { code?: string }).code ?? `crash: ${String(error)}`;
  }
}

/** A file as somebody would forge it: changed on purpose, with a checksum that fits. */
function forged(change: (raw: Record<string, unknown>) => void): string {
  const { check: _, ...rest } = JSON.parse(text) as Record<string, unknown>;
  change(rest);
  return JSON.stringify({ ...rest, check: createHash('sha256').update(JSON.stringify(rest)).digest('hex') });
}

describe('vault', () => {
  it('opens with its passphrase only', async () => {
    const secret = entropyOf(JUNK).toString('hex');
    expect(vault.address).toBe(JUNK_ADDRESS);
    expect(await outcome(text)).toBe(secret);
    expect(await outcome(text, 'correct horsf')).toBe('WRONG_PASSPHRASE');
    expect(text).not.toContain(secret);
    expect(formatVault(parseVault(text))).toBe(text);
  });

  it('holds the format it says it holds', () => {
    const raw = JSON.parse(text) as Record<string, unknown>;
    expect(Object.keys(raw)).toEqual([
      'format',
      'version',
      'id',
      'address',
      'createdAt',
      'backedUp',
      'kdf',
      'wrappedKey',
      'secret',
      'check',
    ]);
    expect(raw).toMatchObject({
      format: 'folkmoot-vault',
      version: 1,
      address: JUNK_ADDRESS,
      createdAt: 1_700_000_000_000,
      backedUp: false,
      kdf: { name: 'scrypt', N: TEST_N, r: 8, p: 1, salt: expect.stringMatching(/^[0-9a-f]{64}$/) },
      wrappedKey: { iv: expect.stringMatching(/^[0-9a-f]{24}$/), tag: expect.stringMatching(/^[0-9a-f]{32}$/) },
    });
  });

  it('takes a passphrase in any Unicode form', async () => {
    const file = formatVault(await makeVault(entropyOf(JUNK), 'Zoë ﬁsh', { createdAt: 0, backedUp: true }, TEST_N));
    expect(await outcome(file, 'Zoe\u0308 fish')).toBe(entropyOf(JUNK).toString('hex'));
  });

  it('names every single flipped bit: damaged, never a wrong key, never a crash', async () => {
    const bytes = Buffer.from(text, 'utf8');
    for (let at = 0; at < bytes.length; at++) {
      for (const mask of [1 << (at % 8), 0xff]) {
        const copy = Buffer.from(bytes);
        copy[at] = (copy[at] ?? 0) ^ mask;
        expect([at, mask, await outcome(copy.toString('utf8'))]).toEqual([at, mask, 'VAULT_DAMAGED']);
      }
    }
  });

  it('names any other byte in any place: damaged, or the same key where white space replaced white space', async () => {
    const bytes = Buffer.from(text, 'utf8');
    const known = entropyOf(JUNK).toString('hex');
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, mask) => {
        const copy = Buffer.from(bytes);
        copy[at] = (copy[at] ?? 0) ^ mask;
        const blank = /[ \t\r\n]/.test(text[at] ?? '') && /[ \t\r\n]/.test(String.fromCharCode(copy[at] ?? 0));
        expect(await outcome(copy.toString('utf8'))).toBe(blank ? known : 'VAULT_DAMAGED');
      }),
      { numRuns: 500 },
    );
  });

  it('names every truncation', async () => {
    for (let length = 0; length < text.length - 1; length += 7) {
      expect(await outcome(text.slice(0, length))).toBe('VAULT_DAMAGED');
    }
  });

  it('never gives a wrong key for a forged file', async () => {
    const places = ['wrappedKey', 'secret'].flatMap((box) => ['iv', 'tag', 'data'].map((part) => [box, part] as const));
    for (const [box, part] of places) {
      const file = forged((raw) => {
        const sealed = raw[box] as Record<string, string>;
        const flipped = Buffer.from(sealed[part] ?? '', 'hex');
        flipped[3] = (flipped[3] ?? 0) ^ 4;
        sealed[part] = flipped.toString('hex');
      });
      expect([box, part, await outcome(file)]).toEqual([
        box,
        part,
        box === 'secret' ? 'VAULT_DAMAGED' : 'WRONG_PASSPHRASE',
      ]);
    }
    expect(await outcome(forged((raw) => (raw['backedUp'] = true)))).toBe('VAULT_DAMAGED');
    expect(await outcome(forged((raw) => (raw['createdAt'] = 5)))).toBe('VAULT_DAMAGED');
    expect(await outcome(forged((raw) => (raw['id'] = '00'.repeat(16))))).toBe('WRONG_PASSPHRASE');
    const other = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
    expect(await outcome(forged((raw) => (raw['address'] = other)))).toBe('VAULT_DAMAGED');
    expect(await outcome(forged((raw) => (raw['address'] = JUNK_ADDRESS.toLowerCase())))).toBe('VAULT_DAMAGED');
    expect(await outcome(forged((raw) => (raw['extra'] = 1)))).toBe('VAULT_DAMAGED');
  });

  it('compares the address even when everything was sealed with the right key', async () => {
    const { dataKey } = await openVault(vault, PASS, TEST_N);
    const { format, version, id, address, createdAt, backedUp } = vault;
    const bound = JSON.stringify([format, version, id, address, createdAt, backedUp]);
    const sealed = (entropy: Buffer): string => formatVault({ ...vault, secret: seal(dataKey, entropy, bound) });
    expect(await outcome(sealed(entropyOf(JUNK)))).toBe(entropyOf(JUNK).toString('hex'));
    expect(await outcome(sealed(Buffer.alloc(16)))).toBe('VAULT_DAMAGED');
  });

  it.each([
    ['N', 2 ** 30],
    ['N', 2 ** 19],
    ['N', 3],
    ['N', 0],
    ['N', 1],
    ['N', -16],
    ['N', 16.5],
    ['N', 2 ** 53],
    ['N', '16'],
    ['r', 2 ** 20],
    ['r', 0],
    ['p', 2 ** 20],
    ['p', 0],
  ])('does not let a file choose %s = %s', async (name, value) => {
    expect(await outcome(forged((raw) => ((raw['kdf'] as Record<string, unknown>)[name] = value)))).toBe(
      'VAULT_DAMAGED',
    );
  });

  it('refuses the low cost of tests where no test asked for it', async () => {
    await expect(openVault(parseVault(text), PASS)).rejects.toMatchObject({ code: 'VAULT_DAMAGED' });
  });

  it('opens with the cost of the product', async () => {
    const full = await makeVault(entropyOf(JUNK), PASS, { createdAt: 0, backedUp: false });
    expect(full.kdf.N).toBe(131_072);
    expect((await openVault(full, PASS)).entropy).toEqual(entropyOf(JUNK));
  });

  it('knows a newer format from damage', async () => {
    expect(await outcome(forged((raw) => (raw['version'] = 2)))).toBe('VAULT_NEWER');
    expect(await outcome(text.replace('"version": 1', '"version": 2'))).toBe('VAULT_DAMAGED');
  });

  it('changes the passphrase and the mark of a backup, not the key', async () => {
    const { dataKey } = await openVault(vault, PASS, TEST_N);
    const next = markBackedUp(await rewrap(vault, dataKey, 'another one', TEST_N), dataKey);
    expect(next.backedUp).toBe(true);
    expect(await outcome(formatVault(next), 'another one')).toBe(entropyOf(JUNK).toString('hex'));
    expect(await outcome(formatVault(next), PASS)).toBe('WRONG_PASSPHRASE');
    expect(next.kdf.salt).not.toBe(vault.kdf.salt);
    expect(next.secret.iv).not.toBe(vault.secret.iv);
  });

  it('says in the error what to do, and nothing of the content', () => {
    const broken = text.replace(vault.secret.data, 'x');
    try {
      parseVault(broken);
      expect.unreachable();
    } catch (error) {
      const { message, remedy } = error as { message: string; remedy: string };
      expect(message).toBe('The wallet file is damaged (checksum).');
      expect(remedy).toContain('No money is lost as long as you have the words');
    }
  });
});
