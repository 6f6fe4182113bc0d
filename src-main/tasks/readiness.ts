import { FolkmootError, toErrorView, type ErrorView } from '../../src-shared/domain/errors.ts';
import type { Digest, Timestamp } from '../../src-shared/domain/ids.ts';
import type { LocalModel } from '../models/catalogue.ts';
import { restAfter, restWords, type Rest } from '../policy/rest.ts';
import { DOUBTFUL, MACHINE } from './causes.ts';
import { clause } from './work-book.ts';

/**
 * Whether a model can run here now, by what is known. `trial`: it rested, and one task shows whether it works again.
 * `why`: part of a sentence, without capital and full stop.
 */
export type Ready = { readonly kind: 'ready' | 'trial' } | { readonly kind: 'unable'; readonly why: string };

/** For work that costs nothing when it fails: a trial is as good as any. */
export function unableHere(ready: Ready): string | null {
  return ready.kind === 'unable' ? ready.why : null;
}

export interface ReadinessNeeds {
  /** What stands against it whatever happens by itself, such as a server that was removed; null: nothing. Asks nobody. */
  readonly lacks: (model: LocalModel) => string | null;
  /** Looks whether what it needs outside this node is there; undefined: it needs nothing that can be looked at. */
  readonly look: (model: LocalModel) => Promise<void> | undefined;
  /** Something may be worth another look. */
  readonly changed: () => void;
  readonly now?: () => Timestamp;
}

type Trouble = Pick<ErrorView, 'code' | 'message'>;

interface Failed extends Rest {
  readonly code: string;
  /** What it needs was looked at after this rest, and is there. */
  readonly there: boolean;
}

/**
 * Holds back models that failed here for a reason of this machine: each task that is taken for one of them costs a bond.
 * In memory only: after a restart it begins anew with a short pause.
 */
export class Readiness {
  readonly #needs: ReadinessNeeds;
  readonly #now: () => Timestamp;
  readonly #failed = new Map<Digest, Failed>();
  /** The work that failed last for a reason that may have been its own, by model. */
  readonly #doubts = new Map<Digest, string>();
  readonly #looking = new Set<Digest>();

  constructor(needs: ReadinessNeeds) {
    this.#needs = needs;
    this.#now = needs.now ?? Date.now;
  }

  of(model: LocalModel): Ready {
    const lacks = this.#needs.lacks(model);
    if (lacks !== null) return { kind: 'unable', why: lacks };
    const failed = this.#failed.get(model.digest);
    if (failed === undefined) return { kind: 'ready' };
    if (this.#now() < failed.until) return { kind: 'unable', why: restWords(failed) };
    if (failed.there || !this.#look(model)) return { kind: 'trial' };
    return { kind: 'unable', why: failed.why };
  }

  /** Does work of a model and notes how it went. @param key names the work @throws what `work` throws */
  async watch<T>(model: Digest, key: string, work: () => Promise<T>): Promise<T> {
    try {
      const result = await work();
      this.forget(model);
      return result;
    } catch (error) {
      if (error instanceof FolkmootError) this.#note(model, key, error);
      throw error;
    }
  }

  /** What it needs is known to be gone, whoever found out. */
  gone(model: Digest, error: Trouble): void {
    this.#rest(model, error);
  }

  /** What it needs is known to be there again: a failure of that kind is over. */
  there(model: Digest, codes: ReadonlySet<string>): void {
    if (codes.has(this.#failed.get(model)?.code ?? '')) this.forget(model);
  }

  /** It works, or the person changed something: what was is over. @param model all of them when absent */
  forget(model?: Digest): void {
    const known = model === undefined ? this.#failed.size > 0 : this.#failed.has(model);
    for (const each of [this.#failed, this.#doubts]) {
      if (model === undefined) each.clear();
      else each.delete(model);
    }
    if (known) this.#needs.changed();
  }

  #note(model: Digest, key: string, error: FolkmootError): void {
    if (MACHINE.has(error.code)) return this.#rest(model, error);
    if (!DOUBTFUL.has(error.code)) return;
    // Two works in a row: it was not the work.
    const before = this.#doubts.get(model);
    this.#doubts.set(model, key);
    if (before !== undefined && before !== key) this.#rest(model, error);
  }

  #rest(model: Digest, { code, message }: Trouble): void {
    const rest = restAfter(this.#failed.get(model), clause(message), this.#now());
    this.#failed.set(model, { code, there: false, ...rest });
  }

  /** @returns false: there is nothing to look at. */
  #look(model: LocalModel): boolean {
    const { digest } = model;
    if (this.#looking.has(digest)) return true;
    const looked = this.#needs.look(model);
    if (looked === undefined) return false;
    this.#looking.add(digest);
    const before = this.#failed.get(digest);
    looked
      .then(() => {
        const failed = this.#failed.get(digest);
        if (failed !== undefined && failed === before) this.#failed.set(digest, { ...failed, there: true });
      })
      .catch((error: unknown) => this.#rest(digest, toErrorView(error)))
      .finally(() => {
        this.#looking.delete(digest);
        this.#needs.changed();
      });
    return true;
  }
}
