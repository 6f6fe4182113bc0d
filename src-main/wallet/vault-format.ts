import { createHash } from 'node:crypto';
import { getAddress } from 'ethers/address';
import type { Address } from '../../src-shared/domain/ids.ts';
import { VaultError } from './errors.ts';
import type { KdfParams } from './kdf.ts';

/** AES-256-GCM, all lower-case hex: 12 bytes iv, 16 bytes tag. */
export interface Sealed {
  readonly iv: string;
  readonly tag: string;
  readonly data: string;
}

/** Everything of the file that may be known without the passphrase. */
export interface VaultHeader {
  readonly format: 'folkmoot-vault';
  readonly version: 1;
  /** 16 random bytes, hex: tells generations of one vault from another vault. */
  readonly id: string;
  readonly address: Address;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly backedUp: boolean;
}

export interface VaultContent extends VaultHeader {
  readonly kdf: KdfParams;
  /** The data key under the passphrase. */
  readonly wrappedKey: Sealed;
  /** 16 or 32 bytes of mnemonic entropy under the data key. */
  readonly secret: Sealed;
}

const REMEDY =
  'No money is lost as long as you have the words: restore the wallet with them. ' +
  'The generation before this one, if there is one, lies beside it as vault.json.bak.';

export function damaged(part: string, cause?: unknown): VaultError {
  return new VaultError('VAULT_DAMAGED', `The wallet file is damaged (${part}).`, { cause, remedy: REMEDY });
}

/** sha256 over everything but `check`, as JSON in the order of the file. The same in every version, now and later. */
function checkOf(rest: object): string {
  return createHash('sha256').update(JSON.stringify(rest)).digest('hex');
}

export function formatVault(content: VaultContent): string {
  const { format, version, id, address, createdAt, backedUp, kdf, wrappedKey, secret } = content;
  const rest = { format, version, id, address, createdAt, backedUp, kdf, wrappedKey, secret };
  return `${JSON.stringify({ ...rest, check: checkOf(rest) }, null, 2)}\n`;
}

type Fields = Readonly<Record<string, unknown>>;

function fields(value: unknown, part: string, names: readonly string[]): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw damaged(part);
  if (Object.keys(value).sort().join() !== [...names].sort().join()) throw damaged(part);
  return value as Fields;
}

function hex(value: unknown, part: string, ...lengths: readonly number[]): string {
  if (typeof value !== 'string' || !/^(?:[0-9a-f]{2})+$/.test(value) || !lengths.includes(value.length / 2)) {
    throw damaged(part);
  }
  return value;
}

function count(value: unknown, part: string): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw damaged(part);
  return value as number;
}

function sealed(value: unknown, part: string, ...lengths: readonly number[]): Sealed {
  const { iv, tag, data } = fields(value, part, ['iv', 'tag', 'data']);
  return { iv: hex(iv, part, 12), tag: hex(tag, part, 16), data: hex(data, part, ...lengths) };
}

function addressIn(value: unknown): Address {
  try {
    if (typeof value === 'string' && getAddress(value) === value) return value as Address;
  } catch {
    // Falls through to the one error below.
  }
  throw damaged('address');
}

/**
 * Reads a vault file, without any key. Checks that it is whole, not that it is honest.
 * @throws VaultError `VAULT_DAMAGED` with the part in the message, `VAULT_NEWER`.
 */
export function parseVault(text: string): VaultContent {
  if (text.length > 65_536) throw damaged('too long');
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (error) {
    // The parser's message quotes the file; it is not passed on.
    throw damaged(text.trim() === '' ? 'empty' : 'not readable as JSON', (error as Error).name);
  }
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) throw damaged('no object');
  const { check, ...rest } = raw as Fields;
  if (rest['format'] !== 'folkmoot-vault') throw damaged('format');
  if (check !== checkOf(rest)) throw damaged('checksum');
  if (Number.isSafeInteger(rest['version']) && (rest['version'] as number) > 1) {
    throw new VaultError('VAULT_NEWER', 'The wallet file was written by a newer version of Folkmoot.', {
      remedy: 'Install the newer version again, or restore the wallet with its words in another profile.',
    });
  }
  if (rest['version'] !== 1) throw damaged('version');
  const names = ['format', 'version', 'id', 'address', 'createdAt', 'backedUp', 'kdf', 'wrappedKey', 'secret'];
  const f = fields(rest, 'fields', names);
  const kdf = fields(f['kdf'], 'kdf', ['name', 'N', 'r', 'p', 'salt']);
  if (kdf['name'] !== 'scrypt') throw damaged('kdf');
  if (typeof f['backedUp'] !== 'boolean') throw damaged('backedUp');
  return {
    format: 'folkmoot-vault',
    version: 1,
    id: hex(f['id'], 'id', 16),
    address: addressIn(f['address']),
    createdAt: count(f['createdAt'], 'createdAt'),
    backedUp: f['backedUp'],
    kdf: {
      name: 'scrypt',
      N: count(kdf['N'], 'kdf'),
      r: count(kdf['r'], 'kdf'),
      p: count(kdf['p'], 'kdf'),
      salt: hex(kdf['salt'], 'kdf', 32),
    },
    wrappedKey: sealed(f['wrappedKey'], 'wrappedKey', 32),
    secret: sealed(f['secret'], 'secret', 16, 32),
  };
}
