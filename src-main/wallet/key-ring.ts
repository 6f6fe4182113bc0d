import { SigningKey } from 'ethers/crypto';
import type { Address } from '../../src-shared/domain/ids.ts';
import { addressOf, ethereumKey } from './keys.ts';
import { seedOf } from './mnemonic.ts';
import type { OpenVault } from './vault.ts';

/**
 * What is in memory while the wallet is unlocked. `wipe` zeroes the buffers; the copy of the Ethereum key that ethers
 * keeps as a string can only be dropped (docs/wallet.md).
 */
export class KeyRing {
  readonly dataKey: Buffer;
  readonly seed: Buffer;
  readonly address: Address;
  readonly signing: SigningKey;

  /** Takes over the data key and wipes the entropy. */
  constructor(open: OpenVault) {
    this.dataKey = open.dataKey;
    this.seed = seedOf(open.entropy);
    open.entropy.fill(0);
    const key = ethereumKey(this.seed);
    this.address = addressOf(key);
    this.signing = new SigningKey(key);
    key.fill(0);
  }

  wipe(): void {
    this.dataKey.fill(0);
    this.seed.fill(0);
  }
}
