import { randomBytes } from 'node:crypto';
import { PassphraseError } from './errors.ts';
import { refuseKdf, SCRYPT_N, stretch, type KdfParams } from './kdf.ts';
import { addressOf, ethereumKey } from './keys.ts';
import { seedOf } from './mnemonic.ts';
import { seal, unseal } from './seal.ts';
import { damaged, type VaultContent, type VaultHeader } from './vault-format.ts';

export interface OpenVault {
  /** 32 bytes; wiped by whoever holds it. */
  readonly dataKey: Buffer;
  /** 16 or 32 bytes; wiped by whoever holds it. */
  readonly entropy: Buffer;
}

const wrapBound = (header: Pick<VaultHeader, 'format' | 'version' | 'id'>, kdf: KdfParams): string =>
  JSON.stringify([header.format, header.version, header.id, kdf.name, kdf.N, kdf.r, kdf.p, kdf.salt]);
const secretBound = (h: VaultHeader): string =>
  JSON.stringify([h.format, h.version, h.id, h.address, h.createdAt, h.backedUp]);

async function wrap(header: VaultHeader, dataKey: Buffer, passphrase: string, N: number) {
  const kdf: KdfParams = { name: 'scrypt', N, r: 8, p: 1, salt: randomBytes(32).toString('hex') };
  const outer = await stretch(passphrase, kdf);
  const wrappedKey = seal(outer, dataKey, wrapBound(header, kdf));
  outer.fill(0);
  return { kdf, wrappedKey };
}

/** A new vault around entropy, which stays the caller's to wipe. @param N cost of scrypt, lower in tests only. */
export async function makeVault(
  entropy: Buffer,
  passphrase: string,
  about: { readonly createdAt: number; readonly backedUp: boolean },
  N = SCRYPT_N,
): Promise<VaultContent> {
  const seed = seedOf(entropy);
  const key = ethereumKey(seed);
  const header: VaultHeader = {
    format: 'folkmoot-vault',
    version: 1,
    id: randomBytes(16).toString('hex'),
    address: addressOf(key),
    createdAt: about.createdAt,
    backedUp: about.backedUp,
  };
  const dataKey = randomBytes(32);
  const outer = await wrap(header, dataKey, passphrase, N);
  const content = { ...header, ...outer, secret: seal(dataKey, entropy, secretBound(header)) };
  for (const buffer of [seed, key, dataKey]) buffer.fill(0);
  return content;
}

/** The entropy under a data key, checked against the address in the header. @throws VaultError `VAULT_DAMAGED`. */
export function readSecret(content: VaultContent, dataKey: Uint8Array): Buffer {
  const entropy = unseal(dataKey, content.secret, secretBound(content));
  if (entropy === undefined) throw damaged('secret');
  const seed = seedOf(entropy);
  const key = ethereumKey(seed);
  const address = addressOf(key);
  seed.fill(0);
  key.fill(0);
  if (address === content.address) return entropy;
  entropy.fill(0);
  throw damaged('address');
}

/**
 * @throws PassphraseError `WRONG_PASSPHRASE`; VaultError `VAULT_DAMAGED`. A file that somebody changed on purpose,
 * checksum included, may look like a wrong passphrase; it never gives another key.
 */
export async function openVault(content: VaultContent, passphrase: string, minN = SCRYPT_N): Promise<OpenVault> {
  const refused = refuseKdf(content.kdf, minN);
  if (refused !== null) throw damaged(`kdf: ${refused}`);
  const outer = await stretch(passphrase, content.kdf);
  const dataKey = unseal(outer, content.wrappedKey, wrapBound(content, content.kdf));
  outer.fill(0);
  if (dataKey === undefined)
    throw new PassphraseError('WRONG_PASSPHRASE', 'This is not the passphrase of this wallet.');
  try {
    return { dataKey, entropy: readSecret(content, dataKey) };
  } catch (error) {
    dataKey.fill(0);
    throw error;
  }
}

/** The same vault under another passphrase. */
export async function rewrap(
  content: VaultContent,
  dataKey: Buffer,
  next: string,
  N = SCRYPT_N,
): Promise<VaultContent> {
  return { ...content, ...(await wrap(content, dataKey, next, N)) };
}

/** The same vault with `backedUp` set; the secret is sealed anew because the header is bound to it. */
export function markBackedUp(content: VaultContent, dataKey: Buffer): VaultContent {
  const entropy = readSecret(content, dataKey);
  const next = { ...content, backedUp: true };
  const secret = seal(dataKey, entropy, secretBound(next));
  entropy.fill(0);
  return { ...next, secret };
}
