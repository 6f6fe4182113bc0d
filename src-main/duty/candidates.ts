import type { Digest, TaskId } from '../../src-shared/domain/ids.ts';
import type { Store } from '../store/open.ts';

/** After a restart only the newest can still be within their notice. */
const NEWEST = 300;
const MAX_FRESH = 5_000;

/**
 * Tasks that are worth a look: those that just changed. A draw is decided within a notice, so the thousands that stand
 * open besides are nobody's business here.
 */
export class Candidates {
  readonly #fresh = new Set<TaskId>();

  /** Everything that may still be within its notice, from the index. */
  begin(db: Store, models: readonly Digest[]): void {
    const rows = db
      .prepare(
        `SELECT id FROM chain_tasks WHERE state = 'open'
         AND model IN (SELECT id FROM chain_models WHERE digest IN (SELECT value FROM json_each(?)))
         ORDER BY block DESC LIMIT ?`,
      )
      .all(JSON.stringify(models), NEWEST) as Array<{ id: TaskId }>;
    const held = db
      .prepare(
        `SELECT id FROM chain_tasks WHERE state = 'open' AND json_extract(value, '$.reservation.solver') IS NOT NULL LIMIT ?`,
      )
      .all(NEWEST) as Array<{ id: TaskId }>;
    for (const { id } of [...rows, ...held]) this.#fresh.add(id);
  }

  /** Subjects of the index that changed: what is no task falls out at the look. */
  add(subjects: Iterable<string>): void {
    for (const subject of subjects) {
      if (this.#fresh.size >= MAX_FRESH) return;
      if (subject.length === 66) this.#fresh.add(subject as TaskId);
    }
  }

  /** Looks at each; those that are decided are dropped. @param look returns whether it stays. @returns how many stay. */
  sift(look: (task: TaskId) => boolean): number {
    for (const task of this.#fresh) if (!look(task)) this.#fresh.delete(task);
    return this.#fresh.size;
  }
}
