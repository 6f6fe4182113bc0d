import type { Digest } from '../../../src-shared/domain/ids.ts';
import type { BisectionView } from '../../../src-shared/domain/disputes.ts';
import type { ChainDispute } from '../../chain/disputes-projection.ts';
import type { Store } from '../../store/open.ts';
import type { Subject } from '../subject.ts';
import type { ShownTrace } from './evidence.ts';

/** What was found, as it is kept and shown. */
export type Settled = Pick<BisectionView, 'text' | 'wrong' | 'parting'>;

/** A case by number and by what it is about: a reorg may give the number to another one. */
export function contestOf({ id }: ChainDispute, { subject, digest }: Subject): string {
  return `${id}:${subject}:${digest}`;
}

/** Own runs that were shown, and what comparing the two sides' runs gave. */
export class BisectionRows {
  readonly #db: Store;

  constructor(db: Store) {
    this.#db = db;
  }

  shown(contest: string): ShownTrace | null {
    const row = this.#db.prepare('SELECT file, root FROM traces WHERE contest = ?').get(contest);
    return (row as ShownTrace | undefined) ?? null;
  }

  /** How many runs are kept for cases that are not over. */
  kept(): number {
    const { n } = this.#db
      .prepare(
        `SELECT count(*) AS n FROM traces JOIN chain_disputes ON chain_disputes.id = traces.dispute WHERE state != 'over'`,
      )
      .get() as { n: number };
    return n;
  }

  /** @param blobs values that the file names, kept until the case is over */
  show(contest: string, dispute: string, { file, root }: ShownTrace, blobs: readonly Digest[]): void {
    this.#db
      .prepare(
        'INSERT INTO traces (contest, dispute, root, file, blobs, created_at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
      )
      .run(contest, dispute, root, file, JSON.stringify(blobs), Date.now());
  }

  settled(contest: string): Settled | null {
    const row = this.#db.prepare('SELECT value FROM settlements WHERE contest = ?').get(contest) as
      | { value: string }
      | undefined;
    return row === undefined ? null : (JSON.parse(row.value) as Settled);
  }

  settle(contest: string, value: Settled): void {
    this.#db
      .prepare('INSERT INTO settlements (contest, value, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING')
      .run(contest, JSON.stringify(value), Date.now());
  }
}
