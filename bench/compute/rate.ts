/** How fast, and how much of a processor each run takes: what others do on the machine shows in the first only. */
export interface Rate {
  readonly perSecond: number;
  /** Microseconds on a core per run, all threads of the computing processes together. NaN where it cannot be read. */
  readonly cpuUs: number;
}
