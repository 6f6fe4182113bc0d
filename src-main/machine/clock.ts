import type { Timestamp } from '../../src-shared/domain/ids.ts';

/** Time as the machine part sees it; tests bring their own. */
export interface Clock {
  now(): Timestamp;
  /** @returns what calls it off */
  after(ms: number, work: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, work) => {
    const timer = setTimeout(work, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
