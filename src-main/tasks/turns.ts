import type { Address, TaskId } from '../../src-shared/domain/ids.ts';
import { MARKET, VAULT } from '../chain/abi.ts';
import type { ChainTask } from '../chain/tasks-projection.ts';
import type { TaskContext } from './context.ts';
import { struct } from './market-calls.ts';

/** Turns are asked again after this time: free stake changes, and with it the turn. */
const STALE_MS = 15_000;
const MAX_KNOWN = 2_000;

/** When tasks open to this machine, as the market reckons it. Kept in memory only: asking again costs nothing. */
export class Turns {
  readonly #context: TaskContext;
  readonly #changed: (task: TaskId) => void;
  readonly #known = new Map<TaskId, { readonly at: number; readonly asked: number }>();
  readonly #asking = new Set<TaskId>();

  constructor(context: TaskContext, changed: (task: TaskId) => void) {
    this.#context = context;
    this.#changed = changed;
  }

  /** @returns seconds of the chain's clock; null while it is not known. */
  of(task: ChainTask, me: Address): number | null {
    if (task.fields.spread === 0) return task.fields.submittedAt;
    const known = this.#known.get(task.id);
    if (known !== undefined && (known.at <= this.#context.chain.now() || Date.now() - known.asked < STALE_MS)) {
      return known.at;
    }
    if (!this.#asking.has(task.id)) void this.#ask(task, me);
    return known?.at ?? null;
  }

  forget(task: TaskId): void {
    this.#known.delete(task);
  }

  async #ask(task: ChainTask, me: Address): Promise<void> {
    const { chain, freeStake } = this.#context;
    const free = freeStake();
    if (free === null) return;
    this.#asking.add(task.id);
    try {
      const { market, vault } = chain.network.contracts;
      const total = await chain.read(VAULT, vault, 'totalStake', []);
      const args = [struct(task.fields), me as string as `0x${string}`, free, total] as const;
      const at = Number(await chain.read(MARKET, market, 'turnOf', args));
      if (this.#known.size >= MAX_KNOWN) this.#known.clear();
      this.#known.set(task.id, { at, asked: Date.now() });
      this.#changed(task.id);
    } catch {
      // The chain watcher says when the chain is gone; the next round asks again.
    } finally {
      this.#asking.delete(task.id);
    }
  }
}
