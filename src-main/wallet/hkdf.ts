import { createHmac } from 'node:crypto';

/** HKDF with SHA-256 and one block of output (RFC 5869): 32 bytes. Made of HMAC, so that every host's crypto has it. */
export function hkdf32(key: Uint8Array, salt: string, info: string): Buffer {
  const prk = createHmac('sha256', salt).update(key).digest();
  const out = createHmac('sha256', prk).update(info, 'utf8').update(Uint8Array.of(1)).digest();
  prk.fill(0);
  return out;
}
