import type { Address } from '../../src-shared/domain/ids.ts';
import { finishedDraws, readRecords, type ChainDispute } from '../chain/disputes-projection.ts';
import type { Store } from '../store/open.ts';
import { same } from '../tasks/work-book.ts';
import { isParty } from './roles.ts';
import type { Seats } from './seats.ts';

/** The court takes no longer report, and asking for more jurors than these would cost more than the fines bring. */
const MAX_REPORTED = 64;
const MAX_ASKED = 512;

/** Jurors who were drawn and sealed nothing: the panel is drawn again from everybody who was ever present. */
export class Absentees {
  readonly #db: Store;
  readonly #seats: Seats;

  constructor(db: Store, seats: Seats) {
    this.#db = db;
    this.#seats = seats;
  }

  /** @param which index into the finished draws. @returns null while not all answers are there; those fined before are left out */
  of(dispute: ChainDispute, which: number): Address[] | null {
    const draw = finishedDraws(dispute)[which];
    if (draw === undefined || draw.seed === null) return [];
    const there = readRecords(draw.records).map(({ juror }) => juror);
    const fined = dispute.fines.map(({ juror }) => juror);
    const absent: Address[] = [];
    let waiting = false;
    for (const juror of this.#jurors(draw.startedAt)) {
      if (isParty(dispute, juror) || [...there, ...fined].some((other) => same(other, juror))) continue;
      const seats = this.#seats.of(dispute, draw, juror);
      if (seats === null) waiting = true;
      else if (seats > 0) absent.push(juror);
    }
    return waiting ? null : absent.slice(0, MAX_REPORTED);
  }

  /** Who showed itself in the two days before a moment (seconds). */
  #jurors(before: number): Address[] {
    const rows = this.#db
      .prepare(
        `SELECT DISTINCT subject FROM events WHERE contract = 'court' AND name = 'Heartbeat' AND time < ? AND time > ? LIMIT ?`,
      )
      .all(before, before - 2 * 86_400, MAX_ASKED) as Array<{ subject: string }>;
    return rows.map(({ subject }) => subject as Address);
  }
}
