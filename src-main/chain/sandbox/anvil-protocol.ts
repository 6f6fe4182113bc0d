export interface AnvilStart {
  readonly binary: string;
  /** State, blocks and logs; written when there are new blocks, and on exit. */
  readonly stateFile: string;
  /** Remembers the chain's process, so that one that outlived a crash is found and ended. */
  readonly pidFile: string;
  readonly chainId: number;
  /** 0 picks a free one. */
  readonly port: number;
}

export type AnvilMethods = {
  start: { input: AnvilStart; output: { readonly port: number } };
  /** Resolves when everything mined so far is on disk. */
  save: { input: null; output: null };
  /** Ends the chain and waits until its state is on disk. */
  stop: { input: null; output: null };
};
export type AnvilEvents = { exited: { readonly code: number | null; readonly output: string } };
