import { expect, test } from 'vitest';
import type { ChainBatch } from '../chain/batches-projection.ts';
import type { BatchAsk, BatchLine } from './batch-ask-rows.ts';
import { batchView, lineView } from './view.ts';

test('an answer that the court found wrong is none: neither counted nor shown', () => {
  const run = { solver: '0xaa', revealedAt: '5', taken: '3', digests: ['0x01', '0x02'] };
  const batch = {
    id: `0x${'11'.repeat(32)}`,
    fields: { claimWindow: 10, deadline: 100, retractAt: 50 },
    items: 3,
    open: '4',
    commitments: [],
    runs: [run],
    contested: [{ item: 1 }],
    paid: [],
    overturned: [{ item: 1 }],
    returned: null,
  } as unknown as ChainBatch;
  const ask = { key: 'k', items: 3, fee: '1', modelFee: '0', error: null } as unknown as BatchAsk;
  const view = batchView(ask, [0, 1], batch, 'm', '0xbb' as never, []);
  expect(view).toMatchObject({ batch: { answered: 1, open: 1, back: 1 } });
  expect(view.reason).toBe('1 of 3 answered; waiting for solvers of the rest');
  const line = (item: number) => lineView({ item, answer: { text: 'y' } } as BatchLine, ask, batch);
  expect([line(0).answer, line(1).answer]).toEqual([{ text: 'y' }, null]);
});
