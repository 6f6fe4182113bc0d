import { scrypt } from 'node:crypto';

/** scrypt parameters as they stand in the file; salt is 32 bytes of lower-case hex. */
export interface KdfParams {
  readonly name: 'scrypt';
  readonly N: number;
  readonly r: number;
  readonly p: number;
  readonly salt: string;
}

/** About half a second and 128 MiB per guess. */
export const SCRYPT_N = 2 ** 17;
const MAX_N = 2 ** 18;

/**
 * Why parameters read from a file are not used; null when they are. The upper bounds keep a hostile file from taking
 * more than 256 MiB or a few seconds, the lower ones from passing as a vault that protects anything.
 */
export function refuseKdf(kdf: KdfParams, minN = SCRYPT_N): string | null {
  const { N, r, p } = kdf;
  if (!Number.isSafeInteger(N) || N < 2 || (N & (N - 1)) !== 0) return 'N is not a power of two';
  if (N > MAX_N || N < minN) return 'N is out of bounds';
  if (r !== 8) return 'r is not 8';
  if (!Number.isSafeInteger(p) || p < 1 || p > 4) return 'p is out of bounds';
  return null;
}

/** 32 bytes from a passphrase (NFKC, UTF-8). Runs beside the event loop. The caller wipes the result. */
export function stretch(passphrase: string, kdf: KdfParams): Promise<Buffer> {
  const { N, r, p } = kdf;
  const secret = Buffer.from(passphrase.normalize('NFKC'), 'utf8');
  return new Promise((resolve, reject) => {
    scrypt(
      secret,
      Buffer.from(kdf.salt, 'hex'),
      32,
      { N, r, p, maxmem: 128 * r * (N + p + 2) + 2 ** 20 },
      (error, key) => {
        secret.fill(0);
        if (error === null) resolve(key);
        else reject(error);
      },
    );
  });
}
