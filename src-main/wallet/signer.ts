import { randomBytes } from 'node:crypto';
import { toErrorView, type ErrorView } from '../../src-shared/domain/errors.ts';
import type { Address } from '../../src-shared/domain/ids.ts';
import { Backoff } from './backoff.ts';
import type { Disk } from './disk.ts';
import { LockedError, PassphraseError, VaultError, WordsError } from './errors.ts';
import { SCRYPT_N } from './kdf.ts';
import { KeyRing } from './key-ring.ts';
import { entropyOf, splitWords, wordsOf } from './mnemonic.ts';
import { readPassphraseFile } from './passphrase-file.ts';
import type { OpenInput, SignerStatus, WordCheck } from './protocol.ts';
import { Signing } from './signing.ts';
import { makeVault, markBackedUp, openVault, readSecret, rewrap, type OpenVault } from './vault.ts';
import { VaultFolder } from './vault-file.ts';
import type { VaultContent } from './vault-format.ts';

export interface SignerOptions {
  readonly disk?: Disk;
  /** Monotonic milliseconds, for the waiting after wrong passphrases. */
  readonly monotonic?: () => number;
}

/**
 * The vault and its keys. Whatever reads or writes the vault runs one after another, so two guesses at once count as
 * two and a lock never meets a half-done unlock.
 */
export class Signer {
  readonly signing = new Signing();
  readonly #disk: Disk | undefined;
  readonly #backoff: Backoff;
  #folder: VaultFolder | undefined;
  #expected: Address | undefined;
  #content: VaultContent | undefined;
  #error: ErrorView | undefined;
  #broken = false;
  #keys: KeyRing | undefined;
  #scryptN = SCRYPT_N;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: SignerOptions = {}) {
    this.#disk = options.disk;
    this.#backoff = new Backoff(options.monotonic);
  }

  status(): SignerStatus {
    const error = this.#error === undefined ? {} : { error: this.#error };
    if (this.#folder === undefined) return { state: 'closed', address: null, backedUp: false };
    if (this.#broken) return { state: 'damaged', address: this.#expected ?? null, backedUp: false, ...error };
    if (this.#content === undefined) return { state: 'none', address: null, backedUp: false, ...error };
    const { address, backedUp } = this.#content;
    return { state: this.#keys === undefined ? 'locked' : 'unlocked', address, backedUp, ...error };
  }

  /** @throws LockedError. */
  keys(): KeyRing {
    if (this.#keys === undefined) throw new LockedError();
    return this.#keys;
  }

  /** Never throws for what the person can mend: the status says what is wrong. */
  open(input: OpenInput): Promise<SignerStatus> {
    return this.#alone(async () => {
      this.#forgetKeys();
      this.#folder =
        this.#disk === undefined ? new VaultFolder(input.folder) : new VaultFolder(input.folder, this.#disk);
      this.#scryptN = input.testScryptN ?? SCRYPT_N;
      this.#content = undefined;
      this.#error = undefined;
      this.#broken = false;
      this.#expected = input.expected;
      try {
        this.#expected ??= await this.#folder.expected();
        this.#content = await this.#folder.load(input.expected);
      } catch (error) {
        this.#broken = true;
        this.#error = toErrorView(error);
        return this.status();
      }
      if (input.passphraseFile !== undefined) await this.#unlockFromFile(input.passphraseFile);
      return this.status();
    });
  }

  create(passphrase: string): Promise<SignerStatus> {
    return this.#alone(async () => {
      const folder = this.#opened();
      if (this.#content !== undefined) throw exists(this.#content.address);
      if (this.#broken) throw this.#problem();
      // Looked at again: the file may have come since `open`.
      const found = await folder.load();
      if (found !== undefined) throw exists(found.address);
      const entropy = randomBytes(32);
      await this.#install(entropy, passphrase, false);
      return this.status();
    });
  }

  restore(words: string, passphrase: string): Promise<SignerStatus> {
    return this.#alone(async () => {
      const folder = this.#opened();
      if (this.#content !== undefined) throw exists(this.#content.address);
      const entropy = entropyOf(words);
      await this.#install(entropy, passphrase, true, async (address) => {
        const wanted = this.#expected ?? (await folder.expected());
        if (wanted !== undefined && wanted !== address) {
          throw new WordsError(
            'WORDS_OTHER_WALLET',
            `These are the words of ${address}, but this profile had ${wanted}.`,
            {
              remedy: 'Use the words of the same wallet, or another profile for this one.',
            },
          );
        }
        if (this.#broken) await folder.setAside(Date.now());
        else if ((await folder.load()) !== undefined) throw exists(address);
      });
      return this.status();
    });
  }

  unlock(passphrase: string): Promise<SignerStatus> {
    return this.#alone(async () => {
      const open = await this.#open(passphrase);
      this.#forgetKeys();
      this.#keys = new KeyRing(open);
      this.#error = undefined;
      return this.status();
    });
  }

  lock(): Promise<SignerStatus> {
    return this.#alone(async () => {
      this.#forgetKeys();
      return this.status();
    });
  }

  words(passphrase: string): Promise<{ readonly words: readonly string[] }> {
    return this.#alone(async () => {
      const open = await this.#open(passphrase);
      const words = wordsOf(open.entropy);
      wipe(open);
      return { words };
    });
  }

  confirmBackup(checks: readonly WordCheck[]): Promise<SignerStatus> {
    return this.#alone(async () => {
      const { dataKey } = this.keys();
      const content = this.#vault();
      const entropy = readSecret(content, dataKey);
      const words = wordsOf(entropy);
      entropy.fill(0);
      const positions = new Set(checks.map((check) => check.position));
      const wrong = checks.filter((check) => splitWords(check.word).join(' ') !== words[check.position - 1]);
      if (wrong.length > 0 || positions.size < 3) {
        const which = wrong.map((check) => check.position).join(', ');
        throw new WordsError('BACKUP_WRONG', which === '' ? 'Three words are needed.' : `Not right: word ${which}.`);
      }
      const next = markBackedUp(content, dataKey);
      const prove = async (read: VaultContent): Promise<void> => void readSecret(read, dataKey).fill(0);
      await this.#write(next, prove, false);
      return this.status();
    });
  }

  changePassphrase(passphrase: string, next: string): Promise<SignerStatus> {
    return this.#alone(async () => {
      const open = await this.#open(passphrase);
      try {
        const content = await rewrap(this.#vault(), open.dataKey, next, this.#scryptN);
        await this.#write(content, (read) => this.#opens(read, next), true);
      } finally {
        wipe(open);
      }
      return this.status();
    });
  }

  exportVault(): Promise<{ readonly name: string; readonly text: string }> {
    return this.#alone(async () => {
      const { address } = this.#vault();
      return { name: `folkmoot-${address.slice(2, 10).toLowerCase()}.vault.json`, text: await this.#opened().text() };
    });
  }

  async #unlockFromFile(path: string): Promise<void> {
    try {
      const passphrase = await readPassphraseFile(path);
      if (this.#content !== undefined) this.#keys = new KeyRing(await this.#open(passphrase));
    } catch (error) {
      this.#error = toErrorView(error);
    }
  }

  /** Seals, writes, and takes into use. Wipes the entropy. @param allow last look before anything is written. */
  async #install(
    entropy: Buffer,
    passphrase: string,
    backedUp: boolean,
    allow: (address: Address) => Promise<void> = () => Promise.resolve(),
  ): Promise<void> {
    try {
      const content = await makeVault(entropy, passphrase, { createdAt: Date.now(), backedUp }, this.#scryptN);
      await allow(content.address);
      await this.#write(content, (read) => this.#opens(read, passphrase), true);
      this.#expected = content.address;
      this.#backoff.succeeded();
      this.#keys = new KeyRing(await openVault(content, passphrase, this.#scryptN));
    } finally {
      entropy.fill(0);
    }
  }

  async #write(content: VaultContent, prove: (read: VaultContent) => Promise<void>, forget: boolean): Promise<void> {
    const folder = this.#opened();
    try {
      await folder.write(content, prove, forget);
    } catch (error) {
      // The disk may hold either generation now: what is there counts.
      await folder.load(this.#expected).then(
        (found) => (this.#content = found),
        () => undefined,
      );
      throw error;
    }
    this.#content = content;
    this.#error = undefined;
    this.#broken = false;
  }

  async #opens(content: VaultContent, passphrase: string): Promise<void> {
    wipe(await openVault(content, passphrase, this.#scryptN));
  }

  async #open(passphrase: string): Promise<OpenVault> {
    const content = this.#vault();
    this.#backoff.check();
    try {
      const open = await openVault(content, passphrase, this.#scryptN);
      this.#backoff.succeeded();
      return open;
    } catch (error) {
      if (error instanceof PassphraseError) this.#backoff.failed();
      throw error;
    }
  }

  #opened(): VaultFolder {
    if (this.#folder === undefined) throw new VaultError('NO_WALLET', 'No wallet folder was opened yet.');
    return this.#folder;
  }

  #vault(): VaultContent {
    if (this.#broken) throw this.#problem();
    if (this.#content === undefined) throw new VaultError('NO_WALLET', 'There is no wallet yet.');
    return this.#content;
  }

  #problem(): VaultError {
    const { code, message, remedy } = this.#error ?? { code: 'VAULT_DAMAGED', message: 'The wallet cannot be used.' };
    return new VaultError(code as VaultError['code'], message, remedy === undefined ? {} : { remedy });
  }

  #forgetKeys(): void {
    this.#keys?.wipe();
    this.#keys = undefined;
  }

  #alone<T>(act: () => Promise<T>): Promise<T> {
    const next = this.#queue.then(act, act);
    this.#queue = next.catch(() => undefined);
    return next;
  }
}

function wipe(open: OpenVault): void {
  open.dataKey.fill(0);
  open.entropy.fill(0);
}

function exists(address: Address): VaultError {
  return new VaultError('VAULT_EXISTS', `This profile has a wallet already: ${address}.`, {
    remedy: 'Use another profile for a second wallet.',
  });
}
