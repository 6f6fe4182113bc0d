import type { MenuItemConstructorOptions } from 'electron';
import { shortMoot } from '../../src-shared/domain/amounts.ts';
import type { Amount } from '../../src-shared/domain/ids.ts';
import type { DeviceView } from '../../src-shared/domain/machine.ts';
import type { Activity } from '../../src-shared/domain/node.ts';

/** Ends of a pause; what it is called says when it ends. */
export type PauseKind = 'hour' | 'tomorrow' | 'finish' | 'cards';

export interface TrayActions {
  readonly open: () => void;
  readonly pause: (kind: PauseKind) => void;
  readonly resume: () => void;
  readonly quit: () => void;
}

/** What the tray shows; figures that are not at hand are null. */
export interface TrayState {
  readonly activity: Activity;
  readonly today: Amount | null;
  readonly devices: readonly Pick<DeviceView, 'kind' | 'decision'>[];
}

/** Longest line that menus show well, and how many of them a sentence may take. */
const MAX = 80;
const LINES = 2;

export function trayMenu({ activity, today, devices }: TrayState, actions: TrayActions): MenuItemConstructorOptions[] {
  const paused = activity.state === 'paused';
  const cards = devices.filter(({ kind, decision }) => kind === 'gpu' && decision.code !== 'UNUSABLE');
  const cardPaused = cards.some(({ decision }) => decision.code === 'PAUSED');
  const pause = (kind: PauseKind, label: string): MenuItemConstructorOptions => ({
    label,
    click: () => actions.pause(kind),
  });
  const resume: MenuItemConstructorOptions = { label: 'Resume work', click: actions.resume };
  return [
    { label: activity.title, enabled: false },
    ...[activity.why, activity.change ?? ''].flatMap(wrapped).map((label) => ({ label, enabled: false })),
    ...(today === null ? [] : [{ label: `Earned today: ${shortMoot(today)} MOOT`, enabled: false }]),
    { type: 'separator' },
    { label: 'Open Folkmoot', click: actions.open },
    ...(paused
      ? [resume]
      : [
          ...(cardPaused ? [resume] : []),
          pause('hour', 'Pause for 1 hour'),
          pause('tomorrow', 'Pause until tomorrow at 8:00'),
          pause('finish', 'Finish what runs, then pause'),
          ...(cards.length > 0 && !cardPaused ? [pause('cards', 'Pause graphics cards only')] : []),
        ]),
    { type: 'separator' },
    { label: 'Stop and quit', click: actions.quit },
  ];
}

/** Lines of whole words; what does not fit into them is cut. None for an empty text. */
function wrapped(text: string): readonly string[] {
  const lines: string[] = [];
  for (let rest = text.trim(); rest !== '';) {
    const last = lines.length === LINES - 1;
    if (rest.length <= MAX || last) {
      lines.push(rest.length <= MAX ? rest : `${rest.slice(0, MAX - 1)}…`);
      break;
    }
    const space = rest.lastIndexOf(' ', MAX);
    const end = space > 0 ? space : MAX;
    lines.push(rest.slice(0, end));
    rest = rest.slice(end).trim();
  }
  return lines;
}

/** Milliseconds until 8:00 of the next day, local time. */
export function untilTomorrow(now: number): number {
  const date = new Date(now);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1, 8).getTime() - now;
}
