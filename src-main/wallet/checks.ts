import { getAddress } from 'ethers/address';
import type { Address, TaskId } from '../../src-shared/domain/ids.ts';
import { PassphraseError, RequestError } from './errors.ts';
import type { Hex } from './protocol.ts';

/** The signer trusts the shape of nothing that comes over its channel. Each check returns the value or throws. */

export function decimal(value: unknown, name: string, bits = 256): string {
  if (typeof value !== 'string' || !/^(?:0|[1-9]\d{0,77})$/.test(value) || BigInt(value) >> BigInt(bits) !== 0n) {
    throw new RequestError(`${name} is not a decimal number of at most ${bits} bits`);
  }
  return value;
}

export function count(value: unknown, name: string): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw new RequestError(`${name} is not a whole number`);
  return value as number;
}

export function address(value: unknown, name: string): Address {
  try {
    if (typeof value === 'string' && /^0x[0-9a-fA-F]{40}$/.test(value)) return getAddress(value) as Address;
  } catch {
    // A wrong checksum: falls through.
  }
  throw new RequestError(`${name} is not an address`);
}

export function taskId(value: unknown): TaskId {
  if (typeof value === 'string' && /^0x[0-9a-f]{64}$/.test(value)) return value as TaskId;
  throw new RequestError('the id of the task is not 0x and 64 lower-case hex digits');
}

/** @param maxBytes a transaction over 128 KiB is not taken by any node. */
export function callData(value: unknown, maxBytes = 131_072): Hex {
  if (typeof value === 'string' && value.length <= 2 + 2 * maxBytes && /^0x(?:[0-9a-f]{2})*$/i.test(value)) {
    return value.toLowerCase() as Hex;
  }
  throw new RequestError('the call data is not hex, or too long');
}

export function text(value: unknown, name: string, max = 4096): string {
  if (typeof value === 'string' && value.length <= max) return value;
  throw new RequestError(`${name} is not a text of at most ${max} characters`);
}

export function passphrase(value: unknown): string {
  const given = text(value, 'the passphrase');
  if (given !== '') return given;
  throw new PassphraseError('WRONG_PASSPHRASE', 'The passphrase is empty.');
}

/** For a passphrase that will protect a key from now on. */
export function newPassphrase(value: unknown): string {
  const given = text(value, 'the passphrase', 1024);
  if ([...given.normalize('NFKC')].length >= 8) return given;
  throw new PassphraseError('PASSPHRASE_SHORT', 'The passphrase must have at least 8 characters.');
}
