import { createHmac } from 'node:crypto';
import { SigningKey } from 'ethers/crypto';
import { computeAddress } from 'ethers/transaction';
import type { Address, TaskId } from '../../src-shared/domain/ids.ts';
import { hkdf32 } from './hkdf.ts';

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const HARD = 0x80000000;
/** m/44'/60'/0'/0/0, where every Ethereum wallet looks first. */
const ETHEREUM_PATH = [HARD + 44, HARD + 60, HARD + 0, 0, 0];
const SALT = 'folkmoot';

const toBig = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
const to32 = (value: bigint): Buffer => Buffer.from(value.toString(16).padStart(64, '0'), 'hex');

/** One BIP-32 step. The two cases of chance below 2^-127 (key out of range) are refused, as the standard asks. */
function child(key: Buffer, chain: Buffer, index: number): { key: Buffer; chain: Buffer } {
  const data = Buffer.alloc(37);
  if (index >= HARD) key.copy(data, 1);
  else Buffer.from(SigningKey.computePublicKey(key, true).slice(2), 'hex').copy(data);
  data.writeUInt32BE(index, 33);
  const out = createHmac('sha512', chain).update(data).digest();
  const tweak = toBig(out.subarray(0, 32));
  const value = (tweak + toBig(key)) % ORDER;
  if (tweak >= ORDER || value === 0n) throw new Error('this seed has no key at this path');
  const next = { key: to32(value), chain: Buffer.from(out.subarray(32)) };
  data.fill(0);
  out.fill(0);
  return next;
}

/** Ethereum private key (32 bytes) of a BIP-39 seed; the caller wipes it. */
export function ethereumKey(seed: Uint8Array): Buffer {
  const master = createHmac('sha512', 'Bitcoin seed').update(seed).digest();
  let node: { key: Buffer; chain: Buffer } = {
    key: Buffer.from(master.subarray(0, 32)),
    chain: Buffer.from(master.subarray(32)),
  };
  master.fill(0);
  const first = toBig(node.key);
  if (first === 0n || first >= ORDER) throw new Error('this seed has no master key');
  for (const index of ETHEREUM_PATH) {
    const next = child(node.key, node.chain, index);
    node.key.fill(0);
    node.chain.fill(0);
    node = next;
  }
  node.chain.fill(0);
  return node.key;
}

/** EIP-55 address of a private key. */
export function addressOf(key: Uint8Array): Address {
  return computeAddress(SigningKey.computePublicKey(key, false)) as Address;
}

/** Seed (32 bytes) of the Ed25519 peer key of a 90-day period, see `periodOf`. */
export function peerSeed(seed: Uint8Array, period: number): Buffer {
  return hkdf32(seed, SALT, `peer/ed25519/${period}`);
}

/**
 * Salt (32 bytes) of the commitment to a task's result. Derived, not drawn: after a crash or on a new machine the same
 * words give the same salt, so a commitment can always be opened.
 * @param market address of the market contract, any case. @param taskId 0x + 64 lower-case hex digits.
 */
export function taskSalt(seed: Uint8Array, chainId: number, market: Address, taskId: TaskId): Buffer {
  return hkdf32(seed, SALT, `task-salt/${chainId}/${market.toLowerCase()}/${taskId}`);
}
