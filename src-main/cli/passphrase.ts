import { FolkmootError } from '../../src-shared/domain/errors.ts';
import { readPassphraseFile as readForSigner } from '../wallet/passphrase-file.ts';
import type { Context, Option } from './command.ts';
import { UsageError } from './exit-codes.ts';

export const PASSPHRASE_FILE = {
  'passphrase-file': {
    type: 'string',
    value: 'FILE',
    about: 'read the passphrase from this file (one line, readable by you only) instead of asking',
  },
} as const satisfies Record<string, Option>;

/**
 * Read exactly as the signer of the node reads it, so that a file means the same to every command. One line: a second
 * one would be part of the passphrase, which nobody means. @throws UsageError.
 */
export async function readPassphraseFile(file: string): Promise<string> {
  const text = await readForSigner(file).catch((error: unknown) => {
    if (!(error instanceof FolkmootError)) throw error;
    throw new UsageError(`${file}: ${error.message}`, error.remedy);
  });
  if (/[\r\n]/.test(text))
    throw new UsageError(
      `${file} has more than one line.`,
      'Put the passphrase into it, on one line, and nothing else.',
    );
  return text;
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
