import { lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Digest } from '../../src-shared/domain/ids.ts';

const GIBIBYTE = 1024 ** 3;
/** So many states, so large together, and so old: no task is open for longer. */
export const KEPT = { count: 64, bytes: 4 * GIBIBYTE, ms: 7 * 24 * 3_600_000 } as const;

const NAME = 'index.json';
const MAX_INDEX = 1024 * 1024;
const digest = z
  .string()
  .regex(/^0x[0-9a-f]{64}$/)
  .transform((text) => text as Digest);
/** Names no path: a state lies in the same folder, under its own digest. */
const shape = z.strictObject({
  version: z.literal(1),
  kept: z
    .array(
      z.strictObject({
        key: z.string().min(1).max(1_000),
        of: digest,
        at: z.number().int().min(0),
        step: z.number().int().min(1),
        digest,
        bytes: z.number().int().min(0).max(KEPT.bytes),
      }),
    )
    .max(KEPT.count),
});

/** A state in the index; `of` is the digest of what is computed. */
export type Indexed = Readonly<z.infer<typeof shape>['kept'][number]>;

/** What is there and as large as it was; whether it is the same bytes is seen when it is read. None where the index cannot be read. */
export function readIndex(folder: string): readonly Indexed[] {
  try {
    const path = join(folder, NAME);
    if (!plain(path) || lstatSync(path).size > MAX_INDEX) return [];
    const { kept } = shape.parse(JSON.parse(readFileSync(path, 'utf8')));
    return kept.filter(({ digest: named, bytes }) => {
      const file = join(folder, named.slice(2));
      return plain(file) && lstatSync(file).size === bytes;
    });
  } catch {
    return [];
  }
}

/** Whole or not at all. A disk that is full costs a restart its place, not the job that runs. */
export function writeIndex(folder: string, kept: readonly Indexed[]): void {
  const aside = join(folder, `${NAME}.tmp`);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const short = kept.filter(({ key }) => key.length <= 1_000 && key !== '');
    writeFileSync(aside, JSON.stringify({ version: 1, kept: short }), { mode: 0o600 });
    renameSync(aside, join(folder, NAME));
  } catch {
    rmSync(aside, { force: true });
  }
}

/** Removes states that nobody names; what was never ours is left alone. */
export function sweep(folder: string, named: ReadonlySet<string>): void {
  let names: readonly string[] = [];
  try {
    names = readdirSync(folder);
  } catch {
    // It could not be made; there is nothing to remove.
  }
  for (const name of names) {
    const path = join(folder, name);
    if ((/^[0-9a-f]{64}$/.test(name) && !named.has(path)) || name === `${NAME}.tmp`)
      rmSync(path, { recursive: true, force: true });
  }
}

function plain(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
