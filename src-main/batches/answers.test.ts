import { expect, test } from 'vitest';
import type { Address } from '../../src-shared/domain/ids.ts';
import type { ChainBatch } from '../chain/batches-projection.ts';
import type { TaskContext } from '../tasks/context.ts';
import { MANIFEST } from '../tasks/test-world.ts';
import { Answers } from './answers.ts';
import type { BatchAsk, BatchAskRows } from './batch-ask-rows.ts';

test('a solver that sends nothing takes two places, and what the court found wrong none', () => {
  const asked: Array<Address | null> = [];
  const context = {
    catalogue: { byId: () => ({ manifest: MANIFEST }) },
    blobs: {
      get: (_: unknown, __: unknown, from: Address | null) => {
        asked.push(from);
        return new Promise(() => undefined);
      },
    },
  } as unknown as TaskContext;
  const lines = [0, 1, 2, 3, 4].map((item) => ({ item, answer: null }));
  const answers = new Answers(context, { lines: () => lines } as unknown as BatchAskRows, () => undefined);
  const batch = {
    runs: [
      { solver: 'slow', taken: '7', digests: ['0x01', '0x02', '0x03'] },
      { solver: 'other', taken: '24', digests: ['0x04', '0x05'] },
    ],
    overturned: [{ item: 4 }],
  } as unknown as ChainBatch;
  const missing = answers.missing({ key: 'k' } as BatchAsk, batch);
  expect(missing.map(({ item }) => item)).toEqual([0, 1, 2, 3]);
  answers.fetch(missing);
  expect(asked).toEqual(['slow', 'slow', 'other']);
});
