import { chmodSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { ControlError } from './errors.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where a node keeps everything it owns unless told otherwise; the same for both hosts, so that they find each other. */
export function defaultProfile(
  env: Environment = process.env,
  platform: NodeJS.Platform = process.platform,
  home = homedir(),
): string {
  if (env['FOLKMOOT_PROFILE']) return resolve(env['FOLKMOOT_PROFILE']);
  if (platform === 'win32') return join(env['LOCALAPPDATA'] || join(home, 'AppData', 'Local'), 'Folkmoot');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Folkmoot');
  return join(env['XDG_DATA_HOME'] || join(home, '.local', 'share'), 'folkmoot');
}

/** Makes the folder, readable by its owner only. @throws ControlError `PROFILE_UNUSABLE`. */
export function ensureProfile(profile: string): void {
  try {
    mkdirSync(profile, { recursive: true, mode: 0o700 });
    if (process.platform !== 'win32') chmodSync(profile, 0o700);
  } catch (cause) {
    throw new ControlError(
      'PROFILE_UNUSABLE',
      `The folder ${profile} cannot be used: ${cause instanceof Error ? cause.message : String(cause)}.`,
      {
        cause,
        remedy: 'Choose another folder with --profile.',
      },
    );
  }
}
