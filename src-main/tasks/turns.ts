import type { Address } from '../../src-shared/domain/ids.ts';
import { VAULT } from '../chain/abi.ts';
import type { TaskFields } from '../chain/tasks-projection.ts';
import type { TaskContext } from './context.ts';

/** Turns are asked again after this time: free stake changes, and with it the turn. */
const STALE_MS = 15_000;
const MAX_KNOWN = 2_000;

type Hex = `0x${string}`;

/** A task, or whatever opens to solvers one by one like a task. */
interface Turned {
  readonly id: string;
  readonly fields: TaskFields;
}

/** When tasks open to this machine, as their contract reckons it. Kept in memory only: asking again costs nothing. */
export class Turns<T extends Turned> {
  readonly #context: TaskContext;
  readonly #changed: (id: T['id']) => void;
  readonly #turnOf: (task: T, me: Hex, free: bigint, total: bigint) => Promise<bigint>;
  readonly #known = new Map<string, { readonly at: number; readonly asked: number }>();
  readonly #asking = new Set<string>();

  /** @param turnOf asks the contract */
  constructor(
    context: TaskContext,
    changed: (id: T['id']) => void,
    turnOf: (task: T, me: Hex, free: bigint, total: bigint) => Promise<bigint>,
  ) {
    this.#context = context;
    this.#changed = changed;
    this.#turnOf = turnOf;
  }

  /** @returns seconds of the chain's clock; null while it is not known. */
  of(task: T, me: Address): number | null {
    if (task.fields.spread === 0) return task.fields.submittedAt;
    const known = this.#known.get(task.id);
    if (known !== undefined && (known.at <= this.#context.chain.now() || Date.now() - known.asked < STALE_MS)) {
      return known.at;
    }
    if (!this.#asking.has(task.id)) void this.#ask(task, me);
    return known?.at ?? null;
  }

  forget(id: T['id']): void {
    this.#known.delete(id);
  }

  async #ask(task: T, me: Address): Promise<void> {
    const { chain, freeStake } = this.#context;
    const free = freeStake();
    if (free === null) return;
    this.#asking.add(task.id);
    try {
      const total = await chain.read(VAULT, chain.network.contracts.vault, 'totalStake', []);
      const at = Number(await this.#turnOf(task, me as string as Hex, free, total));
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
