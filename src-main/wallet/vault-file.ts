import { join } from 'node:path';
import { getAddress } from 'ethers/address';
import type { Address } from '../../src-shared/domain/ids.ts';
import { diskError, nodeDisk, type Disk } from './disk.ts';
import { PassphraseError, VaultError } from './errors.ts';
import { damaged, formatVault, parseVault, type VaultContent } from './vault-format.ts';

const VAULT = 'vault.json';
const BACKUP = 'vault.json.bak';
const ADDRESS = 'wallet.address';

const REPAIR = 'Restore the wallet with its words, or put vault.json (or a copy of it) back into the folder.';

function toAddress(text: string): Address | undefined {
  try {
    return getAddress(text.trim()) as Address;
  } catch {
    return undefined;
  }
}

/**
 * The folder of one wallet: `vault.json`, the generation before it, and the address that a key is expected for.
 * `vault.json` is replaced in one rename and is never missing in between, wherever the machine stops.
 */
export class VaultFolder {
  readonly #disk: Disk;
  readonly #folder: string;

  constructor(folder: string, disk: Disk = nodeDisk) {
    this.#folder = folder;
    this.#disk = disk;
  }

  /**
   * The vault of this folder; undefined only where no key was ever expected.
   * @throws VaultError `VAULT_MISSING`, `VAULT_OTHER`, `VAULT_DAMAGED`, `VAULT_NEWER`, `VAULT_IO`.
   */
  async load(expected?: Address): Promise<VaultContent | undefined> {
    const [text, recorded] = await this.#try('read the wallet file', async () => {
      await this.#disk.makeFolder(this.#folder);
      return [await this.#read(VAULT), await this.#read(ADDRESS)];
    });
    const known = expected ?? (recorded === undefined ? undefined : toAddress(recorded));
    if (text === undefined) {
      const backup = await this.#try('read the wallet folder', () => this.#read(BACKUP));
      if (known === undefined && recorded === undefined && backup === undefined) return undefined;
      throw new VaultError('VAULT_MISSING', `The wallet file of ${known ?? 'this profile'} is missing.`, {
        remedy: REPAIR,
      });
    }
    const content = parseVault(text);
    if (known !== undefined && known !== content.address) {
      const message = `The wallet file belongs to ${content.address}, but this profile to ${known}.`;
      throw new VaultError('VAULT_OTHER', message, { remedy: REPAIR });
    }
    await this.#tidy(content, text, recorded);
    return content;
  }

  /** The address this profile has on record. */
  async expected(): Promise<Address | undefined> {
    const text = await this.#try('read the recorded address', () => this.#read(ADDRESS));
    return text === undefined ? undefined : toAddress(text);
  }

  /** The vault file as it stands, checked to be whole. */
  async text(): Promise<string> {
    const text = await this.#try('read the wallet file', () => this.#read(VAULT));
    if (text === undefined) throw new VaultError('VAULT_MISSING', 'The wallet file is missing.', { remedy: REPAIR });
    parseVault(text);
    return text;
  }

  /**
   * Writes a generation. Both new files are on disk, read back and proven before the first rename.
   * @param prove decrypts what was read back; throws when it is not what was meant.
   * @param forget the generation before must not stay readable (new passphrase): `.bak` becomes a copy of the new one.
   */
  async write(content: VaultContent, prove: (read: VaultContent) => Promise<void>, forget: boolean): Promise<void> {
    const text = formatVault(content);
    await this.#try('write the wallet file', async () => {
      await this.#disk.makeFolder(this.#folder);
      const before = await this.#read(VAULT);
      const backup = forget ? text : before;
      try {
        await this.#writeTemp(VAULT, text);
        if (backup !== undefined) await this.#writeTemp(BACKUP, backup);
        const back = await this.#read(`${VAULT}.tmp`);
        if (back !== text) throw damaged('what was read back differs from what was written');
        await prove(parseVault(back));
      } catch (error) {
        await this.#disk.remove(this.#path(`${VAULT}.tmp`)).catch(() => undefined);
        await this.#disk.remove(this.#path(`${BACKUP}.tmp`)).catch(() => undefined);
        throw error;
      }
      // Ordinary: the old generation is safe before the new one takes its place. Forget: `#tidy` ends it after a crash.
      if (backup !== undefined && !forget) await this.#publish(BACKUP);
      await this.#publish(VAULT);
      // The new generation stands. What fails from here on is made good by `#tidy` at the next start.
      try {
        if (forget) await this.#publish(BACKUP);
        await this.#recordAddress(content.address);
      } catch {
        return;
      }
    });
  }

  /** Puts a vault that cannot be used out of the way, under a name that tells when. It is never deleted. */
  async setAside(now: number): Promise<void> {
    await this.#try('move the damaged wallet file aside', async () => {
      if ((await this.#read(VAULT)) === undefined) return;
      await this.#disk.rename(this.#path(VAULT), this.#path(`${VAULT}.damaged-${now}`));
      await this.#disk.syncFolder(this.#folder);
    });
  }

  /** After a crash: leftovers go, a record that was not written is, and a `.bak` of an old passphrase is replaced. */
  async #tidy(content: VaultContent, text: string, recorded: string | undefined): Promise<void> {
    try {
      await this.#disk.remove(this.#path(`${VAULT}.tmp`));
      await this.#disk.remove(this.#path(`${BACKUP}.tmp`));
      const backup = await this.#read(BACKUP);
      if (backup !== undefined && isStale(backup, content)) {
        await this.#writeTemp(BACKUP, text);
        await this.#publish(BACKUP);
      }
      if (recorded === undefined || toAddress(recorded) === undefined) await this.#recordAddress(content.address);
    } catch {
      // A full or read-only disk must not keep a good vault from opening; the next start tries again.
    }
  }

  async #recordAddress(address: Address): Promise<void> {
    if ((await this.#read(ADDRESS))?.trim() === address) return;
    await this.#writeTemp(ADDRESS, `${address}\n`);
    await this.#publish(ADDRESS);
  }

  async #writeTemp(name: string, text: string): Promise<void> {
    await this.#disk.remove(this.#path(`${name}.tmp`));
    await this.#disk.writeNew(this.#path(`${name}.tmp`), text);
  }

  async #publish(name: string): Promise<void> {
    await this.#disk.rename(this.#path(`${name}.tmp`), this.#path(name));
    await this.#disk.syncFolder(this.#folder);
  }

  #read(name: string): Promise<string | undefined> {
    return this.#disk.read(this.#path(name));
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }

  async #try<T>(doing: string, act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      if (isNamed(error)) throw error;
      throw diskError(doing, error);
    }
  }
}

function isNamed(error: unknown): boolean {
  return error instanceof VaultError || error instanceof PassphraseError;
}

/** Same wallet, other salt: the generation before a change of passphrase. */
function isStale(backup: string, content: VaultContent): boolean {
  try {
    const old = parseVault(backup);
    return old.address === content.address && old.kdf.salt !== content.kdf.salt;
  } catch {
    return false;
  }
}
