import type { Address } from '../../src-shared/domain/ids.ts';
import { COURT } from '../chain/abi.ts';
import type { ChainDispute, ChainDraw } from '../chain/disputes-projection.ts';
import { caseOf, drawOf } from './court-calls.ts';
import type { DisputeContext } from './context.ts';

const MAX_KNOWN = 5_000;

/** Seats of jurors, as the court reckons them. In memory only: the answer for a draw never changes. */
export class Seats {
  readonly #context: DisputeContext;
  readonly #known = new Map<string, number>();
  readonly #asking = new Set<string>();
  readonly #changed: (dispute: string) => void;

  constructor(context: DisputeContext, changed: (dispute: string) => void) {
    this.#context = context;
    this.#changed = changed;
  }

  /** @param draw with its seed. @returns null while it is not known. */
  of(dispute: ChainDispute, draw: ChainDraw, juror: Address): number | null {
    const key = `${dispute.id}:${draw.seed}:${juror.toLowerCase()}`;
    const known = this.#known.get(key);
    if (known === undefined && !this.#asking.has(key)) void this.#ask(key, dispute, draw, juror);
    return known ?? null;
  }

  async #ask(key: string, dispute: ChainDispute, draw: ChainDraw, juror: Address): Promise<void> {
    const { chain } = this.#context;
    this.#asking.add(key);
    try {
      const args = [caseOf(dispute), drawOf(draw), juror as string as `0x${string}`] as const;
      const seats = Number(await chain.read(COURT, chain.network.contracts.court, 'seatsOf', args));
      if (this.#known.size >= MAX_KNOWN) this.#known.clear();
      this.#known.set(key, seats);
      this.#changed(dispute.id);
    } catch {
      // The chain watcher says when the chain is gone; the next round asks again.
    } finally {
      this.#asking.delete(key);
    }
  }
}
