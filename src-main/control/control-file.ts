import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** How to reach the node that runs on a profile. Whoever can read this file may command the node: mode 0600. */
const controlFile = z.object({
  version: z.literal(1),
  pid: z.number().int().positive(),
  /** Path of a Unix socket, or name of a Windows pipe. */
  socket: z.string().min(1).max(1024),
  token: z.string().regex(/^[0-9a-f]{64}$/),
});
export type ControlFile = Readonly<z.infer<typeof controlFile>>;

const path = (profile: string): string => join(profile, 'control.json');

/** undefined when there is none or it is not one of ours: then nobody can be reached through it. */
export function readControlFile(profile: string): ControlFile | undefined {
  try {
    return controlFile.parse(JSON.parse(readFileSync(path(profile), 'utf8')));
  } catch {
    return undefined;
  }
}

/** Written aside and renamed: a reader sees the whole file or none. */
export function writeControlFile(profile: string, content: ControlFile): void {
  const aside = `${path(profile)}.${randomBytes(4).toString('hex')}`;
  writeFileSync(aside, `${JSON.stringify(content)}\n`, { mode: 0o600, flag: 'wx' });
  renameSync(aside, path(profile));
}

/** Removes the file if it is still the one with this token. */
export function removeControlFile(profile: string, token: string): void {
  if (readControlFile(profile)?.token === token) rmSync(path(profile), { force: true });
}
