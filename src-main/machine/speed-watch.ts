import { z } from 'zod';
import type { Digest, PeerId, Timestamp } from '../../src-shared/domain/ids.ts';
import type { Provider } from '../../src-shared/domain/machine.ts';
import type { ClaimView } from '../../src-shared/domain/speed.ts';
import type { Log } from '../log.ts';
import { PeerRate, PROOF_BURST, PROOF_RATE, type SpeedClaim } from '../network/index.ts';
import type { Part } from '../part.ts';
import { MachineError } from './machine.ts';
import type { MachineSettings } from './settings.ts';
import type { SpeedBook } from './speed-book.ts';
import type { SpeedProofs } from './speed-proofs.ts';
import { chooseCheck, stateOf, type Choice } from './speed-state.ts';

/** One question in this time and up to twice of it, so that nodes do not ask in step. */
const EVERY_MS = 5 * 60_000;
const KEY = 'machine.speedChecks';

export interface SpeedWatchNeeds {
  readonly proofs: Pick<SpeedProofs, 'challenge'>;
  readonly book: SpeedBook;
  /** Who is connected, and what each claims. */
  readonly peers: () => ReadonlyArray<{ readonly peer: PeerId; readonly claims: readonly SpeedClaim[] }>;
  /** Name of a model that this machine can compare with; null: it has none such. */
  readonly modelName: (digest: Digest) => string | null;
  /** Nothing else is computed, and nothing speaks against computing. */
  readonly free: () => boolean;
  /** Why nothing may be computed; null: something may. */
  readonly heldUp: () => string | null;
  /** Tells the own speed, if it was not told yet. */
  readonly publish: () => Promise<void>;
  /** Counts a wrong result against a peer. */
  readonly fault: (peer: PeerId, reason: string) => Promise<void>;
  readonly settings: Pick<MachineSettings, 'kept' | 'keep'>;
  readonly changed: () => void;
  readonly log: Log;
  readonly now?: () => Timestamp;
  readonly random?: () => number;
  /** @returns a function that calls it off */
  readonly later?: (ms: number, act: () => void) => () => void;
}

/** Asks peers now and then to show the speed they claim, rarely and only while this machine has nothing else to do. */
export class SpeedWatch implements Part {
  readonly #needs: SpeedWatchNeeds;
  readonly #now: () => Timestamp;
  readonly #random: () => number;
  /** The peer's own limit, kept here too: beyond it the answer is only that it is busy. */
  readonly #rate: PeerRate;
  #running = false;
  #callOff: () => void = () => undefined;
  #current: Choice | null = null;

  constructor(needs: SpeedWatchNeeds) {
    this.#needs = needs;
    this.#now = needs.now ?? Date.now;
    this.#random = needs.random ?? Math.random;
    this.#rate = new PeerRate(PROOF_RATE, PROOF_BURST, this.#now);
  }

  /** Whether it asks by itself; questions by hand are always possible. */
  get on(): boolean {
    return this.#needs.settings.kept(KEY, z.boolean(), true);
  }

  set on(on: boolean) {
    this.#needs.settings.keep(KEY, on);
    this.#needs.changed();
  }

  async start(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    this.#schedule();
    // Before there is work; nobody waits for it.
    void this.#publish();
  }

  async stop(): Promise<void> {
    this.#running = false;
    this.#callOff();
  }

  /** One turn of the clock: perhaps one question. Never throws. */
  async round(): Promise<void> {
    try {
      await this.#round();
    } catch (error) {
      this.#needs.log(`speed: nobody was checked: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  async #round(): Promise<void> {
    const { free, book, peers, modelName, log } = this.#needs;
    if (!this.#running || this.#current !== null || !free()) return;
    await this.#publish();
    // Measuring the own speed takes a while.
    if (!this.on || !this.#running || this.#current !== null || !free()) return;
    const claimants = peers().map(({ peer, claims }) => ({
      peer,
      claims: claims.filter(({ model }) => modelName(model) !== null),
      triedAt: book.triedAt(peer),
    }));
    const choice = chooseCheck(claimants, (peer, claim) => book.get(peer, claim), this.#now(), this.#random);
    if (choice === undefined || !this.#rate.take(choice.peer)) return;
    try {
      await this.#ask(choice);
    } catch (error) {
      log(`speed: ${choice.peer} was not checked: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** Asks now, because a person wants to know. @throws MachineError `NO_CLAIM`, `CHECK_RUNNING`, `ASKED_TOO_OFTEN`, `HELD_UP`, `NO_MODEL`, `NO_PROOF` */
  async check(peer: PeerId, model: Digest, provider: Provider): Promise<ClaimView> {
    const { peers, heldUp, modelName } = this.#needs;
    const claims = peers().find((each) => each.peer === peer)?.claims ?? [];
    const claim = claims.find((each) => each.model === model && each.provider === provider);
    if (claim === undefined)
      throw new MachineError('NO_CLAIM', 'This peer is not connected, or does not claim this speed any more.');
    if (modelName(model) === null)
      throw new MachineError('NO_MODEL', 'This machine does not have the model, so it cannot compare.');
    const why = heldUp();
    if (why !== null)
      throw new MachineError('HELD_UP', `This machine may not compute now, so it cannot compare. ${why}`);
    if (this.#current !== null)
      throw new MachineError('CHECK_RUNNING', 'Another check is under way.', { remedy: 'Try again in a minute.' });
    if (!this.#rate.take(peer))
      throw new MachineError('ASKED_TOO_OFTEN', 'This peer was asked a moment ago, and answers only now and then.', {
        remedy: 'Try again in ten minutes.',
      });
    await this.#ask({ peer, claim });
    return this.#view(peer, claim);
  }

  /** What each connected peer claims, and what is known of it. */
  views(): ReadonlyMap<PeerId, readonly ClaimView[]> {
    const view = (peer: PeerId) => (claim: SpeedClaim) => this.#view(peer, claim);
    return new Map(this.#needs.peers().map(({ peer, claims }) => [peer, claims.map(view(peer))]));
  }

  #view(peer: PeerId, claim: SpeedClaim): ClaimView {
    const { book, modelName } = this.#needs;
    const record = book.get(peer, claim);
    const state = stateOf(record, claim, this.#now());
    const { model, provider, runsPer1000s } = claim;
    const name = modelName(model);
    const current = this.#current;
    return {
      model,
      modelName: name ?? `a model that is not here (${model.slice(0, 10)}…)`,
      provider,
      runsPerSecond: runsPer1000s / 1_000,
      state,
      measured: state === 'holds' || state === 'slow' ? (record?.judged?.measured ?? 0) / 1_000 : null,
      at: state === 'unchecked' ? null : state === 'silent' ? (record?.triedAt ?? null) : (record?.judged?.at ?? null),
      counts: state === 'holds' && !book.distrusts(peer),
      checking: current?.peer === peer && current.claim.model === model && current.claim.provider === provider,
      checkable: name !== null,
    };
  }

  /** @throws whatever went wrong; what the peer is to blame for is in the book by then */
  async #ask(choice: Choice): Promise<void> {
    const { proofs, book, fault, changed, log } = this.#needs;
    const { peer, claim } = choice;
    this.#current = choice;
    try {
      book.tried(peer, claim);
      changed();
      const verdict = await proofs.challenge(peer, claim);
      // The store may be closed.
      if (!this.#running) return;
      book.judged(peer, claim, verdict);
      log(`speed: ${peer} claims ${claim.runsPer1000s / 1_000} runs a second: ${verdict.kind}`);
      if (verdict.kind === 'wrong') await fault(peer, 'a wrong result as proof of speed').catch(() => undefined);
    } catch (error) {
      const code = (error as { code?: unknown } | null)?.code;
      if (this.#running && (code === 'NO_PROOF' || code === 'NETWORK_UNREACHABLE')) book.silent(peer, claim);
      throw error;
    } finally {
      this.#current = null;
      changed();
    }
  }

  async #publish(): Promise<void> {
    try {
      await this.#needs.publish();
    } catch (error) {
      this.#needs.log(`speed: not published: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #schedule(): void {
    const { later = timer } = this.#needs;
    this.#callOff = later(EVERY_MS * (1 + this.#random()), () => {
      if (!this.#running) return;
      this.#schedule();
      void this.round();
    });
  }
}

function timer(ms: number, act: () => void): () => void {
  const handle = setTimeout(act, ms);
  handle.unref();
  return () => clearTimeout(handle);
}
