import { IDLE_TEST, type IdleTestView } from '../../src-shared/domain/machine.ts';
import type { IdleReading } from '../hardware/protocol.ts';
import type { Clock } from './clock.ts';
import { judgeIdle, type IdleTrace } from './idle.ts';

const { stillSeconds, movingSeconds } = IDLE_TEST;
const STEP_MS = 1_000;
const NOTICE = 'idle-test';
const ASKED = {
  still: `Let go of mouse and keyboard for ${stillSeconds} seconds.`,
  moving: `Now move the mouse or press keys for ${movingSeconds} seconds.`,
};

export interface IdleTestNeeds {
  readonly clock: Clock;
  readonly read: () => Promise<readonly IdleReading[]>;
  readonly judged: (tests: Readonly<Record<string, 'works' | 'failed'>>) => void;
  /** What the person is asked to do; null takes it away. */
  readonly notice: (id: string, level: 'info' | 'need', text: string | null) => void;
  /** What `view` gives is another now. */
  readonly changed: () => void;
}

/** Asks the person to let go of mouse and keyboard and then to use them, and sees which sources follow. */
export class IdleTest {
  readonly #needs: IdleTestNeeds;
  #cancel: (() => void) | undefined;
  #traces = new Map<string, { still: number[]; moved: number[] }>();
  #view: IdleTestView | null = null;

  constructor(needs: IdleTestNeeds) {
    this.#needs = needs;
  }

  /** null: no test since the start, or it was broken off. */
  get view(): IdleTestView | null {
    return this.#view;
  }

  /** A second start begins anew. */
  start(): void {
    this.stop();
    this.#traces = new Map();
    this.#step(0, this.#needs.clock.now());
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#view = null;
    this.#needs.notice(NOTICE, 'need', null);
  }

  #step(second: number, at: number): void {
    const { clock, notice, changed } = this.#needs;
    if (second === stillSeconds + movingSeconds) return this.#end(at);
    const part = second < stillSeconds ? 'still' : 'moving';
    const says = ASKED[part];
    if (this.#view?.says !== says) notice(NOTICE, 'need', says);
    const end = part === 'still' ? stillSeconds : stillSeconds + movingSeconds;
    this.#view = { at, part, secondsLeft: end - second, says };
    this.#cancel = clock.after(STEP_MS, () => void this.#sample(second, at));
    changed();
  }

  async #sample(second: number, at: number): Promise<void> {
    const cancel = this.#cancel;
    const readings = await this.#needs.read().catch(() => []);
    // Stopped or begun anew meanwhile.
    if (cancel !== this.#cancel) return;
    for (const { name, seconds } of readings) {
      if (seconds === null) continue;
      const trace = this.#traces.get(name) ?? { still: [], moved: [] };
      trace[second < stillSeconds ? 'still' : 'moved'].push(seconds);
      this.#traces.set(name, trace);
    }
    this.#step(second + 1, at);
  }

  #end(at: number): void {
    const tests: Record<string, 'works' | 'failed'> = {};
    for (const [name, trace] of this.#traces) {
      const judged = judgeIdle(trace satisfies IdleTrace);
      if (judged !== null) tests[name] = judged;
    }
    const works = Object.values(tests).filter((each) => each === 'works').length;
    const failed = Object.keys(tests).length - works;
    const says =
      this.#traces.size === 0
        ? 'This computer has no source that could say whether somebody uses it.'
        : Object.keys(tests).length === 0
          ? 'The test said nothing: it needs hands off at first, and input afterwards. Try it again.'
          : `Of the sources that know whether somebody is here, ${works} followed and ${failed} did not.`;
    this.#cancel = undefined;
    this.#view = { at, part: 'over', secondsLeft: 0, says };
    this.#needs.judged(tests);
    this.#needs.notice(NOTICE, 'info', says);
    this.#needs.changed();
  }
}
