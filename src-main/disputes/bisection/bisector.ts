import type { BisectionView, Side } from '../../../src-shared/domain/disputes.ts';
import type { ChainDispute } from '../../chain/disputes-projection.ts';
import type { UsableModel } from '../../models/catalogue.ts';
import { Retries } from '../../tasks/retries.ts';
import type { DisputeContext } from '../context.ts';
import type { Subject } from '../subject.ts';
import { contestOf, type BisectionRows, type Settled } from './bisection-rows.ts';
import { compareSides } from './compare.ts';
import { shownBy } from './evidence.ts';
import { isTraced } from './runs.ts';

const RETRY_MS = 3_000;
const NONE: BisectionView = { state: 'none', text: '', wrong: null, parting: null };

/** Cases at once: a side that serves its values slowly must not hold up the others, and each holds values in memory. */
const MOST = 3;

/** Finds where the runs of two sides part, once both showed theirs; a few cases at a time, the outcome is on disk. */
export class Bisector {
  readonly #context: DisputeContext;
  readonly #rows: BisectionRows;
  readonly #changed: (dispute: string) => void;
  readonly #retries = new Retries();
  readonly #running = new Set<string>();
  /** By case, who was asked for something and has not sent it. */
  readonly #owing = new Map<string, Set<Side>>();

  constructor(context: DisputeContext, rows: BisectionRows, changed: (dispute: string) => void) {
    this.#context = context;
    this.#rows = rows;
    this.#changed = changed;
  }

  settled(dispute: ChainDispute, about: Subject): Settled | null {
    return this.#rows.settled(contestOf(dispute, about));
  }

  /** Whose run, or part of it, cannot be had; both: the solver's, whose word is questioned. */
  silent(dispute: ChainDispute, about: Subject): Side | null {
    const owing = this.#owing.get(contestOf(dispute, about));
    const { claimant, defendant } = dispute.fields;
    if (shownBy(dispute, defendant) === null || owing?.has('defendant') === true) return 'defendant';
    return shownBy(dispute, claimant) === null || owing?.has('claimant') === true ? 'claimant' : null;
  }

  /** Sees to it that the outcome becomes known. */
  want(dispute: ChainDispute, about: Subject, model: UsableModel | null): void {
    const shown = bothOf(dispute);
    const contest = contestOf(dispute, about);
    if (model === null || !isTraced(model) || shown === null || this.#running.size >= MOST) return;
    if (this.#running.has(contest) || this.#retries.waits(contest) || this.#rows.settled(contest) !== null) return;
    this.#running.add(contest);
    const owing = new Set<Side>();
    this.#owing.set(contest, owing);
    compareSides(this.#context, dispute, about, model, shown, owing)
      .then((settled) => {
        this.#rows.settle(contest, settled);
        this.#retries.drop(contest);
        this.#owing.delete(contest);
      })
      .catch((error: unknown) => {
        const why = (error instanceof Error ? error.message : String(error)).slice(0, 300);
        if ((error as { code?: string }).code === 'DISK_FULL') this.#context.fail(error);
        this.#context.log(`dispute: the runs of case ${dispute.id} could not be compared yet: ${why}`);
        this.#retries.later(contest, RETRY_MS * 2 ** Math.min(this.#retries.tries(contest), 5));
      })
      .finally(() => {
        this.#running.delete(contest);
        this.#changed(dispute.id);
      })
      .catch((error: unknown) => this.#context.fail(error));
  }

  view(dispute: ChainDispute, about: Subject | undefined, model: UsableModel | null): BisectionView {
    if (about === undefined || model === null || !isTraced(model) || dispute.terms.people) return NONE;
    const contest = contestOf(dispute, about);
    const settled = this.#rows.settled(contest);
    if (settled !== null) return { state: 'done', ...settled };
    if (bothOf(dispute) !== null)
      return { ...NONE, state: 'running', text: 'Both sides showed their runs; they are being compared node by node.' };
    const missing = [dispute.fields.claimant, dispute.fields.defendant].map(
      (party) => shownBy(dispute, party) === null,
    );
    const who = missing.every(Boolean)
      ? 'Neither side has'
      : missing[0]
        ? 'The contester has not'
        : 'The solver has not';
    return { ...NONE, state: 'waiting', text: `${who} shown yet how it computed.` };
  }
}

function bothOf(dispute: ChainDispute): Parameters<typeof compareSides>[4] | null {
  const claimant = shownBy(dispute, dispute.fields.claimant);
  const defendant = shownBy(dispute, dispute.fields.defendant);
  return claimant === null || defendant === null ? null : { claimant, defendant };
}
