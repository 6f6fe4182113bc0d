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
  why: 'w'.repeat(200),
};
const decision = (code: string) => ({ act: 'run', duty: 1, code, why: 'Why.', lookAgainAt: null }) as const;
const card = (code: string) => ({ kind: 'gpu', decision: decision(code) }) as const;
const labels = (menu: ReturnType<typeof trayMenu>): Array<string | undefined> =>
  menu.map(({ label }) => label?.slice(0, 30));

test('the sentence first, then earnings, then what one can do about it', () => {
  const menu = trayMenu({ activity, today: '1500000000000000000' as Amount, devices: [card('NO_WORK')] }, actions);
  expect(labels(menu)).toEqual([
    'Waiting for work',
    'w'.repeat(30),
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
  expect(menu[1]?.label).toHaveLength(80);
  for (const { label, click } of menu) if (label?.includes('ause')) (click as unknown as () => void)();
  expect(chosen).toEqual(['hour', 'tomorrow', 'finish', 'cards']);
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
