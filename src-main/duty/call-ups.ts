import type { Address } from '../../src-shared/domain/ids.ts';
import { VAULT } from '../chain/abi.ts';
import type { ChainTask } from '../chain/tasks-projection.ts';
import type { TaskContext } from '../tasks/context.ts';
import { callUpCall } from './calls.ts';
import { drawNumber, isOnDuty, NEWCOMER_BPS, NEWCOMER_WORKS, type Odds } from './draw.ts';

const STALE_MS = 60_000;
const MAX_KNOWN = 2_000;

/**
 * Calls the second draw for reservations of newcomers, whose results are checked half the time. Whoever is on duty may
 * be drawn and paid by it; each waits another moment of the first quarter of the notice, so that few calls are wasted.
 */
export class CallUps {
  readonly #context: TaskContext;
  readonly #changed: () => void;
  /** Accepted works of solvers, and when they were read. */
  readonly #accepted = new Map<string, { readonly works: number; readonly at: number }>();
  readonly #asking = new Set<string>();

  constructor(context: TaskContext, changed: () => void) {
    this.#context = context;
    this.#changed = changed;
  }

  /** @returns whether the task is worth another look within its notice. */
  look(task: ChainTask, me: Address, odds: Odds): boolean {
    const { chain, outbox, canSign } = this.#context;
    const { reservation, fields } = task;
    const now = chain.now();
    if (reservation === null) return now < fields.submittedAt + fields.notice;
    const until = reservation.since + fields.notice;
    if (now >= until || fields.checksBps >= NEWCOMER_BPS || !canSign() || !isOnDuty(odds, reservation.since))
      return false;
    const works = this.#worksOf(reservation.solver);
    if (works === null) return true;
    if (works >= NEWCOMER_WORKS) return false;
    const share = Number(drawNumber(task.id, task.posted.tx, me) >> 32n) / 2 ** 32;
    if (now < reservation.since + (share * fields.notice) / 4) return true;
    const key = `duty-callup:${task.id}:${reservation.since}`;
    outbox.enqueue({ key, label: 'Call a draw', to: chain.network.contracts.duty, data: callUpCall(task) });
    // Another one that was faster is as good: what it called is seen in the index.
    return true;
  }

  #worksOf(solver: Address): number | null {
    const known = this.#accepted.get(solver);
    if (known !== undefined && Date.now() - known.at < STALE_MS) return known.works;
    if (!this.#asking.has(solver)) void this.#ask(solver);
    return known?.works ?? null;
  }

  async #ask(solver: Address): Promise<void> {
    const { chain } = this.#context;
    this.#asking.add(solver);
    try {
      const account = await chain.read(VAULT, chain.network.contracts.vault, 'accountOf', [solver as never]);
      if (this.#accepted.size >= MAX_KNOWN) this.#accepted.clear();
      this.#accepted.set(solver, { works: Number(account.accepted), at: Date.now() });
      this.#changed();
    } catch {
      // The next round asks again.
    } finally {
      this.#asking.delete(solver);
    }
  }
}
