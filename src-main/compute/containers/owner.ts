import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../../files.ts';

const ID = /^[0-9a-f]{16}$/;

/**
 * Id of a profile, made up once. Two nodes on one engine, perhaps with profiles of the same path on two machines, must
 * not clear away each other's containers.
 */
export function profileId(profile: string): string {
  const file = join(profile, 'containers.id');
  const known = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  if (ID.test(known)) return known;
  const made = randomBytes(8).toString('hex');
  writeFileAtomic(file, `${made}\n`);
  return made;
}
