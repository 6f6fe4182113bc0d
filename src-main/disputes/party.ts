import { z } from 'zod';
import { amount, parseMoot, shortMoot, units } from '../../src-shared/domain/amounts.ts';
import type { DisputeRole } from '../../src-shared/domain/disputes.ts';
import type { Address, TaskId } from '../../src-shared/domain/ids.ts';
import { ROUNDS } from '../chain/case-terms.ts';
import { repayable, type ChainDispute } from '../chain/disputes-projection.ts';
import { same } from '../tasks/work-book.ts';
import { fundAppealCall, repayCall } from './court-calls.ts';
import type { DisputeContext } from './context.ts';
import type { DisputeRows } from './dispute-rows.ts';
import { DisputeError } from './errors.ts';
import type { Intents } from '../tasks/intents.ts';
import type { Reruns } from './reruns.ts';
import type { Subject } from './subject.ts';
import { findSubject } from './subjects.ts';
import type { Verdicts } from './verdicts.ts';

/** Setting `disputes.appeals`: whether the machine appeals by itself, and the most MOOT it puts up for one appeal. */
export const appealsSchema = z.object({ on: z.boolean(), most: z.string().regex(/^\d{1,25}$/) });
export const APPEALS = 'disputes.appeals';
const APPEALS_DEFAULT = { on: true, most: parseMoot('10') as string };

/** Bytes of evidence that the court takes. */
const MAX_EVIDENCE_BYTES = 1_024;
/** A contestation needs a block before the claim. */
const CONTEST_MARGIN_S = 2;

/** This node as a side: contests results, appeals rulings that its own machine says are wrong, gets its money back. */
export class PartySide {
  readonly #context: DisputeContext;
  readonly #rows: DisputeRows;
  readonly #intents: Intents;
  readonly #reruns: Reruns;
  readonly #verdicts: Verdicts;
  /** Appeals that a person asked for, by case and round. */
  readonly #byHand = new Set<string>();

  constructor(context: DisputeContext, rows: DisputeRows, intents: Intents, reruns: Reruns, verdicts: Verdicts) {
    this.#context = context;
    this.#rows = rows;
    this.#intents = intents;
    this.#reruns = reruns;
    this.#verdicts = verdicts;
  }

  /**
   * Brings a result before the court. Written down before it is sent, and sent until it is on chain or
   * the claim window is over.
   * @param why evidence: a link or a text, possibly empty
   * @throws DisputeError `CANNOT_CONTEST`, `WALLET_LOCKED`
   */
  contest(id: TaskId, why: string): void {
    const { chain, account, canSign, freeStake } = this.#context;
    const me = account();
    if (me === null || !canSign()) throw locked();
    const about = findSubject(this.#context, id)?.found;
    if (about?.stage !== 'open') {
      const what = about?.stage === 'contested' ? 'It is contested already.' : 'There is no result to contest.';
      throw new DisputeError('CANNOT_CONTEST', what);
    }
    if (same(about.solver, me)) throw new DisputeError('CANNOT_CONTEST', 'This is your own result.');
    if (chain.now() >= closes(about)) {
      throw new DisputeError('CANNOT_CONTEST', 'The time for contesting is over: the result is final.');
    }
    const bond = units(about.fields.lock) / 2n;
    const free = freeStake();
    if (free !== null && free < bond) {
      throw new DisputeError(
        'CANNOT_CONTEST',
        `The bond is ${shortMoot(amount(bond))} MOOT of stake; ${shortMoot(amount(free))} are free.`,
        { remedy: 'Add stake first.' },
      );
    }
    this.#context.db.transaction(() => {
      this.#rows.contest(id, cut(why));
      this.#send(id, cut(why));
    })();
  }

  /** Contestations on their way. @returns whether time alone may make something due. */
  tick(): boolean {
    const { chain, canSign } = this.#context;
    let under = false;
    for (const { task: id, why } of this.#rows.contests()) {
      const about = findSubject(this.#context, id)?.found;
      // Kept while it is before the court: a reorg may undo the contestation.
      if (about === undefined || about.stage === 'contested') continue;
      if (about.stage === 'past' || chain.now() >= closes(about)) this.#rows.contested(id);
      else if (canSign()) this.#send(id, why);
      under = true;
    }
    return under;
  }

  /** One case: appeals while it can be appealed, money back when it is over. */
  advance(dispute: ChainDispute, about: Subject, role: DisputeRole, me: Address): void {
    if (!this.#context.canSign()) return;
    for (const { round, backer } of repayable(dispute)) {
      if (!same(backer, me)) continue;
      this.#court(`case:${dispute.id}:repay:${round}`, 'Bond of an appeal back', repayCall(dispute.id, round, backer));
    }
    if (this.missing(dispute) === null) return;
    const key = `${dispute.id}:${dispute.ruling?.round}`;
    if (this.#byHand.has(key) || this.#appealsItself(dispute, about, role)) this.#appeal(dispute);
  }

  /** What an appeal against the ruling still needs, base units; null when there is nothing to appeal. */
  missing(dispute: ChainDispute): bigint | null {
    const { ruling, state, appeals, terms } = dispute;
    if (state !== 'ruled' || ruling === null || ruling.round + 1 >= ROUNDS) return null;
    if (this.#context.chain.now() > ruling.until) return null;
    const raised = appeals.find(({ round }) => round === ruling.round)?.raised ?? amount(0n);
    return units(terms.appealBond) - units(raised);
  }

  /** Why an appeal cannot be paid now; one sentence, or null. */
  obstacle(missing: bigint): string | null {
    const { canSign, prepaid } = this.#context;
    if (!canSign()) return 'The wallet is locked.';
    const ready = prepaid();
    if (ready === null) return 'The chain has not answered yet.';
    if (ready >= missing) return null;
    return `It costs ${shortMoot(amount(missing))} MOOT; you have ${shortMoot(amount(ready))} ready to pay.`;
  }

  /** By hand. @throws DisputeError `CANNOT_APPEAL` */
  appeal(dispute: ChainDispute): void {
    const missing = this.missing(dispute);
    if (missing === null) throw new DisputeError('CANNOT_APPEAL', 'There is no ruling that can be appealed now.');
    const obstacle = this.obstacle(missing);
    if (obstacle !== null) throw new DisputeError('CANNOT_APPEAL', obstacle);
    this.#byHand.add(`${dispute.id}:${dispute.ruling?.round}`);
    this.#appeal(dispute);
  }

  /** Parties and the requester at once; jurors only when those left half of the time unused. */
  #appealsItself(dispute: ChainDispute, about: Subject, role: DisputeRole): boolean {
    const missing = this.missing(dispute);
    const { ruling, terms } = dispute;
    if (role === 'watcher' || missing === null || ruling === null || terms.people) return false;
    const { on, most } = this.#context.settings.get(APPEALS, appealsSchema, APPEALS_DEFAULT);
    if (!on || missing > BigInt(most) || this.obstacle(missing) !== null) return false;
    this.#reruns.want(dispute, about);
    const verdict = this.#verdicts.of(dispute, about, false);
    if (verdict === null || (verdict === 1) === (ruling.side === 'claimant')) return false;
    return role !== 'juror' || this.#context.chain.now() > ruling.until - terms.appealSeconds / 2;
  }

  #appeal(dispute: ChainDispute): void {
    const missing = this.missing(dispute);
    if (missing === null || missing === 0n) return;
    const base = `case:${dispute.id}:appeal:${dispute.ruling?.round}`;
    this.#court(base, 'Appeal a ruling', fundAppealCall(dispute, missing));
  }

  #send(subject: TaskId, why: string): void {
    const known = findSubject(this.#context, subject);
    const data = known?.found.contest(why) ?? null;
    if (known === undefined || data === null) return;
    this.#intents.due({ base: `contest:${subject}`, label: 'Contest a result', to: known.to, data });
  }

  #court(base: string, label: string, data: string): void {
    this.#intents.due({ base, label, to: this.#context.chain.network.contracts.court, data });
  }
}

function closes({ closesAt }: Subject): number {
  return closesAt - CONTEST_MARGIN_S;
}

function locked(): DisputeError {
  return new DisputeError('WALLET_LOCKED', 'The wallet is locked.', { remedy: 'Unlock it first.' });
}

/** Whole characters that fit into the court's limit of bytes. */
function cut(text: string): string {
  let kept = text;
  while (Buffer.byteLength(kept) > MAX_EVIDENCE_BYTES) kept = kept.slice(0, -1);
  return kept;
}
