import { createHash } from 'node:crypto';
import { leafHash, merkleProof, merkleRoot, provenRoot, type ProofStep } from './merkle.ts';

/** Bytes of one window: the piece of a tensor that is fetched and proved by itself. */
export const WINDOW_BYTES = 4_096;

/** A piece of a tensor with what proves its place in the tree whose root was published. */
export interface Window {
  readonly index: number;
  readonly bytes: Uint8Array;
  readonly proof: readonly ProofStep[];
}

/** Root over the windows of some bytes; empty bytes are one empty window. */
export function windowsRoot(bytes: Uint8Array): Uint8Array {
  return merkleRoot(leavesOf(bytes));
}

export function windowAt(bytes: Uint8Array, index: number): Window {
  return { index, bytes: windowOf(bytes, index), proof: merkleProof(leavesOf(bytes), index) };
}

/** Whether a window is what the root says stands there. @param size of the whole, bytes */
export function windowFits(root: Uint8Array, size: number, { index, bytes, proof }: Window): boolean {
  const length = Math.min(WINDOW_BYTES, size - index * WINDOW_BYTES);
  if (index < 0 || index >= windowCount(size) || bytes.length !== Math.max(0, length)) return false;
  // The sides of the steps say where the leaf stands: they must say what its index says.
  if (!sidesFit(index, windowCount(size), proof)) return false;
  return Buffer.from(provenRoot(leafHash(bytes), proof)).equals(root);
}

export function windowCount(size: number): number {
  return Math.max(1, Math.ceil(size / WINDOW_BYTES));
}

/**
 * Which windows a checker looks at: `count` different ones by sha256(seed, counter), in rising order; all of them where
 * there are not more. The seed must be unknown when the root is published.
 */
export function sampleWindows(seed: Uint8Array, size: number, count: number): number[] {
  const total = windowCount(size);
  if (total <= count) return Array.from({ length: total }, (_, index) => index);
  const chosen = new Set<number>();
  for (let counter = 0; chosen.size < count; counter++) {
    const word = createHash('sha256').update(seed).update(`:${counter}`).digest().readBigUInt64BE();
    chosen.add(Number(word % BigInt(total)));
  }
  return [...chosen].sort((a, b) => a - b);
}

function leavesOf(bytes: Uint8Array): Uint8Array[] {
  return Array.from({ length: windowCount(bytes.length) }, (_, index) => leafHash(windowOf(bytes, index)));
}

function windowOf(bytes: Uint8Array, index: number): Uint8Array {
  return bytes.subarray(index * WINDOW_BYTES, (index + 1) * WINDOW_BYTES);
}

function sidesFit(index: number, count: number, proof: readonly ProofStep[]): boolean {
  let [place, level, step] = [index, count, 0];
  while (level > 1) {
    const partner = place ^ 1;
    if (partner < level) {
      if (proof[step++]?.side !== (place % 2 === 0 ? 'right' : 'left')) return false;
    }
    place >>= 1;
    level = Math.ceil(level / 2);
  }
  return step === proof.length;
}
