import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Digest, PeerId } from '../../src-shared/domain/ids.ts';
import type { Log } from '../log.ts';
import {
  PROOF_RUNS,
  scoresShape,
  type ProofAnswer,
  type ProofAsked,
  type ProofGiven,
  type ProofRequest,
  type SpeedClaim,
} from '../network/index.ts';
import { MachineError } from './machine.ts';
import type { MachineSettings } from './settings.ts';
import { computeProof, judgeProof, runsFor, type ProofModel, type SpeedVerdict } from './speed-proof.ts';

const OWN_RUNS = 256;
/** The first runs load the model and are not counted. */
const WARM_RUNS = 32;
/** Beyond this the own runs are given up: devices may be told to stop in the middle, for hours. */
const COMPARE_MS = 120_000;
const KEY = 'machine.speed';
const kept = z.object({ mark: z.string(), claims: scoresShape });

export interface SpeedNeeds {
  /** The exact models of this machine that proofs may be about. */
  readonly models: () => Promise<readonly ProofModel[]>;
  /** Nothing else is computed, and nothing speaks against computing. */
  readonly free: () => boolean;
  readonly settings: Pick<MachineSettings, 'kept' | 'keep'>;
  /** Changes with devices and drivers. */
  readonly mark: () => string;
  readonly answer: (id: number, answer: ProofAnswer) => Promise<void>;
  readonly ask: (peer: PeerId, request: ProofRequest) => Promise<ProofGiven>;
  readonly log: Log;
}

/** How fast this machine is by its own word, the proof of it when somebody asks, and asking others for theirs. */
export class SpeedProofs {
  readonly #needs: SpeedNeeds;
  /** Ends of what is computed, one after the other: two at once would make each other look slow. */
  #last: Promise<unknown> = Promise.resolve();
  #under = 0;

  constructor(needs: SpeedNeeds) {
    this.#needs = needs;
  }

  /** What is published; measured once per set of devices and drivers. Empty while this machine has other things to do. */
  async claims(): Promise<readonly SpeedClaim[]> {
    const { settings, mark, models, free } = this.#needs;
    const known = settings.kept(KEY, kept.nullable(), null);
    if (known !== null && known.mark === mark()) return known.claims;
    const [model] = await models();
    if (model === undefined || !free() || this.#under > 0) return [];
    const { elapsedMs } = await this.#alone(async () => {
      await computeProof(model, freshSeed(), WARM_RUNS);
      return computeProof(model, freshSeed(), OWN_RUNS);
    });
    const runsPer1000s = Math.round((OWN_RUNS * 1_000_000) / Math.max(1, elapsedMs));
    const claims: SpeedClaim[] = [{ model: model.digest, provider: 'cpu', runsPer1000s }];
    settings.keep(KEY, { mark: mark(), claims });
    return claims;
  }

  /** Somebody asks; rate and number were bounded by the peer process. Never throws. */
  async answer({ id, model: wanted, seed, runs }: ProofAsked): Promise<void> {
    const { answer, log } = this.#needs;
    try {
      await answer(id, await this.#prove(wanted, seed, runs));
    } catch (error) {
      log(`speed: a proof was not given: ${error instanceof Error ? error.message : String(error)}`);
      await answer(id, { status: 'busy' }).catch(() => undefined);
    }
  }

  /**
   * Whether a peer is as fast as it says. @throws MachineError `NO_PROOF` when it gives none; `NO_MODEL`, `NO_TIME` and
   * `OWN_FAULT` when this machine cannot compare, which is not the peer's fault
   */
  async challenge(peer: PeerId, claim: SpeedClaim): Promise<SpeedVerdict> {
    const model = (await this.#needs.models()).find(({ digest }) => digest === claim.model);
    if (model === undefined) throw new MachineError('NO_MODEL', 'This machine does not have the model of that claim.');
    const [seed, runs] = [freshSeed(), runsFor(claim.runsPer1000s, PROOF_RUNS)];
    const { answer, roundTripMs } = await this.#needs.ask(peer, { model: model.digest, seed, runs });
    if (answer.status === 'unknown')
      throw new MachineError('NO_PROOF', 'The peer says that it does not have the model whose speed it claims.');
    if (answer.status !== 'ok') throw new MachineError('NO_PROOF', 'The peer has no time for a proof now.');
    const own = await this.#compare(model, seed, runs);
    const verdict = judgeProof(claim.runsPer1000s, runs, { digest: answer.digest, roundTripMs }, own);
    // Somebody is about to be blamed. A machine with bad memory would blame everybody: it must agree with itself first.
    if (verdict.kind === 'wrong' && (await this.#compare(model, seed, runs)) !== own)
      throw new MachineError('OWN_FAULT', 'This machine computed the same twice and got two results.', {
        remedy: 'Test the model under Models, and the memory of this machine.',
      });
    return verdict;
  }

  async #prove(wanted: Digest, seed: Digest, runs: number): Promise<ProofAnswer> {
    if (!this.#needs.free() || this.#under > 0) return { status: 'busy' };
    const model = (await this.#needs.models()).find(({ digest }) => digest === wanted);
    if (model === undefined) return { status: 'unknown' };
    const { digest, elapsedMs } = await this.#alone(() => computeProof(model, seed, runs));
    return { status: 'ok', digest, elapsedMs };
  }

  async #compare(model: ProofModel, seed: Digest, runs: number): Promise<Digest> {
    const given = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const error = new MachineError('NO_TIME', 'This machine had no time to compute the same for comparison.');
        given.abort(error);
        reject(error);
      }, COMPARE_MS);
    });
    try {
      const computed = computeProof(model, seed, runs, { signal: given.signal });
      computed.catch(() => undefined);
      return (await this.#alone(() => Promise.race([computed, late]))).digest;
    } finally {
      clearTimeout(timer);
    }
  }

  async #alone<T>(work: () => Promise<T>): Promise<T> {
    this.#under++;
    const mine = this.#last.then(work);
    this.#last = mine.catch(() => undefined);
    try {
      return await mine;
    } finally {
      this.#under--;
    }
  }
}

function freshSeed(): Digest {
  return `0x${randomBytes(32).toString('hex')}` as Digest;
}
