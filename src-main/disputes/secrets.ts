import type { Address } from '../../src-shared/domain/ids.ts';
import type { NetworkFile } from '../chain/network-file.ts';
import type { BallotRow } from './dispute-rows.ts';
import { ballotKey } from './sealing.ts';

/**
 * Everything that opens the ballots of this node, as text to keep elsewhere. Without the text the wallet alone is enough:
 * each salt is the first 16 bytes of what the wallet derives from `key`.
 */
export function secretsOf(
  ballots: readonly BallotRow[],
  { name, chainId, contracts }: NetworkFile,
  juror: Address | null,
): { readonly name: string; readonly text: string } {
  const entries = ballots
    .filter(({ salt }) => salt !== null)
    .map(({ dispute, draw, seed, vote, trace, salt }) => {
      return { dispute, draw, seed, vote, trace, salt, key: ballotKey(dispute, draw, seed) };
    });
  const text = `${JSON.stringify({ format: 1, network: name, chainId, court: contracts.court, juror, ballots: entries }, null, 2)}\n`;
  return { name: `folkmoot-ballots-${name}.json`, text };
}
