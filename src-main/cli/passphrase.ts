import { readFileSync, statSync } from 'node:fs';
import type { Context, Option } from './command.ts';
import { UsageError } from './exit-codes.ts';

export const PASSPHRASE_FILE = {
  'passphrase-file': {
    type: 'string',
    value: 'FILE',
    about: 'read the passphrase from this file (readable by you only) instead of asking',
  },
} as const satisfies Record<string, Option>;

const MAX_BYTES = 4_096;

/** First line of a file that nobody else may read. @throws UsageError. */
export function readPassphraseFile(file: string): string {
  let text: string;
  try {
    const { mode, size } = statSync(file);
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw new UsageError(`Others on this computer can read ${file}.`, `Run: chmod 600 ${file}`);
    }
    if (size > MAX_BYTES) throw new UsageError(`${file} is too long for a passphrase.`);
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`The passphrase cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
  }
  const [line = ''] = text.split(/\r?\n/, 1);
  if (line === '') throw new UsageError(`${file} is empty.`);
  return line;
}

/** Never from the command line itself: others see what programs are called with. A new passphrase is asked for twice. */
export async function askPassphrase(context: Context, kind: 'known' | 'new'): Promise<string> {
  const file = context.text('passphrase-file');
  if (file !== undefined) return readPassphraseFile(file);
  if (kind === 'known') return context.terminal.secret('Passphrase: ');
  const first = await context.terminal.secret('New passphrase (at least 8 characters): ');
  const second = await context.terminal.secret('The same once more: ');
  if (first !== second) throw new UsageError('The two were not the same.', 'Try again.');
  return first;
}
