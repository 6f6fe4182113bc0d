import { expect, test } from 'vitest';
import type { Digest } from '../../../src-shared/domain/ids.ts';
import { openStore } from '../../store/open.ts';
import { BisectionRows } from './bisection-rows.ts';

test('runs count as kept, and are kept, until their case is over', () => {
  const db = openStore(':memory:');
  const rows = new BisectionRows(db);
  const shown = { file: `0x${'a'.repeat(64)}` as Digest, root: 'b'.repeat(64) };
  const state = db.prepare(
    `INSERT OR REPLACE INTO chain_disputes (id, state, owed, task, claimant, defendant, opened_at, value)
     VALUES (?, ?, 0, 't', 'c', 'd', 0, '{}')`,
  );
  for (const id of ['1', '2', '3']) {
    state.run(id, 'voting');
    rows.show(`${id}:t:x`, id, shown, []);
  }
  // After a reorg the same number may be another case.
  rows.show('1:u:y', '1', shown, []);
  expect(rows.kept()).toBe(4);
  state.run('1', 'over');
  expect(rows.kept()).toBe(2);
  expect(rows.shown('2:t:x')).toEqual(shown);
});
