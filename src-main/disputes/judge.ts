import { FolkmootError } from '../../src-shared/domain/errors.ts';
import type { Address } from '../../src-shared/domain/ids.ts';
import { currentDraw, type Ballot, type ChainDispute, type ChainDraw } from '../chain/disputes-projection.ts';
import { commitCall, openCall } from './court-calls.ts';
import type { DisputeContext } from './context.ts';
import type { BallotRow, DisputeRows } from './dispute-rows.ts';
import { DisputeError } from './errors.ts';
import type { Intents } from '../tasks/intents.ts';
import type { Membership } from './membership.ts';
import type { Reruns } from './reruns.ts';
import { ballotOf, isParty, periods } from './roles.ts';
import { ballotKey, ballotSalt, commitmentFor, ZERO } from './sealing.ts';
import type { Seats } from './seats.ts';
import type { Subject } from './subject.ts';
import type { Verdicts } from './verdicts.ts';

type Hex = `0x${string}`;

/** What the machine found is sealed this far into the time for sealing: until then a person can look and overrule it. */
const LOOK_FIRST = 0.5;
/** Nothing is sealed in the last second: the block may come after it. */
const MARGIN_S = 1;

export interface JudgeNeeds {
  readonly rows: DisputeRows;
  readonly intents: Intents;
  readonly reruns: Reruns;
  readonly verdicts: Verdicts;
  readonly seats: Seats;
  readonly membership: Membership;
  readonly changed: (dispute: string) => void;
}

/**
 * The juror's own ballot: decided by running the model again or by a person, written down with its salt, sealed, opened.
 * What is due follows from database and chain each time. Whatever the database lost is found again: the salt follows from
 * the wallet, and vote and trace are those that fit the sealed commitment.
 */
export class Judge {
  readonly #context: DisputeContext;
  readonly #needs: JudgeNeeds;
  readonly #sealing = new Set<string>();

  constructor(context: DisputeContext, needs: JudgeNeeds) {
    this.#context = context;
    this.#needs = needs;
  }

  /** When the machine seals what it found, seconds. */
  static sealsAt(dispute: ChainDispute, draw: ChainDraw): number {
    return draw.startedAt + Math.floor(dispute.terms.commitSeconds * LOOK_FIRST);
  }

  /** One case. @returns whether time alone may make something due. */
  advance(dispute: ChainDispute, about: Subject, me: Address): boolean {
    const draw = currentDraw(dispute);
    if (draw === null || draw.seed === null || isParty(dispute, me)) return false;
    const ballot = ballotOf(draw, me);
    const row = this.#row(dispute, draw, ballot, me);
    if (row === null) return true;
    if (row === undefined) return false;
    const now = this.#context.chain.now();
    const { sealing, opening } = periods(dispute, draw);
    if (ballot === undefined) {
      if (now > sealing - MARGIN_S) return false;
      this.#vote(dispute, draw, about, row, me, now);
      return true;
    }
    if (ballot.opening !== null || now > opening) return false;
    if (now > sealing) this.#open(dispute, draw, about, row, ballot, me);
    return true;
  }

  /** A person decides the ballot of the current draw. @throws DisputeError `CANNOT_VOTE` */
  vote(dispute: ChainDispute, vote: number, me: Address): void {
    const draw = currentDraw(dispute);
    const row = draw?.seed ? this.#needs.rows.ballot(dispute.id, draw.seed) : undefined;
    if (draw === null || row === undefined) {
      throw new DisputeError('CANNOT_VOTE', 'You have no seat in this panel.');
    }
    if (row.salt !== null || ballotOf(draw, me) !== undefined) {
      throw new DisputeError('CANNOT_VOTE', 'Your ballot is sealed: it cannot be changed any more.');
    }
    if (this.#context.chain.now() > periods(dispute, draw).sealing - MARGIN_S) {
      throw new DisputeError('CANNOT_VOTE', 'The time for sealing ballots is over.');
    }
    this.#needs.rows.decide(dispute.id, row.seed, vote, false);
  }

  /** @returns null while it is not known whether there is a seat, undefined when there is none. */
  #row(dispute: ChainDispute, draw: ChainDraw, ballot: Ballot | undefined, me: Address): BallotRow | null | undefined {
    const { rows, seats, membership } = this.#needs;
    const seed = draw.seed ?? ZERO;
    const known = rows.ballot(dispute.id, seed);
    if (known !== undefined) return known;
    if (ballot === undefined && !membership.sits) return membership.standing === null ? null : undefined;
    const found = ballot?.seats ?? seats.of(dispute, draw, me);
    if (found === null) return null;
    if (found === 0) return undefined;
    rows.seated(dispute.id, seed, draw.number, found);
    this.#needs.changed(dispute.id);
    return rows.ballot(dispute.id, seed);
  }

  #vote(dispute: ChainDispute, draw: ChainDraw, about: Subject, row: BallotRow, me: Address, now: number): void {
    const { rows, reruns, verdicts } = this.#needs;
    if (row.salt !== null) return this.#seal(dispute, draw, row, row.salt, me);
    reruns.want(dispute, about);
    if (row.vote === null) {
      const verdict = verdicts.of(dispute, about, now < Judge.sealsAt(dispute, draw));
      if (verdict !== null && rows.decide(dispute.id, row.seed, verdict, true)) this.#needs.changed(dispute.id);
      return;
    }
    if (row.trace === null) return this.#trace(dispute, draw, about, row);
    if (row.automatic && now < Judge.sealsAt(dispute, draw)) return;
    this.#salt(dispute, draw, row, (salt) => this.#seal(dispute, draw, row, salt, me));
  }

  /**
   * Proof that the model was run. Without the model a person can only say what was looked at; whoever has it does not
   * get away with that, and people's cases need nothing.
   */
  #trace(dispute: ChainDispute, draw: ChainDraw, about: Subject, row: BallotRow): void {
    const { rows, reruns } = this.#needs;
    const model = reruns.model(about);
    if (dispute.terms.people) rows.traced(dispute.id, row.seed, ZERO);
    else if (model !== null) return reruns.trace(dispute, draw, about, model);
    else rows.traced(dispute.id, row.seed, about.digest as string as Hex);
    this.#needs.changed(dispute.id);
  }

  /** What opens the ballot is on disk in the same step that makes the intent: nothing is sealed that cannot be opened. */
  #seal(dispute: ChainDispute, draw: ChainDraw, row: BallotRow, salt: Hex, me: Address): void {
    const { vote, trace } = row;
    if (vote === null || trace === null || !this.#context.canSign()) return;
    const commitment = this.#commitment(dispute, draw, me, { vote, trace, salt });
    this.#context.db.transaction(() => {
      if (row.salt === null) this.#needs.rows.sealed({ ...row, salt });
      this.#send(`ballot:${dispute.id}:${draw.number}`, 'Seal a ballot', commitCall(dispute, commitment));
    })();
    if (row.salt === null) this.#needs.changed(dispute.id);
  }

  #open(dispute: ChainDispute, draw: ChainDraw, about: Subject, row: BallotRow, ballot: Ballot, me: Address): void {
    const { vote, trace, salt } = row;
    if (vote === null || trace === null || salt === null || !this.#fits(dispute, draw, ballot, row, me)) {
      return this.#recover(dispute, draw, about, row, ballot, me);
    }
    const data = openCall(dispute, ballot, { vote, trace, salt });
    this.#send(`opening:${dispute.id}:${draw.number}`, 'Open a ballot', data);
  }

  /** The row is gone or says something else than what was sealed: looks for what fits. */
  #recover(dispute: ChainDispute, draw: ChainDraw, about: Subject, row: BallotRow, ballot: Ballot, me: Address): void {
    this.#salt(dispute, draw, row, (salt) => {
      const { rows, reruns } = this.#needs;
      const model = reruns.model(about);
      const looked = about.digest as string as Hex;
      const traces = [...new Set([row.trace, ZERO, looked])].filter((trace) => trace !== null);
      for (const trace of traces) {
        for (const vote of [1, 2, 0]) {
          const found = { ...row, vote, trace, salt };
          if (!this.#fits(dispute, draw, ballot, found, me)) continue;
          rows.sealed(found);
          return this.#needs.changed(dispute.id);
        }
      }
      // The trace follows from the seed: the same run gives it again.
      if (row.trace !== null) rows.sealed({ ...row, trace: null, salt: null });
      if (model !== null) reruns.trace(dispute, draw, about, model);
    });
  }

  #fits(dispute: ChainDispute, draw: ChainDraw, ballot: Ballot, row: BallotRow, me: Address): boolean {
    const { vote, trace, salt } = row;
    if (vote === null || trace === null || salt === null) return false;
    return this.#commitment(dispute, draw, me, { vote, trace, salt }) === ballot.commitment.toLowerCase();
  }

  #commitment(dispute: ChainDispute, draw: ChainDraw, me: Address, opening: { vote: number; trace: Hex; salt: Hex }) {
    const { chainId, contracts } = this.#context.chain.network;
    return commitmentFor({ chainId, court: contracts.court }, dispute.id, draw.number, me, opening);
  }

  /** Asks the wallet, once at a time per ballot. */
  #salt(dispute: ChainDispute, draw: ChainDraw, row: BallotRow, then: (salt: Hex) => void): void {
    const key = `${dispute.id}:${row.seed}`;
    if (this.#sealing.has(key) || !this.#context.canSign()) return;
    this.#sealing.add(key);
    this.#context
      .taskSalt(ballotKey(dispute.id, draw.number, row.seed))
      .then((derived) => {
        // Meanwhile a person may have decided otherwise: then it begins anew with what is in the database.
        const fresh = this.#needs.rows.ballot(dispute.id, row.seed);
        const same = fresh?.vote === row.vote && fresh?.trace === row.trace && fresh?.salt === row.salt;
        if (same && this.#context.db.open) then(ballotSalt(derived));
      })
      .catch((error: unknown) => {
        if (error instanceof FolkmootError) this.#context.log(`case ${dispute.id}: ${error.message}`);
        else this.#context.fail(error);
      })
      .finally(() => this.#sealing.delete(key))
      .catch((error: unknown) => this.#context.fail(error));
  }

  #send(base: string, label: string, data: string): void {
    this.#needs.intents.due({ base, label, to: this.#context.chain.network.contracts.court, data });
  }
}
