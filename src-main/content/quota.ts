import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Digest, Timestamp } from '../../src-shared/domain/ids.ts';
import type { BlobStore } from './blob-store.ts';

export interface StoredBlob {
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  readonly lastUse: Timestamp;
}

const STALE_TMP_MS = 24 * 3_600_000;
const STALE_PARTIAL_MS = 7 * 24 * 3_600_000;

async function names(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

/** Every complete blob, in no order. */
export async function listBlobs(store: BlobStore): Promise<StoredBlob[]> {
  const { root } = store.layout;
  const found: StoredBlob[] = [];
  for (const prefix of (await names(root)).filter((name) => /^[0-9a-f]{2}$/.test(name))) {
    for (const name of (await names(join(root, prefix))).filter((name) => /^[0-9a-f]{62}$/.test(name))) {
      const info = await stat(join(root, prefix, name)).catch(() => undefined);
      if (info !== undefined)
        found.push({ digest: `0x${prefix}${name}` as Digest, size: info.size, lastUse: info.mtimeMs });
    }
  }
  return found;
}

/** Which blobs must go so that `quotaBytes` are kept: least recently used first, never a pinned one. Pure. */
export function chooseEvictions(
  blobs: readonly StoredBlob[],
  quotaBytes: number,
  isPinned: (digest: Digest) => boolean,
): readonly StoredBlob[] {
  let total = blobs.reduce((sum, blob) => sum + blob.size, 0);
  const chosen: StoredBlob[] = [];
  for (const blob of blobs.filter((blob) => !isPinned(blob.digest)).sort((a, b) => a.lastUse - b.lastUse)) {
    if (total <= quotaBytes) break;
    chosen.push(blob);
    total -= blob.size;
  }
  return chosen;
}

/** What remains above the quota is pinned: the caller tells the person. Bytes. */
export interface EvictionReport {
  readonly removed: readonly Digest[];
  readonly freed: number;
  readonly kept: number;
}

/** Enforces the quota and clears what crashes left behind. For the main process only, which knows the pins. */
export async function evict(
  store: BlobStore,
  quotaBytes: number,
  isPinned: (digest: Digest) => boolean,
  now: Timestamp = Date.now(),
): Promise<EvictionReport> {
  await sweep(store.layout.tmp, now - STALE_TMP_MS);
  for (const name of await names(store.layout.partials))
    await sweep(join(store.layout.partials, name), now - STALE_PARTIAL_MS);
  const blobs = await listBlobs(store);
  const removed: Digest[] = [];
  let freed = 0;
  for (const { digest, size } of chooseEvictions(blobs, quotaBytes, isPinned)) {
    try {
      await store.remove(digest);
    } catch {
      continue; // Windows: someone reads it; next time.
    }
    removed.push(digest);
    freed += size;
  }
  return { removed, freed, kept: blobs.reduce((sum, blob) => sum + blob.size, 0) - freed };
}

async function sweep(folder: string, before: Timestamp): Promise<void> {
  for (const name of await names(folder)) {
    const path = join(folder, name);
    const info = await stat(path).catch(() => undefined);
    if (info !== undefined && info.mtimeMs < before) await rm(path, { recursive: true, force: true });
  }
}
