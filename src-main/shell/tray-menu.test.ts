import { expect, test } from 'vitest';
import type { Activity } from '../../src-shared/domain/node.ts';
import { trayMenu } from './tray-menu.ts';

const actions = { open: () => undefined, pause: () => undefined, resume: () => undefined, quit: () => undefined };
const activity: Activity = {
  state: 'waiting',
  code: 'X',
  title: 'Waiting for work',
  why: 'w'.repeat(200),
};

test('the sentence first, then what one can do about it', () => {
  const menu = trayMenu(activity, actions);
  expect(menu.map(({ label, enabled }) => [label?.slice(0, 20), enabled])).toEqual([
    ['Waiting for work', false],
    ['w'.repeat(20), false],
    [undefined, undefined],
    ['Open Folkmoot', undefined],
    ['Pause for 1 hour', undefined],
    [undefined, undefined],
    ['Stop and quit', undefined],
  ]);
  expect(menu[1]?.label).toHaveLength(80);
  expect(menu[4]?.click).toBe(actions.pause);
  expect(trayMenu({ ...activity, state: 'paused' }, actions)[4]).toEqual({
    label: 'Resume work',
    click: actions.resume,
  });
});
