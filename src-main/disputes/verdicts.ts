import type { ChainDispute } from '../chain/disputes-projection.ts';
import { comparable } from '../tasks/rerun.ts';
import type { Bisector } from './bisection/bisector.ts';
import { weigh } from './bisection/weigh.ts';
import type { Reruns } from './reruns.ts';
import type { Subject } from './subject.ts';

/** What this machine says about a case, from everything it did to find out. */
export class Verdicts {
  readonly #reruns: Reruns;
  readonly #bisector: Bisector;

  constructor(reruns: Reruns, bisector: Bisector) {
    this.#reruns = reruns;
    this.#bisector = bisector;
  }

  /**
   * 1 claimant, 2 defendant; null while it does not know, or when people have to say.
   * @param patient whether what the sides show can still be waited for
   */
  of(dispute: ChainDispute, about: Subject, patient: boolean): number | null {
    const model = this.#reruns.model(about);
    if (dispute.terms.people || model === null) return null;
    const own = this.#reruns.verdict(about);
    if (comparable(model)) return own;
    const [settled, silent] = [this.#bisector.settled(dispute, about), this.#bisector.silent(dispute, about)];
    const [near, unserved] = [this.#reruns.near(about), this.#reruns.unserved(about)];
    return weigh({ own, near, unserved, settled, silent, patient });
  }
}
