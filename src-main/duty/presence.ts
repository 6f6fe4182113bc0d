import { z } from 'zod';
import { amount } from '../../src-shared/domain/amounts.ts';
import type { Settings } from '../store/settings.ts';
import type { TaskContext } from '../tasks/context.ts';
import { Retries } from '../tasks/retries.ts';
import { considerPresence, type Presence as Due } from '../policy/duty.ts';
import { heartbeatCall, releaseCall, signOffCall, signOnCall } from './calls.ts';
import type { RosterFacts } from './roster.ts';

const RETRY_MS = 15_000;

export interface PresenceNeeds {
  readonly settings: Settings;
  readonly heldUp: () => string | null;
  /** Names of the models that pay emission and are not on this machine. */
  readonly missing: () => readonly string[];
}

/** Keeps this node on the roster, or off it, as the person wants: deposit, signs of life, leaving. */
export class Presence {
  readonly #context: TaskContext;
  readonly #needs: PresenceNeeds;
  readonly #retries = new Retries();
  /** Intent of the last round, while it is not what the chain says. */
  #key: string | null = null;
  reason = 'Not known yet.';

  constructor(context: TaskContext, needs: PresenceNeeds) {
    this.#context = context;
    this.#needs = needs;
  }

  /** On, unless somebody switched it off by hand: a network where nobody checks is no good to anybody. */
  get wanted(): boolean {
    return this.#needs.settings.get('duty.wanted', z.boolean(), true);
  }

  want(on: boolean): void {
    this.#needs.settings.set('duty.wanted', on);
  }

  /** A transaction is under way. */
  get moving(): boolean {
    const row = this.#key === null ? undefined : this.#context.outbox.get(this.#key);
    return row !== undefined && row.state !== 'failed';
  }

  tick(facts: RosterFacts): void {
    const { chain, canSign, freeStake, outbox } = this.#context;
    const { checker } = facts;
    const free = freeStake();
    const due = considerPresence({
      now: chain.now(),
      wanted: this.wanted,
      heldUp: this.#needs.heldUp(),
      canSign: canSign(),
      deposit: amount(checker.deposit),
      pending: checker.pending,
      seenAt: checker.seenAt,
      offAt: checker.offAt,
      minDeposit: amount(facts.minDeposit),
      freeStake: free === null ? null : amount(free),
      suspendedUntil: facts.suspendedUntil,
      missing: this.#needs.missing(),
    });
    this.reason = due.reason;
    if (due.kind === 'none') return void (this.#key = null);
    // Named by what the chain says now: once it was mined the chain says something else, and the name is used up.
    const key = `duty-${due.kind}:${checker.seenAt}:${checker.deposit}:${checker.offAt}`;
    this.#key = key;
    const row = outbox.get(key);
    if (row?.state === 'failed') {
      this.reason = `The chain refused it: ${row.error ?? 'no reason given'}. Trying again.`;
      this.#retries.intent(outbox, key, RETRY_MS);
    }
    outbox.enqueue({ key, label: LABELS[due.kind], to: chain.network.contracts.duty, data: dataOf(due, facts) });
  }
}

const LABELS: Record<Exclude<Due['kind'], 'none'>, string> = {
  'sign-on': 'Go on duty',
  heartbeat: 'Stay on duty',
  'sign-off': 'Leave the duty',
  release: 'Take the deposit back',
};

function dataOf(due: Due, { account }: RosterFacts): string {
  if (due.kind === 'sign-on') return signOnCall(BigInt(due.deposit));
  if (due.kind === 'release') return releaseCall(account);
  return due.kind === 'sign-off' ? signOffCall() : heartbeatCall();
}
