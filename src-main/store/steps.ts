import type { Step, StepKind } from '../../src-shared/domain/tasks.ts';
import type { Store } from './open.ts';

type Row = { kind: StepKind; at: number; text: string; tone: Step['tone']; proof: string | null };

/** The story of an ask or a work. A kind of step happens once per subject; said again, the newer text stands. */
export class Steps {
  readonly #db: Store;

  constructor(db: Store) {
    this.#db = db;
  }

  add(subject: string, step: Step): void {
    this.#db
      .prepare(
        `INSERT INTO steps (subject, kind, at, text, tone, proof) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (subject, kind) DO UPDATE SET at = excluded.at, text = excluded.text, tone = excluded.tone, proof = excluded.proof`,
      )
      .run(
        subject,
        step.kind,
        step.at,
        step.text,
        step.tone,
        step.proof === undefined ? null : JSON.stringify(step.proof),
      );
  }

  remove(subject: string, kinds: readonly StepKind[]): void {
    for (const kind of kinds) this.#db.prepare('DELETE FROM steps WHERE subject = ? AND kind = ?').run(subject, kind);
  }

  of(subject: string): Step[] {
    const rows = this.#db
      .prepare('SELECT kind, at, text, tone, proof FROM steps WHERE subject = ? ORDER BY at, id')
      .all(subject) as Row[];
    return rows.map(({ proof, ...rest }) =>
      proof === null ? rest : { ...rest, proof: JSON.parse(proof) as NonNullable<Step['proof']> },
    );
  }
}
