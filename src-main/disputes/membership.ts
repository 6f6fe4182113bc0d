import { COURT, VAULT } from '../chain/abi.ts';
import { heartbeatCall, joinCall, resignCall, returnDepositCall } from './court-calls.ts';
import type { DisputeContext } from './context.ts';
import type { Intents } from '../tasks/intents.ts';

const DAY_S = 86_400;

/** This node's record as a juror, as the court keeps it. Amounts in base units, times in seconds. */
export interface Standing {
  readonly deposit: bigint;
  readonly weight: bigint;
  /** Day of the last heartbeat, counted from 1970. */
  readonly beatDay: number;
  readonly leftAt: number;
  readonly minDeposit: bigint;
  readonly exitDelay: number;
  /** Block at which all this was so, or earlier. */
  readonly seen: number;
}

/** Joins, stays present, leaves: whatever brings the court's record to what the person wants. */
export class Membership {
  readonly #context: DisputeContext;
  readonly #intents: Intents;
  readonly #changed: () => void;
  #standing: Standing | null = null;
  #asking = false;
  #refused: string | null = null;

  constructor(context: DisputeContext, intents: Intents, changed: () => void) {
    this.#context = context;
    this.#intents = intents;
    this.#changed = changed;
  }

  get standing(): Standing | null {
    return this.#standing;
  }

  /** What the chain said to the last step; null when nothing stands in the way. */
  get refused(): string | null {
    return this.#refused;
  }

  /** Has a deposit that counts, so it may hold seats. */
  get sits(): boolean {
    return this.#standing !== null && this.#standing.deposit > 0n;
  }

  /** Present today: it can be drawn. */
  present(): boolean {
    const standing = this.#standing;
    return standing !== null && standing.leftAt === 0 && standing.weight > 0n && this.#today() <= standing.beatDay + 1;
  }

  tick(wanted: boolean): void {
    this.refresh();
    if (this.#standing === null || !this.#context.canSign()) return;
    this.#refused = wanted ? this.#serve(this.#standing) : this.#leave(this.#standing);
  }

  refresh(): void {
    const head = this.#context.chain.head?.number ?? -1;
    if (this.#asking || head < 0 || this.#standing?.seen === head) return;
    void this.#ask(head);
  }

  #serve(standing: Standing): string | null {
    const { deposit, minDeposit, leftAt, beatDay, seen } = standing;
    if (leftAt !== 0 || deposit < minDeposit) {
      const missing = deposit < minDeposit ? minDeposit - deposit : 0n;
      const free = this.#context.freeStake();
      if (free === null || free < missing) return free === null ? null : 'TOO_LITTLE_STAKE';
      return this.#intents.again(this.#call('jury-join', 'Join the jury', joinCall(missing)), seen);
    }
    const today = this.#today();
    if (beatDay === today) return null;
    return this.#intents.again(this.#call(`jury-beat:${today}`, 'Present as a juror', heartbeatCall()), seen);
  }

  #leave({ deposit, leftAt, exitDelay, seen }: Standing): string | null {
    const me = this.#context.account();
    if (deposit === 0n || me === null) return null;
    if (leftAt === 0) return this.#intents.again(this.#call('jury-resign', 'Leave the jury', resignCall()), seen);
    if (this.#context.chain.now() <= leftAt + exitDelay) return null;
    const call = this.#call('jury-deposit', 'Deposit of the juror back', returnDepositCall(me));
    return this.#intents.again(call, seen);
  }

  #call(base: string, label: string, data: string) {
    return { base, label, to: this.#context.chain.network.contracts.court, data };
  }

  #today(): number {
    return Math.floor(this.#context.chain.now() / DAY_S);
  }

  async #ask(seen: number): Promise<void> {
    const { chain, account } = this.#context;
    const me = account() as string | null;
    if (me === null) return;
    this.#asking = true;
    try {
      const { court, vault } = chain.network.contracts;
      const [juror, minDeposit, exitDelay] = await Promise.all([
        chain.read(COURT, court, 'jurorOf', [me as `0x${string}`]),
        chain.read(COURT, court, 'minDeposit', []),
        chain.read(VAULT, vault, 'exitDelay', []),
      ]);
      this.#standing = {
        deposit: juror.deposit,
        weight: juror.weight,
        beatDay: Number(juror.beatDay),
        leftAt: Number(juror.leftAt),
        minDeposit,
        exitDelay: Number(exitDelay),
        seen,
      };
      this.#changed();
    } catch {
      // The chain watcher says when the chain is gone; the next block asks again.
    } finally {
      this.#asking = false;
    }
  }
}
