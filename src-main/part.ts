/**
 * Life cycle that every part of the node has. Both calls are idempotent; `stop` is bounded in time and leaves no
 * process, socket or file handle behind.
 */
export interface Part {
  start(): Promise<void>;
  stop(): Promise<void>;
}
