import { AbiCoder, dataSlice, id, keccak256, solidityPackedKeccak256, TypedDataEncoder } from 'ethers';
import type { Address, TaskId } from '../../src-shared/domain/ids.ts';
import { finishedDraws, type ChainDispute, type Opening } from '../chain/disputes-projection.ts';

/** The court's hashes, as `CourtHash` makes them. */

type Hex = `0x${string}`;

export const ZERO: Hex = `0x${'0'.repeat(64)}`;
const PAST_TAG = id('folkmoot.court.past.v1');
const SEAL_TAG = id('folkmoot.court.seal.v1');

/** Which court, on which chain: part of every commitment. */
export interface CourtDomain {
  readonly chainId: number;
  readonly court: Address;
}

/** The sealed form of a ballot, 26 bytes. */
export function commitmentFor(
  { chainId, court }: CourtDomain,
  dispute: string,
  draw: number,
  juror: Address,
  { vote, trace, salt }: Opening,
): Hex {
  const domain = { name: 'Folkmoot Court', version: '1', chainId, verifyingContract: court };
  const packed = AbiCoder.defaultAbiCoder().encode(
    ['bytes32', 'bytes32', 'uint256', 'uint16', 'address', 'uint8', 'bytes32', 'bytes16'],
    [SEAL_TAG, TypedDataEncoder.hashDomain(domain), dispute, draw, juror, vote, trace, salt],
  );
  return dataSlice(keccak256(packed), 0, 26) as Hex;
}

/** The salt of a ballot: half of what the wallet derives, as long as the court takes it. */
export function ballotSalt(derived: Hex): Hex {
  return dataSlice(derived, 0, 16) as Hex;
}

/**
 * What the wallet derives the salt of a ballot from. The seed is in it, so that a case which a reorg puts in the place
 * of another never gets a salt that was shown before.
 */
export function ballotKey(dispute: string, draw: number, seed: Hex): TaskId {
  return solidityPackedKeccak256(['string', 'uint256', 'uint16', 'bytes32'], ['ballot', dispute, draw, seed]) as TaskId;
}

/** Chain over the finished draws. */
export function pastAfter(dispute: ChainDispute): Hex {
  return finishedDraws(dispute).reduce<Hex>(
    (past, { clock, seed, records }) =>
      keccak256(
        AbiCoder.defaultAbiCoder().encode(
          ['bytes32', 'bytes32', 'uint256', 'bytes32', 'bytes32'],
          [PAST_TAG, past, clock, seed ?? ZERO, keccak256(records)],
        ),
      ) as Hex,
    ZERO,
  );
}

/** Hash of the list of sealed ballots. */
export function sealedHash(list: Hex): Hex {
  return keccak256(list) as Hex;
}
