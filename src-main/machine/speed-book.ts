import type { PeerId, Timestamp } from '../../src-shared/domain/ids.ts';
import type { SpeedClaim } from '../network/index.ts';
import type { Store } from '../store/open.ts';
import type { SpeedVerdict } from './speed-proof.ts';
import { AGES, type SpeedRecord } from './speed-state.ts';

/** Peers are made for nothing, so their number is bounded; what is worth least gives way. */
const MAX_RECORDS = 2_000;

interface Row {
  verdict: 'holds' | 'slow' | 'wrong' | null;
  claimed: number | null;
  measured: number | null;
  judged_at: number | null;
  tried_at: number;
  silent: number;
}

/** What is known of the speed that peers claim, over restarts. Of this machine alone: it is told to nobody. */
export class SpeedBook {
  readonly #db: Store;
  readonly #most: number;
  readonly #now: () => Timestamp;
  /** Asked for every peer whenever the list is drawn. */
  readonly #get;
  readonly #distrusted;

  constructor(db: Store, now: () => Timestamp = Date.now, most = MAX_RECORDS) {
    this.#db = db;
    this.#now = now;
    this.#most = most;
    this.#get = db.prepare<[string, string, string], Row>(
      `SELECT verdict, claimed, measured, judged_at, tried_at, silent FROM speed_checks
       WHERE peer = ? AND model = ? AND provider = ?`,
    );
    this.#distrusted = db.prepare<[string, number, number]>(
      `SELECT 1 FROM speed_checks WHERE peer = ? AND verdict = 'wrong' AND abs(? - judged_at) < ? LIMIT 1`,
    );
  }

  get(peer: PeerId, { model, provider }: SpeedClaim): SpeedRecord | undefined {
    const row = this.#get.get(peer, model, provider);
    if (row === undefined) return undefined;
    const { verdict, claimed, measured, judged_at: at, tried_at: triedAt, silent } = row;
    const complete = verdict !== null && claimed !== null && measured !== null && at !== null;
    return { judged: complete ? { verdict, claimed, measured, at } : null, triedAt, silent };
  }

  /** When a peer was asked last, about whatever. */
  triedAt(peer: PeerId): Timestamp | null {
    const sql = 'SELECT max(tried_at) AS at FROM speed_checks WHERE peer = ?';
    return (this.#db.prepare(sql).get(peer) as { at: number | null }).at;
  }

  /** A result of this peer was wrong, and that is not forgotten yet. */
  distrusts(peer: PeerId): boolean {
    return this.#distrusted.get(peer, this.#now(), AGES.wrong) !== undefined;
  }

  /** Before it is asked: a crash in between must not make us ask again at once. */
  tried(peer: PeerId, { model, provider }: SpeedClaim): void {
    this.#db
      .prepare(
        `INSERT INTO speed_checks (peer, model, provider, tried_at, silent) VALUES (?, ?, ?, ?, 0)
         ON CONFLICT (peer, model, provider) DO UPDATE SET tried_at = excluded.tried_at`,
      )
      .run(peer, model, provider, this.#now());
    // Beside this one: verdicts are worth more than silence, and what was wrong most of all; then the newer.
    this.#db
      .prepare(
        `DELETE FROM speed_checks WHERE rowid IN (
           SELECT rowid FROM speed_checks
           ORDER BY (peer = ? AND model = ? AND provider = ?) DESC,
             (verdict IS 'wrong') DESC, (verdict IS NOT NULL) DESC, tried_at DESC, rowid DESC
           LIMIT -1 OFFSET ?
         )`,
      )
      .run(peer, model, provider, this.#most);
  }

  judged(peer: PeerId, { model, provider, runsPer1000s }: SpeedClaim, { kind, measured }: SpeedVerdict): void {
    this.#db
      .prepare(
        `UPDATE speed_checks SET verdict = ?, claimed = ?, measured = ?, judged_at = ?, silent = 0
         WHERE peer = ? AND model = ? AND provider = ?`,
      )
      .run(kind, runsPer1000s, Math.round(measured), this.#now(), peer, model, provider);
  }

  /** No proof came. What was found before stands: silence must not wash off a failure. */
  silent(peer: PeerId, { model, provider }: SpeedClaim): void {
    this.#db
      .prepare('UPDATE speed_checks SET silent = silent + 1 WHERE peer = ? AND model = ? AND provider = ?')
      .run(peer, model, provider);
  }
}
