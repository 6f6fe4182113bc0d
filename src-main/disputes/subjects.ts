import type { Address, TaskId } from '../../src-shared/domain/ids.ts';
import type { ChainDispute } from '../chain/disputes-projection.ts';
import type { IndexRows } from '../chain/index-rows.ts';
import type { NetworkFile } from '../chain/network-file.ts';
import { same } from '../tasks/work-book.ts';
import { itemSubject } from './item-subject.ts';
import { seatSubject } from './seat-subject.ts';
import type { Subject } from './subject.ts';
import { taskSubject } from './task-subject.ts';

/** Contracts whose results can be contested; a further one is a line here and a file beside this one. */
const MODULES: ReadonlyArray<{
  readonly contract: keyof NetworkFile['contracts'];
  readonly find: (index: IndexRows, subject: TaskId) => Subject | undefined;
}> = [
  { contract: 'market', find: taskSubject },
  { contract: 'replicas', find: seatSubject },
  { contract: 'batches', find: itemSubject },
];

interface Context {
  readonly index: IndexRows;
  readonly chain: { readonly network: NetworkFile };
}

/** What a case is about; undefined while the index does not know it, or for a contract that this version does not know. */
export function subjectOf({ index, chain }: Context, { fields, subject }: ChainDispute): Subject | undefined {
  const module = MODULES.find(({ contract }) => same(chain.network.contracts[contract], fields.module));
  return module?.find(index, subject);
}

/** A result that can be contested, and where; by the name that its case would have. */
export function findSubject(
  { index, chain }: Context,
  subject: TaskId,
): { readonly found: Subject; readonly to: Address } | undefined {
  for (const { contract, find } of MODULES) {
    const found = find(index, subject);
    if (found !== undefined) return { found, to: chain.network.contracts[contract] };
  }
  return undefined;
}
