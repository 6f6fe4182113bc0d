import { expect, test } from 'vitest';
import { problemOf, readClock, readEnd, sameSpans, sayClock, sayDays, saySpan, segments } from './spans.ts';

const NIGHT = { days: [5], from: 22 * 60, to: 6 * 60 };

test('a span that passes midnight is cut there, and belongs to the next day', () => {
  const week = segments([NIGHT]);
  expect(week[4]).toEqual([{ from: 1_320, to: 1_440 }]);
  expect(week[5]).toEqual([{ from: 0, to: 360 }]);
  expect(week.flat()).toHaveLength(2);
});

test('from Saturday night into Sunday, and from Sunday into Monday', () => {
  expect(segments([{ ...NIGHT, days: [6] }])[6]).toEqual([{ from: 0, to: 360 }]);
  expect(segments([{ ...NIGHT, days: [0] }])[0]).toEqual([{ from: 0, to: 360 }]);
});

test('midnight as an end is the end of that day', () => {
  expect(readEnd('00:00')).toBe(1_440);
  expect(readClock('00:00')).toBe(0);
  expect(segments([{ days: [1], from: 0, to: 1_440 }])[0]).toEqual([{ from: 0, to: 1_440 }]);
});

test('days and hours in words', () => {
  expect(sayDays([0, 1, 2, 3, 4, 5, 6])).toBe('every day');
  expect(sayDays([5, 4, 3, 2, 1])).toBe('Monday to Friday');
  expect(sayDays([0, 6])).toBe('Saturday, Sunday');
  expect(sayDays([1, 3])).toBe('Monday, Wednesday');
  expect(saySpan(NIGHT)).toBe('Friday from 22:00 to 06:00 the next day');
  expect(saySpan({ days: [6, 0], from: 0, to: 1_440 })).toBe('Saturday, Sunday, all day');
  expect(sayClock(1_440)).toBe('24:00');
});

test('what is no span is refused', () => {
  for (const text of ['', '24:00', '7:00', 'noon']) expect(readClock(text), text).toBeNull();
  expect(problemOf({ ...NIGHT, days: [] })).not.toBeNull();
  expect(problemOf({ ...NIGHT, to: NIGHT.from })).not.toBeNull();
  expect(problemOf(NIGHT)).toBeNull();
});

test('the order of days does not make another span', () => {
  expect(sameSpans([{ days: [1, 0], from: 0, to: 5 }], [{ days: [0, 1], from: 0, to: 5 }])).toBe(true);
  expect(sameSpans([NIGHT], [])).toBe(false);
});
