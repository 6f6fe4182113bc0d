import { amount } from '../../src-shared/domain/amounts.ts';
import type { Address, Amount, TxHash } from '../../src-shared/domain/ids.ts';
import type { SlashView } from '../../src-shared/domain/stake.ts';
import type { ChainBatch } from '../chain/batches-projection.ts';
import type { ChainDispute } from '../chain/disputes-projection.ts';
import type { ChainJob } from '../chain/replicas-projection.ts';
import type { ChainTask } from '../chain/tasks-projection.ts';
import type { Store } from '../store/open.ts';
import { same } from '../tasks/work-book.ts';

const MAX_SLASHES = 50;
/** A move that failed is shown for so long, ms. */
const FAILED_MS = 10 * 60_000;

/** What the index knows of one account's stake. */
export class StakeRows {
  readonly #db: Store;

  constructor(db: Store) {
    this.#db = db;
  }

  /** Tasks that are held or solved by `me` and not over. */
  heldBy(me: Address): ChainTask[] {
    const rows = this.#db
      .prepare(
        `SELECT value FROM chain_tasks WHERE state IN ('solved', 'contested') AND solver = ? COLLATE NOCASE
         UNION ALL SELECT value FROM chain_tasks
         WHERE state = 'open' AND json_extract(value, '$.reservation.solver') = ? COLLATE NOCASE`,
      )
      .all(me, me) as Array<{ value: string }>;
    return rows.map(({ value }) => JSON.parse(value) as ChainTask);
  }

  /** Batches with runs of `me` that are not over. */
  runsOf(me: Address): ChainBatch[] {
    const rows = this.#db
      .prepare(
        `SELECT value FROM chain_batches WHERE state != 'over' AND EXISTS (
           SELECT 1 FROM json_each(chain_batches.value, '$.runs') run WHERE json_extract(run.value, '$.solver') = ? COLLATE NOCASE)`,
      )
      .all(me) as Array<{ value: string }>;
    return rows.map(({ value }) => JSON.parse(value) as ChainBatch);
  }

  /** Tasks that several solve, not over, with a seat of `me`. */
  seatsOf(me: Address): ChainJob[] {
    const rows = this.#db
      .prepare(
        `SELECT j.value FROM chain_seats s JOIN chain_jobs j ON j.id = s.job
         WHERE s.solver = ? COLLATE NOCASE AND j.state IN ('open', 'sealed')`,
      )
      .all(me) as Array<{ value: string }>;
    return rows.map(({ value }) => JSON.parse(value) as ChainJob);
  }

  /** Cases whose money has not moved. */
  openCases(): ChainDispute[] {
    const rows = this.#db
      .prepare(`SELECT value FROM chain_disputes WHERE state IN ('voting', 'ruled')`)
      .all() as Array<{ value: string }>;
    return rows.map(({ value }) => JSON.parse(value) as ChainDispute);
  }

  /** Base units paid to `me` for solving, and by emission. */
  paid(me: Address): { readonly solving: bigint; readonly issued: bigint } {
    const rows = this.#db
      .prepare(
        `SELECT json_extract(value, '$.claimed.reward') AS reward, json_extract(value, '$.claimed.issued') AS issued
         FROM chain_tasks WHERE state = 'paid' AND solver = ? COLLATE NOCASE
         UNION ALL SELECT json_extract(value, '$.paid.reward'), json_extract(value, '$.paid.issued')
         FROM chain_seats WHERE solver = ? COLLATE NOCASE AND json_extract(value, '$.paid.reward') IS NOT NULL
         UNION ALL SELECT json_extract(args, '$.reward'), json_extract(args, '$.issued')
         FROM events WHERE contract = 'batches' AND name = 'ItemsPaid'
         AND json_extract(args, '$.solver') COLLATE NOCASE = ?`,
      )
      .all(me, me, me) as Array<{ reward: string; issued: string }>;
    let [solving, issued] = [0n, 0n];
    for (const row of rows) {
      solving += BigInt(row.reward);
      issued += BigInt(row.issued);
    }
    return { solving, issued };
  }

  /** What `me` won and lost as a side of finished cases, base units. */
  casesWon(me: Address): bigint {
    const rows = this.#db
      .prepare(
        `SELECT value FROM chain_disputes WHERE state IN ('over', 'undelivered')
         AND (claimant = ? COLLATE NOCASE OR defendant = ? COLLATE NOCASE)`,
      )
      .all(me, me) as Array<{ value: string }>;
    return rows.reduce((sum, { value }) => {
      const { executed, fields, terms } = JSON.parse(value) as ChainDispute;
      if (executed === null) return sum;
      const side = same(fields.claimant, me) ? 'claimant' : 'defendant';
      if (executed.side === side) return sum + BigInt(executed.toParty);
      return sum - BigInt(side === 'claimant' ? terms.bond : terms.atStake);
    }, 0n);
  }

  /** Newest first; the cause is what else happened in the same transaction. */
  slashes(me: Address): SlashView[] {
    const rows = this.#db
      .prepare(
        `SELECT s.tx, s.time, json_extract(s.args, '$.amount') AS amount,
           (SELECT group_concat(o.contract || '.' || o.name) FROM events o
             WHERE o.block = s.block AND o.tx = s.tx AND o.contract != 'vault') AS others
         FROM events s WHERE s.contract = 'vault' AND s.name = 'Slashed' AND s.subject = ? COLLATE NOCASE
         ORDER BY s.block DESC, s.log_index DESC LIMIT ?`,
      )
      .all(me, MAX_SLASHES) as Array<{ tx: TxHash; time: number; amount: Amount; others: string | null }>;
    return rows.map(({ tx, time, amount: taken, others }) => ({
      at: time * 1_000,
      amount: amount(BigInt(taken)),
      why: causeOf(others ?? ''),
      transaction: tx,
    }));
  }

  /** The move that is under way, or that failed a moment ago. */
  latestMove(prefix: string): { label: string; state: string; error: string | null } | undefined {
    return this.#db
      .prepare(
        `SELECT label, state, error FROM outbox WHERE key LIKE ? || '%'
         AND (state IN ('intent', 'signed', 'sent') OR (state = 'failed' AND updated_at > ?)) ORDER BY id DESC LIMIT 1`,
      )
      .get(prefix, Date.now() - FAILED_MS) as { label: string; state: string; error: string | null } | undefined;
  }
}

function causeOf(others: string): string {
  if (others.includes('market.Forfeited'))
    return 'You reserved a task and did not deliver: the bond went to the asker.';
  if (others.includes('replicas.SeatMissed')) return 'You sealed a result together with others and did not open it.';
  if (others.includes('duty.Fined')) return 'You missed a check that you were drawn for.';
  if (others.includes('court.Executed')) return 'You lost a case before the court, or missed a ballot in it.';
  if (others.includes('court.Fined')) return 'You missed a ballot that you were drawn for.';
  return 'The cause is not known to this node.';
}
