import type { ContainerView } from '../../../src-shared/domain/containers.ts';
import { FolkmootError, toErrorView, type ErrorView } from '../../../src-shared/domain/errors.ts';
import type { Timestamp } from '../../../src-shared/domain/ids.ts';
import type { Log } from '../../log.ts';
import { ComputeError } from '../job.ts';
import { startContainer, type Container } from './container.ts';
import type { Docker } from './docker.ts';
import type { ContainerLimits } from './docker-args.ts';
import { imageIsHere } from './engine.ts';
import { freePort } from './free-port.ts';
import type { ImageRef } from './image-ref.ts';
import { Pause, waitFor } from './waiting.ts';

export interface Timing {
  /** A start may take so long: images load models of many GB. */
  readonly startMs: number;
  /** A job waits so long for a container that is stopped; the start itself goes on. */
  readonly waitMs: number;
  /** One that was started for a job ends after so long without one. */
  readonly idleMs: number;
  /** Between two looks at one that is ready. */
  readonly lookMs: number;
  /** Between two looks at one that starts. */
  readonly pauseMs: number;
  /** Answers nothing for so long although it runs: it hangs. */
  readonly silentMs: number;
  /** Waits before it is started again, one after the other; after the last it stays failed. */
  readonly backoffMs: readonly number[];
  /** Ready for so long, and what went wrong before is forgotten. */
  readonly steadyMs: number;
}

export const TIMING: Timing = {
  startMs: 10 * 60_000,
  waitMs: 2 * 60_000,
  idleMs: 15 * 60_000,
  lookMs: 5_000,
  pauseMs: 500,
  silentMs: 60_000,
  backoffMs: [1_000, 10_000, 60_000, 5 * 60_000],
  steadyMs: 10 * 60_000,
};

export interface SupervisedNeeds {
  readonly docker: Docker;
  readonly log: Log;
  readonly owner: () => string;
  /** @throws ComputeError when nothing may run */
  readonly limits: () => ContainerLimits;
  readonly health: (url: string, signal?: AbortSignal) => Promise<string>;
  readonly timing: Timing;
  readonly changed: () => void;
}

type State = ContainerView['state'];

/** One container over its life: started once however many want it, looked after, started again when it died. */
export class Supervised {
  readonly image: ImageRef;
  readonly #needs: SupervisedNeeds;
  #state: State = 'stopped';
  #since: Timestamp = Date.now();
  #trouble: ErrorView | null = null;
  #againAt: Timestamp | null = null;
  #byHand = false;
  /** Jobs that want it now. */
  #uses = 0;
  /** Times in a row that it failed. */
  #failures = 0;
  /** Until then a job does not start it again. */
  #restUntil = 0;
  /** The life it is in; a new one after each stop. */
  #life: AbortController | undefined;
  #running: Promise<Container> | undefined;
  /** The one that takes work now. */
  #ready: Container | undefined;
  #pause: Pause | undefined;
  #cleared: Promise<unknown> = Promise.resolve();
  #idle: NodeJS.Timeout | undefined;

  constructor(image: ImageRef, needs: SupervisedNeeds) {
    this.image = image;
    this.#needs = needs;
  }

  view(): ContainerView {
    return {
      image: this.image,
      state: this.#state,
      since: this.#since,
      byHand: this.#byHand,
      trouble: this.#trouble,
      againAt: this.#againAt,
    };
  }

  /** Takes up memory and cores, or is about to. */
  get active(): boolean {
    return this.#running !== undefined;
  }
  get byHand(): boolean {
    return this.#byHand;
  }
  get used(): boolean {
    return this.#uses > 0;
  }

  /** By the person: at once, whatever went wrong before. Resolves when it is ready. @throws ComputeError */
  async start(): Promise<void> {
    this.#byHand = true;
    clearTimeout(this.#idle);
    this.#pause?.cut();
    if (!this.active) this.#failures = 0;
    this.#needs.changed();
    await this.#run();
  }

  /**
   * Does something with its address, starting it first if need be.
   * @throws ComputeError `CONTAINER` when it is not ready in time, `CANCELLED`, and what `work` throws
   */
  async use<T>(signal: AbortSignal | undefined, work: (url: string) => Promise<T>): Promise<T> {
    this.#uses++;
    clearTimeout(this.#idle);
    let asked: Container | undefined;
    try {
      const { waitMs } = this.#needs.timing;
      const late = (): ComputeError =>
        new ComputeError('CONTAINER', `The container was not ready within ${Math.round(waitMs / 1_000)} seconds.`, {
          remedy: 'It goes on starting; try again later, or start it by hand beforehand.',
        });
      asked = await waitFor(this.#forJob(), waitMs, late, signal);
      return await work(asked.url);
    } catch (error) {
      if (asked === undefined || !(error instanceof FolkmootError) || error.code !== 'SERVER_GONE') throw error;
      const why = this.#ready === asked ? await asked.ended() : 'it was stopped';
      if (why === null) throw error;
      // Whoever asks again must not be sent to the same dead end.
      this.#died(asked, why);
      throw new ComputeError('CONTAINER', 'The container went away while it worked.', { cause: error });
    } finally {
      this.#uses--;
      this.#whenIdle();
    }
  }

  /** Container and network are gone when it resolves; bounded in time. */
  async stop(): Promise<void> {
    const running = this.#running;
    this.#end();
    this.#byHand = false;
    this.#failures = 0;
    this.#restUntil = 0;
    this.#say('stopped', null);
    const gone = running?.then(
      (container) => container.stop(),
      () => undefined,
    );
    this.#cleared = Promise.all([this.#cleared, gone]);
    await this.#cleared;
  }

  async #forJob(): Promise<Container> {
    // No longer than the longest wait, also after the clock was set back.
    const wait = Math.min(this.#restUntil - Date.now(), Math.max(...this.#needs.timing.backoffMs));
    if (this.active || wait <= 0) return this.#run();
    throw new ComputeError('CONTAINER', this.#trouble?.message ?? 'The container failed.', {
      remedy: `It is tried again for work in ${Math.ceil(wait / 1_000)} seconds, or when you start it by hand.`,
    });
  }

  #run(): Promise<Container> {
    if (this.#running !== undefined) return this.#running;
    const life = new AbortController();
    this.#life = life;
    const running = this.#begin(life);
    this.#running = running;
    // Whoever waits is told; when nobody does, the state says it.
    running.catch(() => undefined);
    return running;
  }

  /** @param again it worked before, and goes on being tried */
  async #begin(life: AbortController, again = false): Promise<Container> {
    const { docker, log, owner, limits, health, timing } = this.#needs;
    this.#say('starting', null);
    try {
      await this.#cleared;
      await imageIsHere(docker, this.image);
      const port = await freePort();
      life.signal.throwIfAborted();
      const from = Date.now();
      const pause = (): Promise<void> => new Pause(timing.pauseMs, life.signal).over;
      const container = await startContainer(this.image, port, limits(), {
        docker,
        log,
        owner: owner(),
        health,
        pause,
        late: () => Date.now() - from > timing.startMs,
        signal: life.signal,
      });
      if (life.signal.aborted) return container;
      this.#ready = container;
      this.#say('ready', null);
      this.#whenIdle();
      void this.#watch(container, life);
      return container;
    } catch (error) {
      if (!life.signal.aborted) {
        this.#end();
        this.#failed(toErrorView(error), again);
      }
      throw error;
    }
  }

  /** Looks at it as long as its life lasts. */
  async #watch(container: Container, life: AbortController): Promise<void> {
    const { health, timing } = this.#needs;
    // Looks are counted, not time: while the computer slept nobody was asked.
    let [steady, silent] = [0, 0];
    for (;;) {
      await new Pause(timing.lookMs, life.signal).over;
      if (life.signal.aborted) return;
      const state = await health(container.url, life.signal).catch(() => null);
      steady++;
      silent = state === null ? silent + 1 : 0;
      const why =
        state === 'DEFUNCT'
          ? 'the model in it broke for good'
          : state !== null
            ? null
            : ((await container.ended()) ??
              (silent * timing.lookMs > timing.silentMs ? 'it runs but answers nothing any more' : null));
      if (life.signal.aborted) return;
      if (steady * timing.lookMs > timing.steadyMs) this.#failures = 0;
      if (why !== null) return this.#died(container, why);
    }
  }

  #died(container: Container, why: string): void {
    if (this.#ready !== container) return;
    this.#needs.log(`container: ${this.image}: ${why}`);
    this.#end();
    this.#cleared = Promise.all([this.#cleared, container.stop()]);
    this.#failed({ code: 'CONTAINER', message: `The container stopped working: ${why}.` }, true);
  }

  /** What failed while it started stays so until somebody wants it; what worked before is started again by itself. */
  #failed(trouble: ErrorView, again: boolean): void {
    const { backoffMs } = this.#needs.timing;
    const wait = backoffMs[Math.min(this.#failures, backoffMs.length - 1)] ?? 0;
    const more = again && this.#failures < backoffMs.length;
    this.#failures++;
    this.#restUntil = Date.now() + wait;
    if (!more) this.#byHand = false;
    this.#say('failed', trouble, more ? this.#restUntil : null);
    if (!more) return;
    const life = new AbortController();
    this.#life = life;
    this.#pause = new Pause(wait, life.signal);
    // Jobs that come meanwhile wait for it, as long as they may.
    const running = this.#pause.over.then(() => {
      this.#pause = undefined;
      if (life.signal.aborted) throw new ComputeError('CONTAINER', 'The container was stopped.');
      return this.#begin(life, true);
    });
    this.#running = running;
    running.catch(() => undefined);
  }

  #end(): void {
    this.#life?.abort();
    this.#life = undefined;
    this.#running = undefined;
    this.#ready = undefined;
    this.#pause = undefined;
    clearTimeout(this.#idle);
  }

  #whenIdle(): void {
    clearTimeout(this.#idle);
    if (this.#byHand || this.#uses > 0 || !this.active) return;
    const { log, timing } = this.#needs;
    const { idleMs } = timing;
    this.#idle = setTimeout(() => {
      log(`container: ${this.image}: nothing needed it for ${Math.round(idleMs / 1_000)} s`);
      void this.stop();
    }, idleMs);
    this.#idle.unref();
  }

  #say(state: State, trouble: ErrorView | null, againAt: Timestamp | null = null): void {
    this.#state = state;
    this.#since = Date.now();
    this.#trouble = trouble;
    this.#againAt = againAt;
    this.#needs.changed();
  }
}
