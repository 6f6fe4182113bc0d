import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

export const TOKEN_MS = 10 * 60_000;
const TOKEN_BYTES = 24;
/** Printing an address again and again must not make guessing easier. */
const MAX_TOKENS = 8;

interface Entry {
  readonly digest: Buffer;
  readonly until: number;
}

const digest = (token: string): Buffer => createHash('sha256').update(token).digest();

/** One-time tokens of 192 bits: dead after their first use or ten minutes. Only their hashes are kept. */
export class LoginTokens {
  readonly #now: () => number;
  #entries: Entry[] = [];

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  issue(): string {
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    this.#entries = [...this.#alive(), { digest: digest(token), until: this.#now() + TOKEN_MS }].slice(-MAX_TOKENS);
    return token;
  }

  /** True once per token. Compares with every living one, each in constant time. */
  redeem(token: string): boolean {
    const given = digest(token);
    const alive = this.#alive();
    const rest = alive.filter((entry) => !timingSafeEqual(entry.digest, given));
    this.#entries = rest;
    return rest.length < alive.length;
  }

  #alive(): Entry[] {
    return this.#entries.filter((entry) => entry.until > this.#now());
  }
}
