import { FolkmootError } from '../../src-shared/domain/errors.ts';

/** The file that holds the key, or what should be it. */
export type VaultCode =
  | 'VAULT_EXISTS'
  | 'VAULT_MISSING'
  | 'VAULT_DAMAGED'
  | 'VAULT_NEWER'
  | 'VAULT_OTHER'
  | 'VAULT_IO'
  | 'DISK_FULL'
  | 'NO_WALLET';

export class VaultError extends FolkmootError {
  declare readonly code: VaultCode;
  constructor(code: VaultCode, message: string, options: { cause?: unknown; remedy?: string } = {}) {
    super(code, message, options);
  }
}

/** `PASSPHRASE_WAIT`: too many wrong ones, asked again too soon. `PASSPHRASE_FILE`: refused, with the reason. */
export type PassphraseCode = 'WRONG_PASSPHRASE' | 'PASSPHRASE_WAIT' | 'PASSPHRASE_SHORT' | 'PASSPHRASE_FILE';

export class PassphraseError extends FolkmootError {
  declare readonly code: PassphraseCode;
  constructor(code: PassphraseCode, message: string, options: { cause?: unknown; remedy?: string } = {}) {
    super(code, message, options);
  }
}

/** `BAD_WORDS`: no mnemonic at all. `WORDS_OTHER_WALLET`: a valid one of another wallet. `BACKUP_WRONG`: the check failed. */
export type WordsCode = 'BAD_WORDS' | 'WORDS_OTHER_WALLET' | 'BACKUP_WRONG';

export class WordsError extends FolkmootError {
  declare readonly code: WordsCode;
  constructor(code: WordsCode, message: string, options: { cause?: unknown; remedy?: string } = {}) {
    super(code, message, options);
  }
}

/** Something needs the key and the wallet is not unlocked. Code `WALLET_LOCKED`. */
export class LockedError extends FolkmootError {
  constructor(message = 'The wallet is locked.') {
    super('WALLET_LOCKED', message, { remedy: 'Unlock it with your passphrase.' });
  }
}

/** The spending policy refused to sign. Code `POLICY`; the sentence says which rule. */
export class PolicyError extends FolkmootError {
  constructor(message: string, remedy?: string) {
    super('POLICY', message, remedy === undefined ? {} : { remedy });
  }
}

/** A request to the signer that makes no sense: a mistake in the program, not of the person. Code `BAD_REQUEST`. */
export class RequestError extends FolkmootError {
  constructor(message: string) {
    super('BAD_REQUEST', message);
  }
}
