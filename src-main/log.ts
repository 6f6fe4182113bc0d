/** One line of the node's log. Secrets never reach it: callers pass sentences, not objects. */
export type Log = (line: string) => void;
