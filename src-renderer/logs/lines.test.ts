import { expect, test } from 'vitest';
import type { LogLine } from '../../src-shared/domain/machine.ts';
import { asText, merge } from './lines.ts';

const line = (id: number): LogLine => ({ id, at: id * 1_000, level: 'info', part: 'task', text: `line ${id}` });

test('pages join without a line twice, newest first', () => {
  const both = merge([line(5), line(4)], [line(6), line(5)]);
  expect(both.map(({ id }) => id)).toEqual([6, 5, 4]);
  expect(merge(both, [line(3), line(2)]).map(({ id }) => id)).toEqual([6, 5, 4, 3, 2]);
});

test('nothing new is the same list, so that nothing is painted again', () => {
  const known = [line(2), line(1)];
  expect(merge(known, [line(1)])).toBe(known);
  expect(merge(known, [])).toBe(known);
});

test('copied lines read downwards', () => {
  expect(asText([line(2), line(1)])).toBe(
    '1970-01-01T00:00:01.000Z info task: line 1\n1970-01-01T00:00:02.000Z info task: line 2',
  );
});
