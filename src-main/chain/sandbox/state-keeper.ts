import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { writeFileAtomic } from '../../files.ts';
import { sandboxRequest } from './rpc.ts';

const EVERY_MS = 3_000;

/**
 * Keeps the chain's state on disk: written when there are new blocks, whole or not at all. anvil's own interval writes
 * the whole file every time, also when nothing happened, which would wear a disk out in a sandbox that is left alone.
 */
export class StateKeeper {
  readonly #rpc: string;
  readonly #file: string;
  #saved = '';
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(port: number, file: string) {
    this.#rpc = `http://127.0.0.1:${port}`;
    this.#file = file;
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

  /** Resolves when no write is under way: the chain's own dump at its end must be the last. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#writing.catch(() => undefined);
  }

  async #write(): Promise<void> {
    const head = await sandboxRequest<{ hash: string }>(this.#rpc, 'eth_getBlockByNumber', ['latest', false]);
    if (head.hash === this.#saved) return;
    // Gzip of the same JSON that anvil reads with --state.
    const dump = await sandboxRequest<string>(this.#rpc, 'anvil_dumpState', []);
    const state = await promisify(gunzip)(Buffer.from(dump.slice(2), 'hex'));
    writeFileAtomic(this.#file, state.toString('utf8'));
    this.#saved = head.hash;
  }
}
