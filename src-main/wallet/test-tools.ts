import type { Address, Amount } from '../../src-shared/domain/ids.ts';
import type { Disk } from './disk.ts';
import type { PolicyConfig, TransactionInput } from './protocol.ts';

/** Cheap scrypt for tests; the product never goes below 2^17. */
export const TEST_N = 2 ** 4;

export const JUNK = 'test test test test test test test test test test test junk';
export const JUNK_ADDRESS = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266' as Address;

export const CONTRACTS = {
  token: '0x1111111111111111111111111111111111111111' as Address,
  vault: '0x2222222222222222222222222222222222222222' as Address,
  market: '0x3333333333333333333333333333333333333333' as Address,
  registry: '0x4444444444444444444444444444444444444444' as Address,
  court: '0x5555555555555555555555555555555555555555' as Address,
  duty: '0x6666666666666666666666666666666666666666' as Address,
  replicas: '0x7777777777777777777777777777777777777777' as Address,
  batches: '0x8888888888888888888888888888888888888888' as Address,
};

export const moot = (n: number): Amount => (BigInt(n) * 10n ** 18n).toString() as Amount;

export const POLICY: PolicyConfig = {
  chainId: 31_337,
  contracts: CONTRACTS,
  dayLimit: moot(100),
  maxGas: '2000000',
  maxFeePerGas: '200000000000',
  spent: [],
};

export function tx(over: Partial<TransactionInput> = {}): TransactionInput {
  return {
    chainId: '31337',
    nonce: '0',
    to: CONTRACTS.vault,
    value: '0',
    data: '0x',
    gasLimit: '200000',
    maxFeePerGas: '2000000000',
    maxPriorityFeePerGas: '1000000000',
    ...over,
  };
}

/** The process ends at this very step: nothing after it happens, no clean-up runs. */
export class Crash extends Error {}

export type Fault = 'crash' | 'crash-half-written' | 'ENOSPC' | 'EACCES';

/** A disk in memory that fails at the n-th change. After a crash it refuses everything until `reboot`. */
export class MemoryDisk implements Disk {
  readonly files = new Map<string, string>();
  changes = 0;
  #failAt = Number.POSITIVE_INFINITY;
  #fault: Fault = 'crash';
  #down = false;

  failAt(change: number, fault: Fault): void {
    this.changes = 0;
    this.#failAt = change;
    this.#fault = fault;
  }

  reboot(): void {
    this.#down = false;
    this.#failAt = Number.POSITIVE_INFINITY;
  }

  read(path: string): Promise<string | undefined> {
    return this.#down ? Promise.reject(new Crash()) : Promise.resolve(this.files.get(path));
  }

  writeNew(path: string, text: string): Promise<void> {
    return this.#change(
      () => {
        if (this.files.has(path)) throw Object.assign(new Error('exists'), { code: 'EEXIST' });
        this.files.set(path, text);
      },
      () => this.files.set(path, text.slice(0, text.length / 2)),
      true,
    );
  }

  rename(from: string, to: string): Promise<void> {
    return this.#change(() => {
      const text = this.files.get(from);
      if (text === undefined) throw Object.assign(new Error('missing'), { code: 'ENOENT' });
      this.files.delete(from);
      this.files.set(to, text);
    });
  }

  remove(path: string): Promise<void> {
    return this.#change(() => this.files.delete(path));
  }

  makeFolder(): Promise<void> {
    return this.#down ? Promise.reject(new Crash()) : Promise.resolve();
  }

  syncFolder(): Promise<void> {
    return this.#change(() => undefined);
  }

  /** A full disk hurts only what needs space. */
  async #change(act: () => unknown, half: () => unknown = () => undefined, needsSpace = false): Promise<void> {
    if (this.#down) throw new Crash();
    const fails = this.changes++ >= this.#failAt;
    if (!fails) return void act();
    if (this.#fault === 'crash' || this.#fault === 'crash-half-written') {
      this.#down = true;
      if (this.#fault === 'crash-half-written') half();
      throw new Crash();
    }
    if (this.#fault === 'ENOSPC' && !needsSpace) return void act();
    if (this.#fault === 'ENOSPC') half();
    throw Object.assign(new Error(this.#fault), { code: this.#fault });
  }
}
