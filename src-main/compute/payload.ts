import { closeSync, constants, fstatSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { FolkmootError } from '../../src-shared/domain/errors.ts';
import type { Digest } from '../../src-shared/domain/ids.ts';
import { sha256 } from '../models/hash.ts';

/** Messages between processes are copied three times; beyond this a file is several times faster. */
export const LARGE_BYTES = 1024 * 1024;

export interface FileRef {
  readonly path: string;
  readonly digest: Digest;
  readonly bytes: number;
}

/** Bytes in a message, or in a file named by its content. */
export type Payload = Uint8Array | FileRef;

/** A file between node and lane is not what it was said to be. Code `PAYLOAD_CHANGED`. */
export class PayloadError extends FolkmootError {
  constructor(why: string) {
    super('PAYLOAD_CHANGED', `A file handed between node and lane ${why}.`);
  }
}

/** Large content goes into `folder`. */
export function pack(bytes: Uint8Array, folder: string): Payload {
  return bytes.length <= LARGE_BYTES ? bytes : store(bytes, folder);
}

export function store(bytes: Uint8Array, folder: string): FileRef {
  const digest = sha256(bytes);
  const path = join(folder, digest.slice(2));
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, bytes);
  return { path, digest, bytes: bytes.length };
}

/** Not opened in earnest where it is a pipe, which would wait for a writer for ever. */
const PLAINLY = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * @param folder the only place that a file may be in: the other side names it, and may have been taken over
 * @param keep leaves the file to its owner
 * @throws PayloadError
 */
export function unpack(payload: Payload, folder: string, keep = false): Uint8Array {
  if (payload instanceof Uint8Array) return payload;
  const path = resolve(payload.path);
  if (dirname(path) !== resolve(folder)) throw new PayloadError('is not where it belongs');
  try {
    const bytes = readPlain(path, payload.bytes);
    if (sha256(bytes) !== payload.digest) throw new PayloadError('has other content than stated');
    return bytes;
  } finally {
    if (!keep) rmSync(path, { force: true });
  }
}

/** A lane may have put anything there, of any size, and links to what it cannot read itself. */
function readPlain(path: string, size: number): Uint8Array {
  let file: number;
  try {
    file = openSync(path, PLAINLY);
  } catch {
    throw new PayloadError('is not there');
  }
  try {
    const found = fstatSync(file);
    if (!found.isFile() || found.size !== size) throw new PayloadError('has another length than stated');
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}
