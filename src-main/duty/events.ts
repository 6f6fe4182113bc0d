import type { Address, Amount, TaskId, TxHash } from '../../src-shared/domain/ids.ts';
import type { Moment } from '../chain/tasks-projection.ts';
import type { Store } from '../store/open.ts';

/** How a duty ended, by the contract's number. */
export const ENDS = ['paid', 'fined', 'void'] as const;

/** One checker's duty on one task, as the roster told it. */
export interface ChainDuty {
  readonly announced: ({ readonly pay: Amount; readonly sealBy: number } & Moment) | null;
  readonly sealed: ({ readonly commitment: string } & Moment) | null;
  readonly opened: ({ readonly agrees: boolean } & Moment) | null;
  readonly ended: ({ readonly end: (typeof ENDS)[number]; readonly amount: Amount } & Moment) | null;
}

/** Everything that the roster told of one task. */
export interface ChainWatch {
  readonly duties: ReadonlyMap<string, ChainDuty>;
  /** Pay that was promised to all checkers, ended or not. */
  readonly promised: bigint;
  readonly calledUp: { readonly in: number; readonly reservedAt: number } | null;
}

interface Row {
  readonly name: string;
  readonly args: string;
  readonly block: number;
  readonly time: number;
  readonly tx: string;
}

const NOTHING: ChainDuty = { announced: null, sealed: null, opened: null, ended: null };

/** The fold of a task's duty events, read anew each time: after a reorg there is nothing to undo. */
export function watchOf(db: Store, task: TaskId): ChainWatch {
  const rows = db
    .prepare(
      `SELECT name, args, block, time, tx FROM events WHERE subject = ? AND contract = 'duty' ORDER BY block, log_index`,
    )
    .all(task) as Row[];
  const duties = new Map<string, ChainDuty>();
  let promised = 0n;
  let calledUp: ChainWatch['calledUp'] = null;
  for (const row of rows) {
    const args = JSON.parse(row.args) as Record<string, string | boolean>;
    const at: Moment = { block: row.block, time: row.time, tx: row.tx as TxHash };
    const text = (name: string): string => String(args[name] ?? '');
    if (row.name === 'CalledUp') calledUp = { in: Number(text('calledIn')), reservedAt: Number(text('reservedAt')) };
    if (row.name === 'Announced') promised += BigInt(text('pay'));
    const who = text('checker').toLowerCase();
    if (who === '') continue;
    const known = duties.get(who) ?? NOTHING;
    if (row.name === 'Announced') {
      const announced = { pay: text('pay') as Amount, sealBy: Number(text('sealBy')), ...at };
      duties.set(who, { ...known, announced });
    }
    if (row.name === 'Sealed') duties.set(who, { ...known, sealed: { commitment: text('commitment'), ...at } });
    if (row.name === 'Opened') duties.set(who, { ...known, opened: { agrees: args['agrees'] === true, ...at } });
    if (row.name === 'DutyEnded') {
      const end = ENDS[Number(text('end'))] ?? 'void';
      duties.set(who, { ...known, ended: { end, amount: text('amount') as Amount, ...at } });
    }
  }
  return { duties, promised, calledUp };
}

export function dutyOf(watch: ChainWatch, checker: Address): ChainDuty {
  return watch.duties.get(checker.toLowerCase()) ?? NOTHING;
}

/** Checks of `checker` that ended: how many were paid and fined, and the pay of all together. */
export function record(db: Store, checker: Address): { served: number; missed: number; earned: bigint } {
  const rows = db
    .prepare(
      `SELECT args FROM events WHERE contract = 'duty' AND name = 'DutyEnded'
       AND json_extract(args, '$.checker') COLLATE NOCASE = ?`,
    )
    .all(checker) as Array<{ args: string }>;
  const ends = rows.map(({ args }) => JSON.parse(args) as { end: string; amount: string });
  const of = (end: (typeof ENDS)[number]) => ends.filter((each) => ENDS[Number(each.end)] === end);
  return {
    served: of('paid').length,
    missed: of('fined').length,
    earned: of('paid').reduce((sum, each) => sum + BigInt(each.amount), 0n),
  };
}
