import type { Address } from '../../src-shared/domain/ids.ts';
import type { TaskContext } from '../tasks/context.ts';
import { reportMissCall } from './calls.ts';
import type { DutyRows } from './duty-rows.ts';
import { watchOf } from './events.ts';

/** Clocks of the chain and of this machine need not agree to the second. */
const MARGIN_S = 2;

/**
 * Reports checkers that announced themselves and did not seal, for the reporter's tenth of their fine. Only on tasks
 * that this node checks too: it looks at those anyway, and a stall there keeps its own pay waiting.
 */
export class Reports {
  readonly #context: TaskContext;

  constructor(context: TaskContext) {
    this.#context = context;
  }

  tick(me: Address, rows: DutyRows): void {
    const { db, index, chain, outbox, canSign } = this.#context;
    if (!canSign()) return;
    for (const { task: id } of rows.active()) {
      const task = index.task(id);
      // A task that is over fines nobody.
      if (task === undefined || task.state === 'paid' || task.state === 'refunded') continue;
      for (const [who, { announced, sealed, ended }] of watchOf(db, id).duties) {
        if (announced === null || sealed !== null || ended !== null || who === me.toLowerCase()) continue;
        if (chain.now() < announced.sealBy + MARGIN_S) continue;
        const key = `duty-report:${id}:${who}`;
        const data = reportMissCall(task, who as Address);
        outbox.enqueue({ key, label: 'Report a missed check', to: chain.network.contracts.duty, data });
      }
    }
  }
}
