import { expect, test } from 'vitest';
import type { Address } from '../../src-shared/domain/ids.ts';
import type { ChainBatch } from '../chain/batches-projection.ts';
import { RIVAL_SECONDS } from '../policy/consider.ts';
import { announced } from './announced.ts';

const [ME, ADA, BEN] = ['0xaA', '0xBB', '0xCC'] as Address[] as [Address, Address, Address];

/** Who announced what, when. */
const batch = (open: bigint, ...commitments: ReadonlyArray<readonly [Address, bigint, number]>): ChainBatch =>
  ({
    open: open.toString(),
    commitments: commitments.map(([solver, items, time]) => ({ solver, announced: items.toString(), time })),
  }) as unknown as ChainBatch;

test('what others announced a moment ago is left to them, what is open of it', () => {
  const both = batch(0b1110n, [ADA, 0b0011n, 100], [BEN, 0b0100n, 110]);
  expect(announced(both, ME, 111)).toEqual({ items: 0b0110n, since: 100 });
  expect(announced(both, ME, 100 + RIVAL_SECONDS)).toEqual({ items: 0b0100n, since: 110 });
  expect(announced(both, ME, 110 + RIVAL_SECONDS)).toEqual({ items: 0n, since: null });
});

test('own announcements do not count, whatever the case of the address', () => {
  expect(announced(batch(3n, ['0xAa' as Address, 3n, 100]), ME, 101)).toEqual({ items: 0n, since: null });
});

test('an item is left alone once: announcing it again and again holds nobody off', () => {
  const again = batch(3n, [ADA, 1n, 100], [ADA, 1n, 125], [BEN, 3n, 126]);
  expect(announced(again, ME, 131)).toEqual({ items: 2n, since: 126 });
  expect(announced(again, ME, 126 + RIVAL_SECONDS)).toEqual({ items: 0n, since: null });
});
