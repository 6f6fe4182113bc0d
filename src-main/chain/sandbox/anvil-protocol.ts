export interface AnvilStart {
  readonly binary: string;
  /** State, blocks and logs; written when there are new blocks, and on exit. */
  readonly stateFile: string;
  /** Remembers the chain's process, so that one that outlived a crash is found and ended. */
  readonly pidFile: string;
  readonly chainId: number;
  /** `host:port` of an earlier start, to come back to; null picks one. */
  readonly endpoint: string | null;
}

export type AnvilMethods = {
  start: { input: AnvilStart; output: { readonly endpoint: string } };
  /** Resolves when everything mined so far is on disk. */
  save: { input: null; output: null };
  /** Ends the chain and waits until its state is on disk. */
  stop: { input: null; output: null };
};
export type AnvilEvents = {
  /** Why the state could not be written; null once it could again. */
  saving: { readonly trouble: string | null };
  exited: { readonly code: number | null; readonly output: string };
};
