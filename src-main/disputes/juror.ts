import { z } from 'zod';
import { amount, shortMoot } from '../../src-shared/domain/amounts.ts';
import type { ServiceView } from '../../src-shared/domain/stake.ts';
import { same } from '../tasks/work-book.ts';
import type { DisputeContext } from './context.ts';
import type { DisputeRows } from './dispute-rows.ts';
import { Membership } from './membership.ts';
import { agreeing } from './money.ts';
import { ballotOf } from './roles.ts';

/** Setting `jury.wanted`: in the sandbox on, until a person says no; elsewhere off, until a person says yes. */
export const JURY = 'jury.wanted';

/** The standing service as a juror: what the person wants, what the court says, what it brought. */
export class Juror {
  readonly #context: DisputeContext;
  readonly #rows: DisputeRows;
  readonly #changed: () => void;
  readonly membership: Membership;

  constructor(context: DisputeContext, rows: DisputeRows, membership: Membership, changed: () => void) {
    this.#context = context;
    this.#rows = rows;
    this.#changed = changed;
    this.membership = membership;
  }

  get wanted(): boolean {
    return this.#context.settings.get(JURY, z.boolean(), this.#context.sandbox);
  }

  setWanted(wanted: boolean): void {
    this.#context.settings.set(JURY, wanted);
    this.#changed();
  }

  tick(): void {
    this.membership.tick(this.wanted);
  }

  serviceView(): ServiceView {
    const { standing } = this.membership;
    const me = this.#context.account();
    let [served, missed, earned] = [0, 0, 0n];
    for (const dispute of me === null ? [] : this.#rows.judged()) {
      served += dispute.draws.filter((draw) => me !== null && (ballotOf(draw, me)?.opening ?? null) !== null).length;
      for (const fine of dispute.fines)
        if (same(fine.juror, me)) [missed, earned] = [missed + 1, earned - BigInt(fine.amount)];
      if (dispute.executed === null) continue;
      earned += BigInt(dispute.executed.perSeat) * BigInt(agreeing(dispute, dispute.executed.side, me));
    }
    return {
      wanted: this.wanted,
      state: this.#state(),
      deposit: amount(standing?.deposit ?? 0n),
      present: this.membership.present(),
      reason: this.#reason(),
      served,
      missed,
      earned: amount(earned),
    };
  }

  #state(): ServiceView['state'] {
    const { standing } = this.membership;
    if (standing === null || standing.deposit === 0n) return this.wanted ? 'joining' : 'off';
    if (standing.leftAt !== 0) return this.wanted ? 'joining' : 'leaving';
    if (!this.wanted) return 'leaving';
    return standing.deposit < standing.minDeposit ? 'joining' : 'on';
  }

  #reason(): string {
    const { standing, refused } = this.membership;
    if (!this.wanted) {
      if (standing === null || standing.deposit === 0n) return 'You are no juror.';
      if (standing.leftAt === 0) return 'You are leaving the jury.';
      const back = new Date((standing.leftAt + standing.exitDelay) * 1_000)
        .toISOString()
        .slice(0, 16)
        .replace('T', ' ');
      return `You left the jury; the deposit comes back after ${back} UTC.`;
    }
    if (!this.#context.canSign()) return 'The wallet is locked: jurors who do not show themselves are not drawn.';
    if (standing === null) return 'The chain has not answered yet.';
    if (refused === 'TOO_LITTLE_STAKE') {
      return `The deposit is ${shortMoot(amount(standing.minDeposit))} MOOT of free stake; you have less.`;
    }
    if (refused !== null) return `The court refused: ${refused}. Trying again.`;
    if (standing.leftAt !== 0 || standing.deposit < standing.minDeposit) return 'Joining the jury.';
    return this.membership.present()
      ? 'You can be drawn as a juror; your machine judges by running the model again.'
      : 'Your machine is about to show the court that it is there.';
  }
}
