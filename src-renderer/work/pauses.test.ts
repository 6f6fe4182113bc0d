import { expect, test } from 'vitest';
import { nextMorning, pauseChoices } from './pauses.ts';

const at = (hours: number, minutes = 0): number => new Date(2026, 10, 21, hours, minutes).getTime();

test('tomorrow is after the coming night', () => {
  expect(new Date(nextMorning(at(19))).getDate()).toBe(22);
  expect(new Date(nextMorning(at(9))).getDate()).toBe(22);
  expect(new Date(nextMorning(at(2))).getDate()).toBe(21);
});

test('each pause is named by its end and lasts until then', () => {
  const [hour, morning, open] = pauseChoices(at(19, 12), 'en-GB');
  expect(hour).toEqual({ label: '1 hour, until 20:12', forMs: 3_600_000 });
  expect(morning?.label).toBe('Until tomorrow, 08:00');
  expect(at(19, 12) + (morning?.forMs ?? 0)).toBe(nextMorning(at(19, 12)));
  expect(open?.forMs).toBeNull();
  expect(pauseChoices(at(2), 'en-GB')[1]?.label).toBe('Until this morning, 08:00');
});
