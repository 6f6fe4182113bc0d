import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { writeFileAtomic } from '../../files.ts';
import { sandboxRequest } from './rpc.ts';

const EVERY_MS = 1_000;

/**
 * Keeps the chain's state on disk: written when there are new blocks, whole or not at all. anvil itself would
 * write the whole file in place every minute, also when nothing happened.
 */
export class StateKeeper {
  readonly #rpc: string;
  readonly #file: string;
  readonly #report: (trouble: string | null) => void;
  #troubled = false;
  #saved = '';
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  /** @param report why the state could not be written; null when it could again. */
  constructor(endpoint: string, file: string, report: (trouble: string | null) => void) {
    this.#rpc = `http://${endpoint}`;
    this.#file = file;
    this.#report = report;
    this.#timer = setInterval(() => void this.save().catch(() => undefined), EVERY_MS);
  }

  /** Resolves when everything mined so far is on disk. */
  save(): Promise<void> {
    this.#writing = this.#writing.then(
      () => this.#write(),
      () => this.#write(),
    );
    return this.#writing;
  }

  /** The last state is on disk, and no further one will be. */
  async stop(): Promise<void> {
    this.cancel();
    await this.save();
  }

  cancel(): void {
    clearInterval(this.#timer);
  }

  async #write(): Promise<void> {
    const head = await sandboxRequest<{ hash: string }>(this.#rpc, 'eth_getBlockByNumber', ['latest', false]);
    if (head.hash === this.#saved) return;
    // Gzip of the same JSON that anvil reads with --load-state.
    const dump = await sandboxRequest<string>(this.#rpc, 'anvil_dumpState', []);
    const state = await promisify(gunzip)(Buffer.from(dump.slice(2), 'hex'));
    try {
      writeFileAtomic(this.#file, state.toString('utf8'));
    } catch (error) {
      this.#tell(error instanceof Error ? error.message : String(error));
      throw error;
    }
    this.#saved = head.hash;
    this.#tell(null);
  }

  #tell(trouble: string | null): void {
    if (trouble === null && !this.#troubled) return;
    this.#troubled = trouble !== null;
    this.#report(trouble);
  }
}
