import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

export const MAX_SESSIONS = 16;
const SESSION_BYTES = 24;

/** What a browser that may come in is given. */
export interface Entry {
  /** Value of `Set-Cookie`. */
  readonly cookie: string;
  /** For the page itself. */
  readonly key: string;
}

const digest = (value: string): Buffer => createHash('sha256').update(value).digest();
const secret = (): string => randomBytes(SESSION_BYTES).toString('base64url');

/**
 * Browsers that logged in, until the node stops; the oldest makes room for the seventeenth. Only hashes are kept.
 * Two secrets each: a browser sends the cookie to every port of this machine, so also to a program of somebody else
 * that a link leads to. It opens the interface's files, which are no secret. The key stays with our page, whose storage
 * belongs to this port alone; the bridge wants both.
 */
export class Sessions {
  readonly cookie: string;
  #digests: Array<{ readonly cookie: Buffer; readonly key: Buffer }> = [];

  /** Cookies do not know ports: the name keeps two nodes on one machine, and two runs of one, apart. */
  constructor(port: number) {
    this.cookie = `folkmoot_${port}_${randomBytes(4).toString('hex')}`;
  }

  open(): Entry {
    const [value, key] = [secret(), secret()];
    this.#digests = [...this.#digests, { cookie: digest(value), key: digest(key) }].slice(-MAX_SESSIONS);
    return { cookie: `${this.cookie}=${value}; HttpOnly; SameSite=Strict; Path=/`, key };
  }

  /** Whether the interface's files are served. @param header the request's `Cookie` */
  knows(header: string | undefined): boolean {
    const value = this.#valueIn(header);
    if (value === undefined) return false;
    const given = digest(value);
    return this.#digests.filter(({ cookie }) => timingSafeEqual(cookie, given)).length > 0;
  }

  /** Whether the bridge opens. @param key as the page gave it */
  admits(header: string | undefined, key: string): boolean {
    const cookie = digest(this.#valueIn(header) ?? '');
    const given = digest(key);
    const same = this.#digests.map(
      (known) => Number(timingSafeEqual(known.cookie, cookie)) & Number(timingSafeEqual(known.key, given)),
    );
    return same.includes(1);
  }

  #valueIn(header: string | undefined): string | undefined {
    for (const pair of (header ?? '').split(';')) {
      const [name, value] = pair.trim().split('=', 2);
      if (name === this.cookie && value) return value;
    }
    return undefined;
  }
}
