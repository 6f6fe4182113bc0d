import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Sealed } from './vault-format.ts';

/** AES-256-GCM with a fresh random iv. `bound` is authenticated with it. */
export function seal(key: Uint8Array, plain: Uint8Array, bound: string): Sealed {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(Buffer.from(bound, 'utf8'));
  const data = Buffer.concat([cipher.update(plain), cipher.final()]);
  return { iv: iv.toString('hex'), tag: cipher.getAuthTag().toString('hex'), data: data.toString('hex') };
}

/** undefined when the key, the text it is bound to or any byte is not the one it was sealed with. */
export function unseal(key: Uint8Array, box: Sealed, bound: string): Buffer | undefined {
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(box.iv, 'hex'), { authTagLength: 16 });
  decipher.setAAD(Buffer.from(bound, 'utf8'));
  decipher.setAuthTag(Buffer.from(box.tag, 'hex'));
  const first = decipher.update(Buffer.from(box.data, 'hex'));
  try {
    return Buffer.concat([first, decipher.final()]);
  } catch {
    first.fill(0);
    return undefined;
  }
}
