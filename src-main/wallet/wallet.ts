import { toErrorView, type ErrorView } from '../../src-shared/domain/errors.ts';
import type { Address, TaskId } from '../../src-shared/domain/ids.ts';
import type { WalletView } from '../../src-shared/domain/node.ts';
import type { Log } from '../log.ts';
import type { Part } from '../part.ts';
import type { Client } from '../process/rpc.ts';
import type { Spawner } from '../process/spawner.ts';
import { Supervisor } from '../process/supervisor.ts';
import { periodOf } from './period.ts';
import type * as p from './protocol.ts';
import { withSpend } from './tally.ts';

export interface WalletOptions {
  readonly spawner: Spawner;
  readonly log: Log;
  /** Folder of the vault; made when missing. */
  readonly folder: string;
  /** For machines without a person: the passphrase is read from here at every start of the signer. */
  readonly passphraseFile?: string;
  /** Address on record elsewhere (the store): a vault that is missing or another's is then an error. */
  readonly expected?: Address;
  /** Tests only. */
  readonly testScryptN?: number;
  readonly backoffMs?: readonly number[];
}

/** What the wallet knows of itself; balances come from the chain. */
export type WalletPart = Omit<WalletView, 'balances'>;

/** scrypt takes a second on a fast machine and many on a slow one. */
const SLOW_MS = 120_000;

/**
 * The wallet as the rest of the node sees it. The keys live in the signer process; this class passes requests on,
 * remembers what it must tell a new signer after a crash, and says in one view how things stand.
 * Every method rejects with a FolkmootError: see errors.ts for the codes, `CHILD_GONE` while the signer is down.
 */
export class Wallet implements Part {
  readonly #options: WalletOptions;
  readonly #signer: Supervisor<p.SignerMethods, p.SignerEvents>;
  readonly #listeners = new Set<(view: WalletPart) => void>();
  #view: WalletPart = { state: 'locked', address: null, backedUp: false };
  #policy: p.PolicyConfig | undefined;
  #stopping = false;

  constructor(options: WalletOptions) {
    this.#options = options;
    this.#signer = new Supervisor(options.spawner, {
      entry: 'signer',
      init: (client) => this.#init(client),
      initTimeoutMs: SLOW_MS,
      log: options.log,
      ...(options.backoffMs === undefined ? {} : { backoffMs: options.backoffMs }),
    });
    this.#signer.onState((state) => {
      if (state === 'waiting') this.#signerGone();
    });
  }

  async start(): Promise<void> {
    this.#stopping = false;
    await this.#signer.start();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#signer.stop();
    const { state, address, backedUp } = this.#view;
    if (state === 'unlocked') this.#show({ state: 'locked', address, backedUp });
  }

  view(): WalletPart {
    return this.#view;
  }

  /** For tests and the process list. */
  get pid(): number | undefined {
    return this.#signer.pid;
  }

  /** @returns a function that ends the subscription. */
  onChange(listener: (view: WalletPart) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Makes a wallet with 24 new words. @throws VaultError `VAULT_EXISTS`, `VAULT_MISSING`, `DISK_FULL`. */
  async create(passphrase: string): Promise<{ readonly address: Address }> {
    return this.#made(await this.#signer.call('create', { passphrase }, SLOW_MS));
  }

  /** @throws WordsError `BAD_WORDS`, `WORDS_OTHER_WALLET`; VaultError `VAULT_EXISTS`, `DISK_FULL`. */
  async restore(words: string, passphrase: string): Promise<{ readonly address: Address }> {
    return this.#made(await this.#signer.call('restore', { words, passphrase }, SLOW_MS));
  }

  /** @throws PassphraseError `WRONG_PASSPHRASE`, `PASSPHRASE_WAIT`; VaultError. */
  async unlock(passphrase: string): Promise<void> {
    await this.#refresh('unlock', { passphrase });
  }

  async lock(): Promise<void> {
    await this.#refresh('lock', null);
  }

  /** The words, for a person to write down; the passphrase is asked again. */
  async words(passphrase: string): Promise<readonly string[]> {
    return (await this.#signer.call('words', { passphrase }, SLOW_MS)).words;
  }

  /** @param checks three positions of the caller's choice. @throws WordsError `BACKUP_WRONG`; LockedError. */
  async confirmBackup(checks: readonly p.WordCheck[]): Promise<void> {
    await this.#refresh('confirmBackup', { words: checks });
  }

  async changePassphrase(passphrase: string, next: string): Promise<void> {
    await this.#refresh('changePassphrase', { passphrase, next });
  }

  /** The encrypted vault file. */
  export(): Promise<{ readonly name: string; readonly text: string }> {
    return this.#signer.call('exportVault', null);
  }

  /** Sets what may be signed; kept for the next signer too. Nothing is signed before the first call. */
  async configure(policy: p.PolicyConfig): Promise<void> {
    this.#policy = policy;
    await this.#signer.call('configure', { policy });
  }

  /** @throws PolicyError; LockedError. The caller persists `spend` with the transaction before it sends it. */
  async sign(tx: p.TransactionInput): Promise<p.SignedTransaction> {
    return this.#counted(await this.#signer.call('signTransaction', tx));
  }

  async signPermit(permit: p.PermitInput): Promise<p.SignedPermit> {
    return this.#counted(await this.#signer.call('signTypedData', { permit }));
  }

  /** @param text made by `statement(purpose, body)`. */
  async signStatement(text: string): Promise<p.Hex> {
    return (await this.#signer.call('signMessage', { text })).signature;
  }

  /** 32 bytes for the libp2p key of a 90-day period, by default the current one. */
  async peerSeed(period = periodOf(Date.now())): Promise<Uint8Array> {
    return (await this.#signer.call('peerSeed', { period })).seed;
  }

  async taskSalt(taskId: TaskId): Promise<p.Hex> {
    return (await this.#signer.call('taskSalt', { taskId })).salt;
  }

  async #init(client: Client<p.SignerMethods, p.SignerEvents>): Promise<void> {
    const { folder, expected, passphraseFile, testScryptN } = this.#options;
    const address = expected ?? this.#view.address;
    try {
      const status = await client.call(
        'open',
        {
          folder,
          ...(address === null ? {} : { expected: address }),
          ...(passphraseFile === undefined ? {} : { passphraseFile }),
          ...(testScryptN === undefined ? {} : { testScryptN }),
        },
        SLOW_MS,
      );
      if (this.#policy !== undefined) await client.call('configure', { policy: this.#policy });
      this.#take(status);
    } catch (error) {
      // A dead signer is the supervisor's business; anything else a person must see, and a restart would not change it.
      const view = toErrorView(error);
      if (view.code === 'CHILD_GONE' || view.code === 'CHILD_TIMEOUT') throw error;
      this.#show({ state: 'damaged', address: this.#view.address, backedUp: false, error: view });
    }
  }

  #made(status: p.SignerStatus): { readonly address: Address } {
    this.#take(status);
    return { address: status.address as Address };
  }

  async #refresh<K extends 'unlock' | 'lock' | 'confirmBackup' | 'changePassphrase'>(
    name: K,
    input: p.SignerMethods[K]['input'],
  ): Promise<void> {
    this.#take((await this.#signer.call(name, input, SLOW_MS)) as p.SignerStatus);
  }

  #counted<T extends { readonly spend: p.Spend | null }>(signed: T): T {
    const { spend } = signed;
    if (spend !== null && this.#policy !== undefined) {
      this.#policy = { ...this.#policy, spent: withSpend(this.#policy.spent, spend) };
    }
    return signed;
  }

  #signerGone(): void {
    if (this.#stopping) return;
    const { state, address, backedUp } = this.#view;
    if (state === 'none' || state === 'damaged') return;
    const error: ErrorView = {
      code: 'SIGNER_GONE',
      message: 'The process that holds the keys ended and is being started again; the wallet is locked.',
      remedy: 'Unlock it with your passphrase.',
    };
    this.#show({ state: 'locked', address, backedUp, error });
  }

  #take(status: p.SignerStatus): void {
    const { state, address, backedUp, error } = status;
    if (state === 'closed') return;
    // Cause of the lock stays visible until the wallet is unlocked again.
    const gone = state === 'locked' && this.#view.error?.code === 'SIGNER_GONE' ? this.#view.error : undefined;
    const why = error ?? gone;
    this.#show({ state, address, backedUp, ...(why === undefined ? {} : { error: why }) });
  }

  #show(view: WalletPart): void {
    this.#view = view;
    for (const listener of this.#listeners) listener(view);
  }
}
