import type { Address, Digest } from '../../src-shared/domain/ids.ts';
import type { Indexer } from '../chain/indexer.ts';
import type { TaskContext } from './context.ts';

/**
 * Shows results to peers once the chain has them, and not before: a digest is what is sealed, so whoever learned it
 * earlier could seal it without the work - another solver, a seat that should agree by itself, a checker.
 */
export class Openings {
  readonly #context: Pick<TaskContext, 'account' | 'blobs' | 'fail'>;
  readonly #opened: (subject: string, me: Address) => readonly Digest[];

  /** @param opened digests that this account has opened on chain for a task or batch */
  constructor(
    context: Pick<TaskContext, 'account' | 'blobs' | 'fail'>,
    indexer: Indexer,
    opened: (subject: string, me: Address) => readonly Digest[],
  ) {
    this.#context = context;
    this.#opened = opened;
    indexer.onChange(({ subjects }) => this.look(subjects));
  }

  look(subjects: Iterable<string>): void {
    const { account, blobs, fail } = this.#context;
    const me = account();
    if (me === null) return;
    for (const subject of subjects) {
      for (const digest of this.#opened(subject, me)) blobs.show(digest).catch(fail);
    }
  }
}
