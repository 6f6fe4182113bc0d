import type { MenuItemConstructorOptions } from 'electron';
import type { Activity } from '../../src-shared/domain/node.ts';

export interface TrayActions {
  readonly open: () => void;
  readonly pause: () => void;
  readonly resume: () => void;
  readonly quit: () => void;
}

/** Longest line that menus show well. */
const MAX = 80;

export function trayMenu(activity: Activity, actions: TrayActions): MenuItemConstructorOptions[] {
  const paused = activity.state === 'paused';
  return [
    { label: activity.title, enabled: false },
    { label: activity.why.length > MAX ? `${activity.why.slice(0, MAX - 1)}…` : activity.why, enabled: false },
    { type: 'separator' },
    { label: 'Open Folkmoot', click: actions.open },
    paused ? { label: 'Resume work', click: actions.resume } : { label: 'Pause for 1 hour', click: actions.pause },
    { type: 'separator' },
    { label: 'Stop and quit', click: actions.quit },
  ];
}
