import { id as keccakText } from 'ethers';
import type { Address } from '../../src-shared/domain/ids.ts';
import { currentDraw, finishedDraws, type ChainDispute } from '../chain/disputes-projection.ts';
import { same } from '../tasks/work-book.ts';
import type { Absentees } from './absentees.ts';
import { deliverCall, drawCall, executeCall, reportCall, tallyCall } from './court-calls.ts';
import type { DisputeContext } from './context.ts';
import type { DisputeRows } from './dispute-rows.ts';
import type { Intents } from '../tasks/intents.ts';
import { periods } from './roles.ts';
import type { Subject } from './subject.ts';

/** Those who are not first in line wait for the first one so long, and then up to `SPREAD_S` more, each a different time. */
const GRACE_S = 2;
const SPREAD_S = 20;
/** For reports of absent jurors, when a ruling is final at once. */
const REPORT_S = 5;
const NUDGE_MS = 1_000;

export interface ClerkNeeds {
  readonly rows: DisputeRows;
  readonly intents: Intents;
  readonly absentees: Absentees;
  /** Whether this node is a juror at all, so that it wants to know of every draw. */
  readonly serves: () => boolean;
}

/**
 * Moves cases on: seed, count, reports, execution. Anyone may; whoever has something at stake does, one after the other,
 * so that not everybody pays for the same step. A step that somebody else took is not due any more.
 */
export class Clerk {
  readonly #context: DisputeContext;
  readonly #needs: ClerkNeeds;
  #nudgedAt = 0;

  constructor(context: DisputeContext, needs: ClerkNeeds) {
    this.#context = context;
    this.#needs = needs;
  }

  /** One case. @returns whether time alone may make something due. */
  advance(dispute: ChainDispute, about: Subject, me: Address): boolean {
    if (!this.#context.canSign() || !this.#interested(dispute, about, me)) return false;
    if (dispute.state === 'voting') return this.#voting(dispute, me);
    if (dispute.state === 'ruled') return this.#ruled(dispute, about, me);
    if (dispute.state === 'undelivered') {
      this.#send(dispute, 'deliver', 'Deliver a ruling', deliverCall(dispute, about.ruled));
    }
    return dispute.state === 'undelivered';
  }

  #voting(dispute: ChainDispute, me: Address): boolean {
    const draw = currentDraw(dispute);
    if (draw === null) return false;
    const { chain } = this.#context;
    const now = chain.now();
    const { sealing, opening } = periods(dispute, draw);
    const first = same(dispute.fields.claimant, me);
    if (draw.seed === null) {
      const head = chain.head?.number ?? 0;
      if (head < draw.seedBlock) this.#nudge();
      else if (now >= draw.startedAt + this.#wait(dispute, `draw:${draw.clock}`, me, first)) {
        this.#send(dispute, `draw:${draw.number}`, 'Draw a panel', drawCall(dispute));
      }
      return true;
    }
    const late = now > opening;
    const call = now > sealing ? tallyCall(dispute, late) : null;
    const since = late ? opening : sealing;
    if (call !== null && now > since + this.#wait(dispute, `tally:${draw.number}`, me, first)) {
      this.#send(dispute, `tally:${draw.number}`, 'Count ballots', call);
    }
    return true;
  }

  /** Blocks are a second apart at least: more of them would only make the chain's clock run ahead. */
  #nudge(): void {
    if (Date.now() - this.#nudgedAt < NUDGE_MS) return;
    this.#nudgedAt = Date.now();
    this.#context.nudge();
  }

  #ruled(dispute: ChainDispute, about: Subject, me: Address): boolean {
    const { ruling } = dispute;
    if (ruling === null) return false;
    const now = this.#context.chain.now();
    if (this.#wins(dispute, about, me)) this.#report(dispute);
    const from = Math.max(ruling.until, ruling.until === 0 ? ruling.time + REPORT_S : 0);
    if (now <= from) return true;
    const winner = ruling.side === 'claimant' ? dispute.fields.claimant : dispute.fields.defendant;
    if (now <= from + this.#wait(dispute, `execute:${ruling.round}`, me, same(winner, me))) return true;
    this.#send(dispute, 'execute', 'Execute a ruling', executeCall(dispute, about.ruled));
    return true;
  }

  #report(dispute: ChainDispute): void {
    for (const which of finishedDraws(dispute).keys()) {
      const jurors = this.#needs.absentees.of(dispute, which);
      if (jurors === null || jurors.length === 0) continue;
      this.#send(dispute, `report:${which}`, 'Report absent jurors', reportCall(dispute, which, jurors));
    }
  }

  /** Something of its own hangs on the case: money, a task, a seat, or the chance of one. */
  #interested(dispute: ChainDispute, about: Subject, me: Address): boolean {
    const { claimant, defendant } = dispute.fields;
    if ([claimant, defendant, about.fields.requester].some((account) => same(account, me))) return true;
    if (this.#needs.rows.seatsIn(dispute).length > 0) return true;
    if (dispute.appeals.some(({ given }) => given.some(({ backer }) => same(backer, me)))) return true;
    return this.#needs.serves() && currentDraw(dispute)?.seed === null;
  }

  /** Fines go to the side of the ruling, so only that side has a reason to report. */
  #wins(dispute: ChainDispute, about: Subject, me: Address): boolean {
    const { claimant, defendant } = dispute.fields;
    if (dispute.ruling?.side === 'defendant') return same(defendant, me);
    return same(claimant, me) || same(about.fields.requester, me);
  }

  /** Seconds to leave to others: none for the first in line, for everybody else a number of its own. */
  #wait(dispute: ChainDispute, what: string, me: Address, first: boolean): number {
    if (first) return 0;
    const spread = Math.max(2, Math.min(SPREAD_S, Math.floor(dispute.terms.revealSeconds / 5)));
    const mark = keccakText(`${me.toLowerCase()}/${dispute.id}/${what}`).slice(2, 10);
    return GRACE_S + (Number.parseInt(mark, 16) % spread);
  }

  #send(dispute: ChainDispute, what: string, label: string, data: string): void {
    const to = this.#context.chain.network.contracts.court;
    this.#needs.intents.due({ base: `case:${dispute.id}:${what}`, label, to, data });
  }
}
