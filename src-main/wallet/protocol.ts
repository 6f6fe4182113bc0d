import type { ErrorView } from '../../src-shared/domain/errors.ts';
import type { Address, Amount, TaskId, Timestamp, TxHash } from '../../src-shared/domain/ids.ts';

/** 0x + lower-case hex digits, two per byte. */
export type Hex = `0x${string}`;

/** `closed`: no folder was opened yet. `damaged`: there should be a key and it cannot be used; `error` says why. */
export interface SignerStatus {
  readonly state: 'closed' | 'none' | 'locked' | 'unlocked' | 'damaged';
  readonly address: Address | null;
  readonly backedUp: boolean;
  readonly error?: ErrorView;
}

export interface OpenInput {
  /** Folder of the profile's wallet: `vault.json`, `vault.json.bak`, `wallet.address`. Made with mode 0700 if missing. */
  readonly folder: string;
  /** Address that the caller has on record; a missing or different vault is then an error, never a new wallet. */
  readonly expected?: Address;
  /** Unlocks at once from this file (mode 0600 or 0400, owned by us); a refusal leaves the wallet locked with the reason. */
  readonly passphraseFile?: string;
  /** Tests only: cost of scrypt below 2^17, also accepted in files. */
  readonly testScryptN?: number;
}

/** One amount that the policy counted. Main persists them and hands the last 24 hours back at `configure`. */
export interface Spend {
  /** Same key, same money: a replacement with the same nonce counts once, with the larger amount. */
  readonly key: string;
  readonly at: Timestamp;
  readonly amount: Amount;
}

export interface PolicyConfig {
  readonly chainId: number;
  readonly contracts: {
    readonly token: Address;
    readonly vault: Address;
    readonly market: Address;
    readonly registry: Address;
    readonly court: Address;
    readonly duty: Address;
    readonly replicas: Address;
    readonly batches: Address;
  };
  /** MOOT base units in any 24 hours. */
  readonly dayLimit: Amount;
  /** Gas units of one transaction, decimal. */
  readonly maxGas: string;
  /** Wei per gas, decimal. */
  readonly maxFeePerGas: string;
  /** Counted before this process began. Read once per chain and token: later the signer's own tally stands. */
  readonly spent: readonly Spend[];
}

/** EIP-1559; numbers as decimal strings. */
export interface TransactionInput {
  readonly chainId: string;
  readonly nonce: string;
  readonly to: Address;
  readonly value: string;
  readonly data: Hex;
  readonly gasLimit: string;
  readonly maxFeePerGas: string;
  readonly maxPriorityFeePerGas: string;
}

export interface SignedTransaction {
  readonly raw: Hex;
  readonly hash: TxHash;
  /** null when the call moves no money of ours. */
  readonly spend: Spend | null;
}

/** EIP-2612 permit for the configured token; spender is always the configured vault. */
export interface PermitInput {
  /** EIP-712 domain of the token, as `eip712Domain()` answers it. */
  readonly name: string;
  readonly version: string;
  /** Base units. */
  readonly value: Amount;
  /** `nonces(owner)`, decimal. */
  readonly nonce: string;
  /** Seconds, decimal; at most one day ahead. */
  readonly deadline: string;
}

export interface SignedPermit {
  readonly v: number;
  readonly r: Hex;
  readonly s: Hex;
  readonly spend: Spend | null;
}

export interface WordCheck {
  /** 1 for the first word. */
  readonly position: number;
  readonly word: string;
}

type Method<I, O> = { readonly input: I; readonly output: O };

/** What the signer process answers. Nothing here returns the Ethereum key; `words` needs the passphrase again. */
export type SignerMethods = {
  readonly open: Method<OpenInput, SignerStatus>;
  readonly status: Method<null, SignerStatus>;
  /** Makes 24 words. Refused when a vault exists or is expected. */
  readonly create: Method<{ readonly passphrase: string }, SignerStatus>;
  /** Also repairs a damaged or missing vault, with the words of the same wallet only. */
  readonly restore: Method<{ readonly words: string; readonly passphrase: string }, SignerStatus>;
  readonly unlock: Method<{ readonly passphrase: string }, SignerStatus>;
  readonly lock: Method<null, SignerStatus>;
  readonly words: Method<{ readonly passphrase: string }, { readonly words: readonly string[] }>;
  readonly confirmBackup: Method<{ readonly words: readonly WordCheck[] }, SignerStatus>;
  readonly changePassphrase: Method<{ readonly passphrase: string; readonly next: string }, SignerStatus>;
  /** The encrypted file as it is on disk. */
  readonly exportVault: Method<null, { readonly name: string; readonly text: string }>;
  readonly configure: Method<{ readonly policy: PolicyConfig }, null>;
  readonly signTransaction: Method<TransactionInput, SignedTransaction>;
  /** EIP-191 over a text made by `statement()`; 65 bytes r, s, v. */
  readonly signMessage: Method<{ readonly text: string }, { readonly signature: Hex }>;
  readonly signTypedData: Method<{ readonly permit: PermitInput }, SignedPermit>;
  /** 32 bytes: the Ed25519 seed of the libp2p key. It leaves the signer because libp2p signs its handshakes itself. */
  readonly peerSeed: Method<{ readonly period: number }, { readonly seed: Uint8Array }>;
  /** 32 bytes, the same for the same task, chain and market on every machine with the same words. */
  readonly taskSalt: Method<{ readonly taskId: TaskId }, { readonly salt: Hex }>;
};

export type SignerEvents = Record<never, never>;
