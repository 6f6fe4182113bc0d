import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Digest, PeerId } from '../../src-shared/domain/ids.ts';
import type { DeviceId, Provider } from '../../src-shared/domain/machine.ts';
import type { Log } from '../log.ts';
import {
  MAX_CLAIM,
  MAX_SCORES,
  PROOF_MS,
  PROOF_RUNS,
  scoreShape,
  type ProofAnswer,
  type ProofAsked,
  type ProofGiven,
  type ProofRequest,
  type SpeedClaim,
} from '../network/index.ts';
import { MachineError } from './machine.ts';
import type { MachineSettings } from './settings.ts';
import { computeProof, fastest, judgeProof, runsFor, type ProofModel, type SpeedVerdict } from './speed-proof.ts';

const OWN_RUNS = 256;
/** The first runs load the model and are not counted. */
const WARM_RUNS = 32;
/** Beyond this the own runs are given up: devices may be told to stop in the middle, for hours. */
const COMPARE_MS = 120_000;
const MEASURE_MS = 60_000;
const KEY = 'machine.speed';
/** By device: each has a speed of its own. */
const kept = z.object({ mark: z.string(), scores: z.record(z.string(), scoreShape) });

/** A device that may compute now, and by which means; null: that is seen when it does. */
export interface SpeedDevice {
  readonly device: DeviceId;
  readonly provider: Provider | null;
  /** Share of the time that it may use, above 0 to 1. */
  readonly duty: number;
}

export interface SpeedNeeds {
  /** The exact models of this machine that proofs may be about. */
  readonly models: () => Promise<readonly ProofModel[]>;
  readonly devices: () => readonly SpeedDevice[];
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

  /**
   * What is published: the fastest device of each kind. Each is measured once per set of devices and drivers, when it may
   * compute and this machine has nothing else to do.
   */
  async claims(): Promise<readonly SpeedClaim[]> {
    const { settings, mark, models, devices, free, log } = this.#needs;
    const made = mark();
    const scores = this.#scores();
    const [model] = await models();
    const whole = (wanted: DeviceId): SpeedDevice | undefined =>
      devices().find(({ device, duty }) => device === wanted && duty === 1);
    for (const { device } of devices()) {
      // Slowed down it would look slow for good.
      if (scores[device] !== undefined || whole(device) === undefined) continue;
      if (model === undefined || !free() || this.#under > 0) break;
      try {
        const { elapsedMs } = await this.#within(MEASURE_MS, async (signal) => {
          await computeProof(model, freshSeed(), WARM_RUNS, { device, signal });
          return computeProof(model, freshSeed(), OWN_RUNS, { device, signal });
        });
        const provider = whole(device)?.provider ?? null;
        // Told to stop or to slow down meanwhile: measured another time.
        if (provider === null) continue;
        const runsPer1000s = Math.round((OWN_RUNS * 1_000_000) / Math.max(1, elapsedMs));
        scores[device] = { model: model.digest, provider, runsPer1000s: Math.min(runsPer1000s, MAX_CLAIM) };
        settings.keep(KEY, { mark: made, scores });
      } catch (error) {
        log(`speed: ${device} was not measured: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    return fastest(Object.values(scores)).slice(0, MAX_SCORES);
  }

  /** Somebody asks; rate and number were bounded by the peer process. Never throws. */
  async answer({ id, ...request }: ProofAsked): Promise<void> {
    const { answer, log } = this.#needs;
    try {
      await answer(id, await this.#prove(request));
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
    const { provider } = claim;
    const { answer, roundTripMs } = await this.#needs.ask(peer, { model: model.digest, provider, seed, runs });
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

  async #prove({ model: wanted, provider, seed, runs }: ProofRequest): Promise<ProofAnswer> {
    const { models, free } = this.#needs;
    if (!free() || this.#under > 0) return { status: 'busy' };
    const model = (await models()).find(({ digest }) => digest === wanted);
    if (model === undefined) return { status: 'unknown' };
    const device = this.#deviceFor(provider);
    if (device === undefined) {
      // It has such a device, or had: not now.
      const claimed = Object.values(this.#scores()).some((score) => score.provider === provider);
      return { status: claimed ? 'busy' : 'unknown' };
    }
    const given = await this.#within(PROOF_MS, (signal) => computeProof(model, seed, runs, { device, signal }));
    return { status: 'ok', ...given };
  }

  /** The device whose speed was claimed for a provider, if it may compute now. */
  #deviceFor(provider: Provider): DeviceId | undefined {
    const scores = this.#scores();
    const speed = ({ device }: SpeedDevice): number => scores[device]?.runsPer1000s ?? 0;
    return this.#needs
      .devices()
      .filter((each) => (scores[each.device]?.provider ?? each.provider) === provider)
      .toSorted((one, other) => speed(other) - speed(one))[0]?.device;
  }

  /** Those of the devices and drivers that are here now. */
  #scores(): Record<string, SpeedClaim> {
    const known = this.#needs.settings.kept(KEY, kept.nullable(), null);
    return known !== null && known.mark === this.#needs.mark() ? { ...known.scores } : {};
  }

  async #compare(model: ProofModel, seed: Digest, runs: number): Promise<Digest> {
    return (await this.#within(COMPARE_MS, (signal) => computeProof(model, seed, runs, { signal }))).digest;
  }

  /** Alone, and given up after `limitMs` of its own. @throws MachineError `NO_TIME` */
  async #within<T>(limitMs: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const bounded = async (): Promise<T> => {
      const given = new AbortController();
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
          const error = new MachineError('NO_TIME', 'This machine had no time to compute it.');
          given.abort(error);
          reject(error);
        }, limitMs);
      });
      try {
        return await Promise.race([work(given.signal), late]);
      } finally {
        clearTimeout(timer);
      }
    };
    this.#under++;
    const mine = this.#last.then(bounded);
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
