import type { Address, Digest } from '../../../src-shared/domain/ids.ts';
import type { ChainDispute } from '../../chain/disputes-projection.ts';
import { traceOf, writeTrace } from '../../compute/verification/trace.ts';
import type { UsableModel } from '../../models/catalogue.ts';
import type { Intents } from '../../tasks/intents.ts';
import { Retries } from '../../tasks/retries.ts';
import { evidenceCall } from '../court-calls.ts';
import type { DisputeContext } from '../context.ts';
import { isParty } from '../roles.ts';
import type { Subject } from '../subject.ts';
import { contestOf, type BisectionRows } from './bisection-rows.ts';
import { shownBy, traceEvidence } from './evidence.ts';
import { isTraced, runWhole } from './runs.ts';

const RETRY_MS = 3_000;
/** Runs kept at once. Each may take 256 MiB, and whoever contests again and again, a bond each time, fills no disk with them. */
const MOST_KEPT = 16;

/** A side of a case shows how it computed: runs the model with all values, keeps them for peers, commits to their root. */
export class Tracer {
  readonly #context: DisputeContext;
  readonly #rows: BisectionRows;
  readonly #intents: Intents;
  readonly #changed: (dispute: string) => void;
  readonly #retries = new Retries();
  /** Contests whose run has more values than one may show: that stays so, however often it is made. */
  readonly #tooLarge = new Set<string>();
  #busy = false;

  constructor(context: DisputeContext, rows: BisectionRows, intents: Intents, changed: (dispute: string) => void) {
    this.#context = context;
    this.#rows = rows;
    this.#intents = intents;
    this.#changed = changed;
  }

  /** One case. */
  advance(dispute: ChainDispute, about: Subject, model: UsableModel | null, me: Address): void {
    const ended = dispute.state === 'over' || dispute.state === 'undelivered' || dispute.terms.people;
    if (model === null || !isTraced(model) || ended || !isParty(dispute, me)) return;
    const contest = contestOf(dispute, about);
    const shown = this.#rows.shown(contest);
    // Also when the chain has it already: a machine that lost its files serves the same values after the same run.
    if (shown === null) return this.#run(dispute, about, model, contest);
    if (shownBy(dispute, me) !== null || !this.#context.canSign()) return;
    const data = evidenceCall(dispute.id, traceEvidence(shown));
    this.#intents.due({
      base: `case:${dispute.id}:trace`,
      label: 'Show how it was computed',
      to: this.#context.chain.network.contracts.court,
      data,
    });
  }

  #run(dispute: ChainDispute, about: Subject, model: UsableModel, contest: string): void {
    if (this.#busy || this.#tooLarge.has(contest) || this.#retries.waits(contest)) return;
    if (this.#rows.kept() >= MOST_KEPT) return;
    this.#busy = true;
    this.#keep(about, model)
      .then(({ root, file, blobs }) => {
        this.#rows.show(contest, dispute.id, { root, file }, blobs);
        this.#retries.drop(contest);
        this.#context.steps.add(`case-${dispute.id}`, {
          kind: 'computed',
          at: Date.now(),
          text: 'This machine ran the model once more and keeps every value between its nodes for the court.',
          tone: 'plain',
          proof: { kind: 'digest', value: file },
        });
      })
      .catch((error: unknown) => {
        const why = (error instanceof Error ? error.message : String(error)).slice(0, 300);
        const { code } = error as { code?: string };
        if (code === 'DISK_FULL') this.#context.fail(error);
        if (code === 'TRACE') this.#tooLarge.add(contest);
        this.#context.log(`dispute: the run for case ${dispute.id} cannot be shown: ${why}`);
        this.#retries.later(contest, RETRY_MS * 2 ** Math.min(this.#retries.tries(contest), 5));
      })
      .finally(() => {
        this.#busy = false;
        this.#changed(dispute.id);
      })
      .catch((error: unknown) => this.#context.fail(error));
  }

  /** Values first, then the file that names them: whoever finds the file finds the rest. */
  async #keep(about: Subject, model: UsableModel): Promise<{ root: string; file: Digest; blobs: readonly Digest[] }> {
    const { blobs } = this.#context;
    const tensors = await runWhole(this.#context, about, model);
    const trace = traceOf(tensors);
    for (const { bytes } of tensors) await blobs.keep(bytes);
    const { digest } = await blobs.keep(writeTrace(trace));
    return { root: trace.root, file: digest, blobs: [...new Set(trace.entries.map((entry) => entry.digest))] };
  }
}
