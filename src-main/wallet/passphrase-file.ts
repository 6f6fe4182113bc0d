import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { PassphraseError } from './errors.ts';

const MAX_BYTES = 4096;
const REMEDY = 'Make it readable by this user alone (chmod 600) and put the passphrase, and nothing else, into it.';

const refused = (why: string, cause?: unknown): PassphraseError =>
  new PassphraseError('PASSPHRASE_FILE', `The passphrase file was not used: ${why}.`, { cause, remedy: REMEDY });

/**
 * Passphrase of a machine that starts without a person: the content of a file without its last line end. The file must
 * be a plain one, belong to us and be closed to everybody else (0600, or 0400 as service managers make it). Checked on
 * the open file, so it cannot be exchanged in between. Windows has no such modes; there only size and kind are checked.
 * @throws PassphraseError `PASSPHRASE_FILE` with the reason.
 */
export async function readPassphraseFile(path: string): Promise<string> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const flags = O_RDONLY | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0);
  const file = await open(path, flags).catch((error: unknown) => {
    const code = (error as NodeJS.ErrnoException).code;
    throw refused(code === 'ELOOP' ? 'it is a link' : `it cannot be opened (${String(code)})`, error);
  });
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw refused('it is not a plain file');
    if (process.getuid !== undefined) {
      if (stat.uid !== process.getuid()) throw refused('it belongs to another user');
      if ((stat.mode & 0o177) !== 0) {
        throw refused(`others may use it (mode ${(stat.mode & 0o777).toString(8).padStart(4, '0')})`);
      }
    }
    if (stat.size > MAX_BYTES) throw refused(`it is larger than ${MAX_BYTES} bytes`);
    const bytes = await file.readFile();
    const text = bytes.toString('utf8').replace(/\r?\n$/, '');
    bytes.fill(0);
    if (text === '') throw refused('it is empty');
    return text;
  } finally {
    await file.close();
  }
}
