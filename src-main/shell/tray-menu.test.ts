import { expect, test } from 'vitest';
import type { Amount } from '../../src-shared/domain/ids.ts';
import type { Activity } from '../../src-shared/domain/node.ts';
import { trayMenu, untilTomorrow, type PauseKind } from './tray-menu.ts';

const chosen: PauseKind[] = [];
const actions = {
  open: () => undefined,
  pause: (kind: PauseKind) => void chosen.push(kind),
  resume: () => undefined,
  quit: () => undefined,
};
const activity: Activity = {
  state: 'waiting',
  code: 'X',
  title: 'Waiting for work',
  why: 'Nobody asks for your models now.',
};
const decision = (code: string) => ({ act: 'run', duty: 1, code, why: 'Why.', lookAgainAt: null }) as const;
const card = (code: string) => ({ kind: 'gpu', decision: decision(code) }) as const;
const labels = (menu: ReturnType<typeof trayMenu>): Array<string | undefined> =>
  menu.map(({ label }) => label?.slice(0, 30));

test('the sentence first, then earnings, then what one can do about it', () => {
  const menu = trayMenu({ activity, today: '1500000000000000000' as Amount, devices: [card('NO_WORK')] }, actions);
  expect(labels(menu)).toEqual([
    'Waiting for work',
    'Nobody asks for your models no',
    'Earned today: 1.5 MOOT',
    undefined,
    'Open Folkmoot',
    'Pause for 1 hour',
    'Pause until tomorrow at 8:00',
    'Finish what runs, then pause',
    'Pause graphics cards only',
    undefined,
    'Stop and quit',
  ]);
  for (const { label, click } of menu) if (label?.includes('ause')) (click as unknown as () => void)();
  expect(chosen).toEqual(['hour', 'tomorrow', 'finish', 'cards']);
});

test('the reason is there in whole words, and below it what would change it', () => {
  const shown = (why: string, change?: string): unknown[] =>
    trayMenu(
      { activity: { ...activity, why, ...(change !== undefined && { change }) }, today: null, devices: [] },
      actions,
    )
      .slice(1)
      .filter(({ enabled }) => enabled === false)
      .map(({ label }) => label);
  const why = 'The graphics card is at 91 °C, and 80 °C is its target, so it waits until it has cooled down by itself.';
  expect(shown(why, 'It goes on below 75 °C.')).toEqual([
    'The graphics card is at 91 °C, and 80 °C is its target, so it waits until it has',
    'cooled down by itself.',
    'It goes on below 75 °C.',
  ]);
  expect(shown('Short.')).toEqual(['Short.']);
  expect(shown('w'.repeat(200))).toEqual(['w'.repeat(80), `${'w'.repeat(79)}…`]);
});

test('resume where something is paused; cards only where there are some', () => {
  const none = { today: null, devices: [] };
  expect(labels(trayMenu({ ...none, activity: { ...activity, state: 'paused' } }, actions))).toContain('Resume work');
  expect(labels(trayMenu({ ...none, activity }, actions))).not.toContain('Pause graphics cards only');
  expect(labels(trayMenu({ ...none, activity, devices: [card('UNUSABLE')] }, actions))).not.toContain(
    'Pause graphics cards only',
  );
  const paused = labels(trayMenu({ ...none, activity, devices: [card('PAUSED')] }, actions));
  expect(paused).toContain('Resume work');
  expect(paused).not.toContain('Pause graphics cards only');
});

test('tomorrow begins at 8:00, also late at night', () => {
  const at = (hour: number, minute: number): number => new Date(2026, 10, 21, hour, minute).getTime();
  expect(untilTomorrow(at(20, 0))).toBe(12 * 3_600_000);
  expect(untilTomorrow(at(0, 30))).toBe(31.5 * 3_600_000);
});
