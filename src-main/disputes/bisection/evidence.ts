import type { Address, Digest } from '../../../src-shared/domain/ids.ts';
import type { ChainDispute } from '../../chain/disputes-projection.ts';
import { same } from '../../tasks/work-book.ts';

/** What a side commits to when it shows its run: the file with one entry a value, and the Merkle root over them. */
export interface ShownTrace {
  readonly file: Digest;
  readonly root: string;
}

const FORM = /^folkmoot-trace\/1 (0x[0-9a-f]{64}) ([0-9a-f]{64})$/;

/** As it goes on chain as evidence (ERC-1497). */
export function traceEvidence({ file, root }: ShownTrace): string {
  return `folkmoot-trace/1 ${file} ${root}`;
}

export function isTrace(text: string): boolean {
  return FORM.test(text);
}

/** The run that a side showed first: whoever could show another one later could fit it to the other side's. */
export function shownBy({ evidence }: Pick<ChainDispute, 'evidence'>, party: Address): ShownTrace | null {
  for (const shown of evidence) {
    const [, file, root] = (same(shown.party, party) ? FORM.exec(shown.text) : null) ?? [];
    if (file !== undefined && root !== undefined) return { file: file as Digest, root };
  }
  return null;
}
