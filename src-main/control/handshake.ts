import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/** First line of every connection: who asks, and for what. `bridge` goes on as a bridge; `url` is answered and closed. */
export const hello = z.object({ token: z.string().max(128), want: z.enum(['bridge', 'url']) });
export type Hello = z.infer<typeof hello>;

/** The node's only answer to it. A wrong token gets no answer at all. */
export const welcome = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), url: z.string().optional() }),
  z.object({ ok: z.literal(false), code: z.string(), message: z.string() }),
]);
export type Welcome = z.infer<typeof welcome>;

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Compares secrets in a time that does not depend on where they differ. */
export function sameSecret(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}
