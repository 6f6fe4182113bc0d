import { hkdfSync } from 'node:crypto';
import * as fc from 'fast-check';
import { HDNodeWallet, Mnemonic } from 'ethers/wallet';
import { describe, expect, it } from 'vitest';
import type { TaskId } from '../../src-shared/domain/ids.ts';
import { hkdf32 } from './hkdf.ts';
import { addressOf, ethereumKey, peerSeed, taskSalt } from './keys.ts';
import { entropyOf, seedOf } from './mnemonic.ts';
import { periodOf, periodStart } from './period.ts';
import { CONTRACTS, JUNK, JUNK_ADDRESS } from './test-tools.ts';

const seed = seedOf(entropyOf(JUNK));
const TASK = `0x${'ab'.repeat(32)}` as TaskId;

describe('keys', () => {
  it('derives the address every Ethereum wallet derives', () => {
    const key = ethereumKey(seed);
    expect(key.toString('hex')).toBe('ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80');
    expect(addressOf(key)).toBe(JUNK_ADDRESS);
  });

  it('agrees with ethers for any entropy', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (entropy) => {
        const theirs = HDNodeWallet.fromMnemonic(Mnemonic.fromEntropy(entropy));
        const key = ethereumKey(seedOf(entropy));
        expect(`0x${key.toString('hex')}`).toBe(theirs.privateKey);
        expect(addressOf(key)).toBe(theirs.address);
      }),
      { numRuns: 20 },
    );
  });

  /** These fix the derivation for ever: a change would give every user a new peer and unopenable commitments. */
  it('keeps its vectors', () => {
    expect(peerSeed(seed, 0).toString('hex')).toBe('0fba2c7247aeb11021f262dd639e60095f6f40d6b7dd68f96026cafff2c8eb4c');
    expect(peerSeed(seed, 229).toString('hex')).toBe(
      '11802f86234d95f8338be763ff354e53401f871114b18ac07e70162cf9d83b8b',
    );
    expect(taskSalt(seed, 31_337, CONTRACTS.market, TASK).toString('hex')).toBe(
      '6d417c0bed92e477f1648b3caf8c69e52642fbcfa72d3f932a2f72705604e6e1',
    );
  });

  it('gives another salt for another task, market or chain, whatever the case of the address', () => {
    const market = JUNK_ADDRESS;
    const base = taskSalt(seed, 1, market, TASK);
    expect(taskSalt(seed, 1, market.toLowerCase() as typeof market, TASK)).toEqual(base);
    expect(taskSalt(seed, 11, market, TASK)).not.toEqual(base);
    expect(taskSalt(seed, 1, CONTRACTS.market, TASK)).not.toEqual(base);
    expect(taskSalt(seed, 1, market, `0x${'ac'.repeat(32)}` as TaskId)).not.toEqual(base);
  });

  it('counts periods of 90 days', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), (at) => {
        const period = periodOf(at);
        expect(periodStart(period)).toBeLessThanOrEqual(at);
        expect(periodStart(period + 1)).toBeGreaterThan(at);
      }),
    );
    expect(periodStart(1)).toBe(7_776_000_000);
  });
});

describe('hkdf32', () => {
  it('meets test case 3 of RFC 5869', () => {
    expect(hkdf32(Buffer.alloc(22, 0x0b), '', '').toString('hex')).toBe(
      '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d',
    );
  });

  it('agrees with node for any input', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1 }),
        fc.string({ maxLength: 80 }),
        fc.string({ maxLength: 80 }),
        (key, salt, info) => {
          expect(hkdf32(key, salt, info)).toEqual(Buffer.from(hkdfSync('sha256', key, salt, info, 32)));
        },
      ),
    );
  });
});
