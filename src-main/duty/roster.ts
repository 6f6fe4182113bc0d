import type { Address } from '../../src-shared/domain/ids.ts';
import { DUTY, VAULT } from '../chain/abi.ts';
import type { ChainClient } from '../chain/client.ts';
import type { Odds } from './draw.ts';

/** What the roster says about this checker and itself. Base units and seconds of the chain's clock. */
export interface RosterFacts extends Odds {
  readonly account: Address;
  readonly sealSeconds: number;
  /** Verification classes that are checked, one bit each. */
  readonly classes: number;
  /** Part of the fund that is promised to nobody. */
  readonly fund: bigint;
  readonly suspendedUntil: number;
}

const STALE_MS = 15_000;
const DAY_S = 86_400;

/** The roster's figures, read anew when something of ours changed there and otherwise now and then. */
export class Roster {
  readonly #chain: ChainClient;
  readonly #account: () => Address | null;
  readonly #changed: () => void;
  #facts: RosterFacts | null = null;
  #readAt = 0;
  #reading = false;

  constructor(chain: ChainClient, account: () => Address | null, changed: () => void) {
    this.#chain = chain;
    this.#account = account;
    this.#changed = changed;
  }

  /** null until they are known, and for another account. */
  get facts(): RosterFacts | null {
    return this.#facts?.account === this.#account() ? this.#facts : null;
  }

  /** Something changed: the next look reads anew. */
  stale(): void {
    this.#readAt = -Infinity;
  }

  /** Called every round. */
  look(): void {
    const account = this.#account();
    if (account === null || this.#reading) return;
    if (this.facts !== null && performance.now() - this.#readAt < STALE_MS) return;
    this.#reading = true;
    this.#readAt = performance.now();
    this.#read(account)
      .then((facts) => {
        this.#facts = facts;
        this.#changed();
      })
      // The chain watcher says that the chain is gone; the old figures stand.
      .catch(() => undefined)
      .finally(() => (this.#reading = false));
  }

  async #read(account: Address): Promise<RosterFacts> {
    const { duty, vault } = this.#chain.network.contracts;
    const chain = this.#chain;
    const who = account as string as `0x${string}`;
    const today = Math.floor(chain.now() / DAY_S);
    const [checker, settings, [balance, promised], trace, suspendedUntil] = await Promise.all([
      chain.read(DUTY, duty, 'rosterOf', [who]),
      chain.read(DUTY, duty, 'settings', []),
      chain.read(DUTY, duty, 'fund', []),
      chain.read(VAULT, vault, 'traceOf', [who]),
      chain.read(VAULT, vault, 'suspendedUntilOf', [who]),
    ]);
    const days = [today - 1, today, Math.floor(Number(checker.seenAt) / DAY_S)];
    const stakes = await Promise.all(days.map((day) => chain.read(DUTY, duty, 'stakeOnDuty', [BigInt(day)])));
    return {
      account,
      checker: {
        deposit: checker.deposit,
        atRisk: checker.atRisk,
        pending: Number(checker.pending),
        since: Number(checker.since),
        seenAt: Number(checker.seenAt),
        weight: checker.weight,
        offAt: Number(checker.offAt),
      },
      trace: {
        stake: trace.stake,
        changedAt: Number(trace.changedAt),
        before: trace.before,
        changedBefore: Number(trace.changedBefore),
      },
      minDeposit: settings.minDeposit,
      sealSeconds: Number(settings.sealSeconds),
      classes: Number(settings.classes),
      fund: balance - promised,
      suspendedUntil: Number(suspendedUntil),
      onDuty: new Map(days.map((day, at) => [day, stakes[at] ?? 0n])),
    };
  }
}
