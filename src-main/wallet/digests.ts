import { keccak256 } from 'ethers/crypto';
import type { Address } from '../../src-shared/domain/ids.ts';
import type { Hex, PermitInput } from './protocol.ts';

const hash = (...parts: readonly Uint8Array[]): Buffer => Buffer.from(keccak256(Buffer.concat(parts)).slice(2), 'hex');
const hashText = (text: string): Buffer => hash(Buffer.from(text, 'utf8'));
const word = (value: bigint | string): Buffer => Buffer.from(BigInt(value).toString(16).padStart(64, '0'), 'hex');
const toHex = (bytes: Buffer): Hex => `0x${bytes.toString('hex')}`;

/** EIP-191, version 0x45 ("personal message"). */
export function messageDigest(text: string): Hex {
  const bytes = Buffer.from(text, 'utf8');
  return toHex(hash(Buffer.from(`\x19Ethereum Signed Message:\n${bytes.length}`, 'utf8'), bytes));
}

/** EIP-712 digest of an EIP-2612 permit, the only typed data that the wallet signs. */
export function permitDigest(
  permit: PermitInput,
  chainId: number,
  token: Address,
  owner: Address,
  spender: Address,
): Hex {
  const domain = hash(
    hashText('EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)'),
    hashText(permit.name),
    hashText(permit.version),
    word(BigInt(chainId)),
    word(token),
  );
  const struct = hash(
    hashText('Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)'),
    word(owner),
    word(spender),
    word(permit.value),
    word(permit.nonce),
    word(permit.deadline),
  );
  return toHex(hash(Buffer.from([0x19, 0x01]), domain, struct));
}
