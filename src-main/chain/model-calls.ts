import { AbiCoder, keccak256 } from 'ethers';
import type { Address, Amount, Digest } from '../../src-shared/domain/ids.ts';
import { VERIFICATION_CLASSES, type VerificationClass } from '../../src-shared/domain/models.ts';
import { encodeCall, REGISTRY } from './abi.ts';

type Hex = `0x${string}`;
const NOTHING: Hex = `0x${'0'.repeat(64)}`;

export interface Registration {
  readonly digest: Digest;
  readonly fee: Amount;
  readonly payee: Address;
  /** Seconds. */
  readonly claimWindow: number;
  readonly runtime: string;
  readonly class: VerificationClass;
}

/** Publishes the first version of a model. */
export function registerCall(model: Registration): string {
  return encodeCall(REGISTRY, 'register', [
    {
      manifestDigest: model.digest as string as Hex,
      fee: BigInt(model.fee),
      payee: model.payee as string as Hex,
      claimWindow: BigInt(model.claimWindow),
      runtime: ascii32(model.runtime),
      verification: BigInt(VERIFICATION_CLASSES.indexOf(model.class)),
      verificationParams: NOTHING,
      hardwareClass: ascii32('cpu'),
      version: 1n,
      previous: NOTHING,
    },
  ]);
}

/** `keccak256(abi.encode(registrar, manifest digest))`, as the register of models. */
export function modelId(registrar: Address, digest: Digest): Hex {
  return keccak256(AbiCoder.defaultAbiCoder().encode(['address', 'bytes32'], [registrar, digest])) as Hex;
}

function ascii32(text: string): Hex {
  return `0x${Buffer.from(text, 'ascii').toString('hex').padEnd(64, '0')}`;
}
