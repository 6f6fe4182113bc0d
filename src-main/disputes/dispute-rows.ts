import type { Answer, InputPreview } from '../../src-shared/domain/tasks.ts';
import type { Address, Digest, TaskId } from '../../src-shared/domain/ids.ts';
import type { ChainDispute } from '../chain/disputes-projection.ts';
import type { Agreement } from '../compute/verification/agree.ts';
import type { Store } from '../store/open.ts';

type Hex = `0x${string}`;

/** A seat of this node in one draw. `vote`: 1 claimant, 2 defendant; null until machine or person has decided. */
export interface BallotRow {
  readonly dispute: string;
  readonly seed: Hex;
  readonly draw: number;
  readonly seats: number;
  readonly vote: number | null;
  readonly automatic: boolean;
  readonly trace: Hex | null;
  /** There from just before the ballot is sealed; from then on the row does not change. */
  readonly salt: Hex | null;
}

/** A contested task, run again here, and the contested result as people read it. */
export interface Rerun {
  readonly digest: Digest | null;
  readonly answer: Answer | null;
  readonly input: InputPreview | null;
  readonly contestedDigest: Digest | null;
  readonly contestedAnswer: Answer | null;
  /** null: not compared, or the bytes decide. */
  readonly agreement: Compared | null;
}

/** How the own run compares with one contested result. */
export interface Compared extends Agreement {
  /** Which result: a reorg may put another one in its place. */
  readonly of: Digest;
  /** Whether rounding alone may explain what is between them. */
  readonly near: boolean;
}

type BallotLine = Omit<BallotRow, 'automatic'> & { automatic: number };
type DisputeLine = { value: string };

/** Cases as the index knows them, and this node's own rows about them. */
export class DisputeRows {
  readonly #db: Store;

  constructor(db: Store) {
    this.#db = db;
  }

  /** Cases in which something can be due: not over, or with money of backers left. */
  unfinished(): ChainDispute[] {
    const rows = this.#db
      .prepare(`SELECT value FROM chain_disputes WHERE state != 'over' OR owed = 1 ORDER BY opened_at`)
      .all() as DisputeLine[];
    return rows.map(toDispute);
  }

  /**
   * Cases that `me` is part of, newest first: parties, requester, jurors, those who worked on the task or backed an
   * appeal. Cases of one block share their time, and pages are cut by time: the last moment comes whole.
   * @param before ms since 1970; null for the newest
   */
  page(me: Address, before: number | null, limit: number): ChainDispute[] {
    const select = (relation: '<' | '=', at: number, most: number): Array<DisputeLine & { opened_at: number }> =>
      this.#db
        .prepare(
          `SELECT d.value, d.opened_at FROM chain_disputes d LEFT JOIN chain_tasks t ON t.id = d.task
             LEFT JOIN chain_seats s ON s.id = d.task LEFT JOIN chain_jobs j ON j.id = s.job
           WHERE d.opened_at ${relation} ? AND (d.claimant = ? COLLATE NOCASE OR d.defendant = ? COLLATE NOCASE
             OR coalesce(t.requester, j.requester) = ? COLLATE NOCASE OR EXISTS (SELECT 1 FROM ballots b WHERE b.dispute = d.id)
             OR EXISTS (SELECT 1 FROM works w WHERE w.task = coalesce(s.job, d.task) AND w.result_digest IS NOT NULL)
             OR EXISTS (SELECT 1 FROM json_each(d.value, '$.appeals') a, json_each(a.value, '$.given') g
                        WHERE json_extract(g.value, '$.backer') = ? COLLATE NOCASE))
           ORDER BY d.opened_at DESC, CAST(d.id AS INTEGER) DESC LIMIT ?`,
        )
        .all(at, me, me, me, me, most) as Array<DisputeLine & { opened_at: number }>;
    const rows = select('<', before ?? Number.MAX_SAFE_INTEGER, limit);
    const last = rows.length < limit ? undefined : rows.at(-1)?.opened_at;
    const whole =
      last === undefined ? rows : [...rows.filter((row) => row.opened_at !== last), ...select('=', last, -1)];
    return whole.map(toDispute);
  }

  /** All cases that this node judged in, for what it did and missed. */
  judged(): ChainDispute[] {
    const rows = this.#db
      .prepare('SELECT value FROM chain_disputes WHERE id IN (SELECT dispute FROM ballots)')
      .all() as DisputeLine[];
    return rows.map(toDispute);
  }

  ballots(dispute?: string): BallotRow[] {
    const rows = (
      dispute === undefined
        ? this.#db.prepare('SELECT * FROM ballots ORDER BY created_at, dispute').all()
        : this.#db.prepare('SELECT * FROM ballots WHERE dispute = ? ORDER BY created_at').all(dispute)
    ) as BallotLine[];
    return rows.map(({ automatic, ...row }) => ({ ...row, automatic: automatic === 1 }));
  }

  /** Seats in this very case: a reorg may have given its number to another one, whose draws had other seeds. */
  seatsIn({ id, draws }: ChainDispute): BallotRow[] {
    return this.ballots(id).filter(({ seed }) => draws.some((draw) => draw.seed === seed));
  }

  ballot(dispute: string, seed: Hex): BallotRow | undefined {
    return this.ballots(dispute).find((row) => row.seed === seed);
  }

  /** First sight of a seat; nothing when it is known. */
  seated(dispute: string, seed: Hex, draw: number, seats: number): void {
    this.#db
      .prepare(
        `INSERT INTO ballots (dispute, seed, draw, seats, automatic, created_at) VALUES (?, ?, ?, ?, 1, ?) ON CONFLICT DO NOTHING`,
      )
      .run(dispute, seed, draw, seats, Date.now());
  }

  traced(dispute: string, seed: Hex, trace: Hex): void {
    this.#db
      .prepare('UPDATE ballots SET trace = ? WHERE dispute = ? AND seed = ? AND salt IS NULL')
      .run(trace, dispute, seed);
  }

  /** @returns whether it could still be decided: what a person said, no machine changes. */
  decide(dispute: string, seed: Hex, vote: number, automatic: boolean): boolean {
    const where = automatic ? 'AND vote IS NULL' : '';
    return (
      this.#db
        .prepare(`UPDATE ballots SET vote = ?, automatic = ? WHERE dispute = ? AND seed = ? AND salt IS NULL ${where}`)
        .run(vote, automatic ? 1 : 0, dispute, seed).changes > 0
    );
  }

  /** Everything that opens the ballot, as the last thing before it is sealed, or found again afterwards. */
  sealed({ dispute, seed, vote, trace, salt }: Pick<BallotRow, 'dispute' | 'seed' | 'vote' | 'trace' | 'salt'>): void {
    this.#db
      .prepare('UPDATE ballots SET vote = ?, trace = ?, salt = ? WHERE dispute = ? AND seed = ?')
      .run(vote, trace, salt, dispute, seed);
  }

  contest(task: TaskId, why: string): void {
    this.#db
      .prepare('INSERT INTO contests (task, why, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING')
      .run(task, why, Date.now());
  }

  /** Tasks that this node contests, until the chain can no longer undo it. */
  contests(): Array<{ readonly task: TaskId; readonly why: string }> {
    return this.#db.prepare('SELECT task, why FROM contests').all() as Array<{ task: TaskId; why: string }>;
  }

  contested(task: TaskId): void {
    this.#db.prepare('DELETE FROM contests WHERE task = ?').run(task);
  }

  rerun(task: TaskId): Rerun {
    const row = this.#db.prepare('SELECT * FROM reruns WHERE task = ?').get(task) as
      | Record<'digest' | 'answer' | 'input' | 'contested_digest' | 'contested_answer' | 'agreement', string | null>
      | undefined;
    const json = <T>(text: string | null | undefined): T | null => (text ? (JSON.parse(text) as T) : null);
    return {
      digest: (row?.digest ?? null) as Digest | null,
      answer: json(row?.answer),
      input: json(row?.input),
      contestedDigest: (row?.contested_digest ?? null) as Digest | null,
      contestedAnswer: json(row?.contested_answer),
      agreement: json(row?.agreement),
    };
  }

  ran(task: TaskId, digest: Digest, answer: Answer, input: InputPreview, agreement: Compared | null): void {
    this.#db
      .prepare(
        `INSERT INTO reruns (task, digest, answer, input, agreement, updated_at) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (task) DO UPDATE SET digest = excluded.digest, answer = excluded.answer, input = excluded.input,
           agreement = excluded.agreement, updated_at = excluded.updated_at`,
      )
      .run(
        task,
        digest,
        JSON.stringify(answer),
        JSON.stringify(input),
        agreement === null ? null : JSON.stringify(agreement),
        Date.now(),
      );
  }

  fetched(task: TaskId, digest: Digest, answer: Answer): void {
    this.#db
      .prepare(
        `INSERT INTO reruns (task, contested_digest, contested_answer, updated_at) VALUES (?, ?, ?, ?) ON CONFLICT (task)
         DO UPDATE SET contested_digest = excluded.contested_digest, contested_answer = excluded.contested_answer`,
      )
      .run(task, digest, JSON.stringify(answer), Date.now());
  }
}

function toDispute({ value }: DisputeLine): ChainDispute {
  return JSON.parse(value) as ChainDispute;
}
