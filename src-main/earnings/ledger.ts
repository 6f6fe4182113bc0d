import { amount } from '../../src-shared/domain/amounts.ts';
import type { EarningsView, LedgerEntry, LedgerState } from '../../src-shared/domain/earnings.ts';
import type { Address, Amount, TaskId, TxHash } from '../../src-shared/domain/ids.ts';
import { solverShare } from '../chain/tasks-projection.ts';
import type { Outbox } from '../chain/outbox.ts';
import type { IndexRows } from '../chain/index-rows.ts';
import type { Store } from '../store/open.ts';
import { same } from '../tasks/work-book.ts';
import { toWork, type Work, type WorkRow } from '../tasks/work-rows.ts';
import type { Catalogue } from '../models/catalogue.ts';
import { RunEarnings, type RunRow } from './run-earnings.ts';

const DAYS = 14;
const RECENT = 100;
const STEPS = ['commit', 'reveal', 'claim'] as const;
/** First words of the keys of what solving sends. */
const PAID_STEPS = `'reserve', 'commit', 'reveal', 'claim', 'take', 'open', 'end'`;

/** What this machine earned, from offer to payout; each figure comes from the chain's own events and receipts. */
export class Ledger {
  readonly #db: Store;
  readonly #index: IndexRows;
  readonly #outbox: Outbox;
  readonly #catalogue: Catalogue;
  readonly #runs: RunEarnings;
  readonly #account: () => Address | null;

  constructor(db: Store, index: IndexRows, outbox: Outbox, catalogue: Catalogue, account: () => Address | null) {
    this.#account = account;
    this.#db = db;
    this.#index = index;
    this.#outbox = outbox;
    this.#catalogue = catalogue;
    this.#runs = new RunEarnings(db, index, outbox, catalogue);
  }

  page(before: number | null, limit: number): LedgerEntry[] {
    const rows = this.#all('<', before ?? Number.MAX_SAFE_INTEGER, limit);
    const last = rows.length < limit ? undefined : rows.at(-1)?.at;
    // Payouts of one block share their time, and pages are cut by time: the last moment comes whole.
    const whole = last === undefined ? rows : [...rows.filter(({ at }) => at !== last), ...this.#all('=', last, -1)];
    return whole.map((row) => ('root' in row ? this.#runs.entry(row) : this.#entry(toWork(row), row.at)));
  }

  view(now = Date.now()): EarningsView {
    const days = new Map<string, bigint>();
    for (let back = DAYS - 1; back >= 0; back--) days.set(localDay(now, back), 0n);
    let total = 0n;
    let tasksPaid = 0;
    const today = localDay(now);
    let week = 0n;
    for (const { sum, time, items } of [...this.#paid(), ...this.#runs.paid()]) {
      total += sum;
      tasksPaid += items;
      const day = localDay(time * 1_000);
      if (days.has(day)) days.set(day, (days.get(day) ?? 0n) + sum);
      if (time * 1_000 > now - 7 * 86_400_000) week += sum;
    }
    return {
      today: amount(days.get(today) ?? 0n),
      week: amount(week),
      total: amount(total),
      pending: amount(this.#pending() + this.#runs.pending()),
      tasksPaid,
      gas: this.#gas(),
      days: [...days].map(([day, paid]) => ({ day, paid: amount(paid) })),
      entries: this.page(null, RECENT),
    };
  }

  /** Payouts since a moment, ms; base units of MOOT. */
  paidSince(at: number): bigint {
    const recent = [...this.#paid(), ...this.#runs.paid()].filter(({ time }) => time * 1_000 >= at);
    return recent.reduce((sum, paid) => sum + paid.sum, 0n);
  }

  /** Tasks and runs of batches. */
  #all(relation: '<' | '=', at: number, limit: number): Array<(WorkRow & { at: number }) | RunRow> {
    const rows = [...this.#rows(relation, at, limit), ...this.#runs.rows(relation, at, limit)];
    rows.sort((a, b) => b.at - a.at || b.created_at - a.created_at);
    return limit < 0 ? rows : rows.slice(0, limit);
  }

  /** Paid, pending and forgone work, newest first; `at` as in the entry. */
  #rows(relation: '<' | '=', at: number, limit: number): Array<WorkRow & { at: number }> {
    return this.#db
      .prepare(
        `SELECT * FROM (
           SELECT works.*, coalesce(json_extract(chain_tasks.value, '$.claimed.time') * 1000,
             json_extract(seat.value, '$.paid.time') * 1000, works.updated_at) AS at
           FROM works LEFT JOIN chain_tasks ON chain_tasks.id = works.task
             LEFT JOIN chain_seats seat ON seat.job = works.task AND seat.solver = ? COLLATE NOCASE
           WHERE works.result_digest IS NOT NULL AND works.state IN ('revealed', 'claiming', 'paid', 'lost')
         ) WHERE at ${relation} ? ORDER BY at DESC, created_at DESC LIMIT ?`,
      )
      .all(this.#account() ?? '', at, limit) as Array<WorkRow & { at: number }>;
  }

  #entry(work: Work, at: number): LedgerEntry {
    return work.kind === 'seat' ? this.#seatEntry(work, at) : this.#taskEntry(work, at);
  }

  #taskEntry(work: Work, at: number): LedgerEntry {
    const task = this.#index.task(work.task);
    const share = task === undefined ? { solver: 0n, treasury: 0n } : solverShare(task.fields, false);
    const rows = STEPS.map((step) => ({ step, row: this.#outbox.get(`${step}:${work.task}`) }));
    const gas = rows.reduce((sum, { row }) => sum + BigInt(row?.gas_cost ?? '0'), 0n);
    const claimed = task?.claimed;
    const paid = work.state === 'paid' && claimed ? claimed : null;
    const checksPaid = task?.fields.checksPaid ?? '0';
    const transactions = rows.flatMap(({ step, row }) => (row?.hash ? [{ step, hash: row.hash as TxHash }] : []));
    // Anyone may claim for the solver: the payout counts, whoever sent it.
    if (claimed && !transactions.some(({ step }) => step === 'claim'))
      transactions.push({ step: 'claim', hash: claimed.tx });
    // What was kept of the fee; checks that the asker paid came on top of it.
    const kept = paid === null ? null : { ...paid, retained: amount(BigInt(paid.retained) - BigInt(checksPaid)) };
    return { ...this.#sums(work, share, kept), gas: gas.toString(), at, transactions };
  }

  /** A seat of several: its part of the fee. */
  #seatEntry(work: Work, at: number): LedgerEntry {
    const job = this.#index.job(work.task);
    const me = this.#account();
    const seat = job?.taken.find(({ solver }) => same(solver, me));
    const part = job === undefined ? 0n : BigInt(job.fields.fee) / BigInt(job.seats);
    const treasury = (part * BigInt(job?.fields.treasuryBps ?? 0)) / 10_000n;
    const steps = [
      { step: 'commit', hash: seat?.taken.tx },
      { step: 'reveal', hash: seat?.opened?.tx },
      { step: 'claim', hash: seat?.paid?.tx },
    ] as const;
    return {
      ...this.#sums(work, { solver: part - treasury, treasury }, seat?.paid ?? null),
      gas: this.#gas(work.task),
      at,
      transactions: steps.flatMap(({ step, hash }) => (hash === undefined ? [] : [{ step, hash }])),
    };
  }

  /** @param paid what the chain paid, once it has */
  #sums(
    work: Work,
    share: { readonly solver: bigint; readonly treasury: bigint },
    paid: { readonly reward: Amount; readonly issued: Amount; readonly retained: Amount } | null,
  ): Pick<LedgerEntry, 'task' | 'model' | 'state' | 'offered' | 'treasury' | 'net' | 'issued'> {
    const state: LedgerState = work.state === 'paid' ? 'paid' : work.state === 'lost' ? 'forgone' : 'pending';
    return {
      task: work.task,
      model: this.#catalogue.byId(work.model)?.manifest.name ?? 'unknown model',
      state,
      offered: amount(share.solver + share.treasury),
      treasury: paid?.retained ?? amount(share.treasury),
      net: state === 'forgone' ? amount(0n) : (paid?.reward ?? amount(share.solver)),
      issued: paid?.issued ?? amount(0n),
    };
  }

  /** Payouts of this machine's works: fee and new tokens together. */
  #paid(): Array<{ sum: bigint; time: number; items: number }> {
    const rows = this.#db
      .prepare(
        `SELECT json_extract(chain_tasks.value, '$.claimed.reward') AS reward,
           json_extract(chain_tasks.value, '$.claimed.issued') AS issued,
           json_extract(chain_tasks.value, '$.claimed.time') AS time
         FROM works JOIN chain_tasks ON chain_tasks.id = works.task WHERE works.state = 'paid' AND chain_tasks.state = 'paid'
         UNION ALL SELECT json_extract(seat.value, '$.paid.reward'), json_extract(seat.value, '$.paid.issued'),
           json_extract(seat.value, '$.paid.time')
         FROM works JOIN chain_seats seat ON seat.job = works.task AND seat.solver = ? COLLATE NOCASE
         WHERE works.state = 'paid' AND json_extract(seat.value, '$.paid.time') IS NOT NULL`,
      )
      .all(this.#account() ?? '') as Array<{ reward: string; issued: string; time: number }>;
    return rows.map(({ reward, issued, time }) => ({ sum: BigInt(reward) + BigInt(issued), time, items: 1 }));
  }

  #pending(): bigint {
    const rows = this.#db.prepare(`SELECT net FROM works WHERE state IN ('revealed', 'claiming')`).all() as Array<{
      net: string;
    }>;
    return rows.reduce((sum, { net }) => sum + BigInt(net), 0n);
  }

  /** Gas of all work, or of one seat. */
  #gas(seat: TaskId | null = null): string {
    const rows = this.#db
      .prepare(
        seat === null
          ? `SELECT gas_cost FROM outbox WHERE gas_cost IS NOT NULL AND substr(key, 1, instr(key, ':') - 1) IN (${PAID_STEPS})`
          : `SELECT gas_cost FROM outbox WHERE gas_cost IS NOT NULL
             AND (key LIKE 'take:' || ? || ':%' OR key LIKE 'open:' || ? || ':%' OR key LIKE 'end:' || ? || ':%')`,
      )
      .all(...(seat === null ? [] : [seat, seat, seat])) as Array<{ gas_cost: string }>;
    return rows.reduce((sum, row) => sum + BigInt(row.gas_cost), 0n).toString();
  }
}

/** Calendar day on this machine, `YYYY-MM-DD`: people count their days, not UTC's, and some have 23 or 25 hours. */
function localDay(ms: number, back = 0): string {
  const now = new Date(ms);
  const date = new Date(now.getFullYear(), now.getMonth(), now.getDate() - back, 12);
  return `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, '0')}-${String(date.getDate()).padStart(2, '0')}`;
}
