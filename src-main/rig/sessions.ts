import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

export const MAX_SESSIONS = 16;
const SESSION_BYTES = 24;

const digest = (value: string): Buffer => createHash('sha256').update(value).digest();

/** Browsers that logged in, until the node stops; the oldest makes room for the seventeenth. Only hashes are kept. */
export class Sessions {
  readonly cookie: string;
  #digests: Buffer[] = [];

  /** Cookies do not know ports: the name keeps two nodes on one machine, and two runs of one, apart. */
  constructor(port: number) {
    this.cookie = `folkmoot_${port}_${randomBytes(4).toString('hex')}`;
  }

  /** Value of `Set-Cookie` for a browser that may come in. */
  open(): string {
    const value = randomBytes(SESSION_BYTES).toString('base64url');
    this.#digests = [...this.#digests, digest(value)].slice(-MAX_SESSIONS);
    return `${this.cookie}=${value}; HttpOnly; SameSite=Strict; Path=/`;
  }

  /** @param header the request's `Cookie`. */
  knows(header: string | undefined): boolean {
    const value = this.#valueIn(header);
    if (value === undefined) return false;
    const given = digest(value);
    return this.#digests.filter((known) => timingSafeEqual(known, given)).length > 0;
  }

  #valueIn(header: string | undefined): string | undefined {
    for (const pair of (header ?? '').split(';')) {
      const [name, value] = pair.trim().split('=', 2);
      if (name === this.cookie && value) return value;
    }
    return undefined;
  }
}
