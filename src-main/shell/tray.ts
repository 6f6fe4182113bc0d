import { join } from 'node:path';
import { Menu, nativeImage, Tray } from 'electron';
import type { BridgeClient } from '../../src-shared/bridge/client.ts';
import { applyEvent, type Snapshot } from '../../src-shared/bridge/state.ts';
import { trayMenu, untilTomorrow, type PauseKind, type TrayActions } from './tray-menu.ts';

/** The node's one sentence, always in sight, and what one wants of it. Kept current by the bridge itself. */
export function showTray(resources: string, client: BridgeClient, actions: Pick<TrayActions, 'open' | 'quit'>): Tray {
  const name = process.platform === 'darwin' ? 'trayTemplate.png' : 'tray.png';
  const tray = new Tray(nativeImage.createFromPath(join(resources, 'icons', name)));
  let state: Snapshot | undefined;
  const pause = (kind: PauseKind): void => {
    if (kind === 'hour') void client.call('policy.pause', { forMs: 3_600_000 });
    else if (kind === 'tomorrow') void client.call('policy.pause', { forMs: untilTomorrow(Date.now()) });
    else if (kind === 'finish') void client.call('policy.pause', { forMs: null, finish: true });
    else
      for (const { id, kind: device } of state?.machine.devices ?? [])
        if (device === 'gpu') void client.call('policy.pause', { forMs: null, device: id });
  };
  const all: TrayActions = { ...actions, pause, resume: () => void client.call('policy.resume', {}) };
  let said = '';
  const update = (next: Snapshot): void => {
    state = next;
    const { activity, earnings, machine } = next;
    const entries = trayMenu({ activity, today: earnings.today, devices: machine.devices }, all);
    // Rebuilding a menu that is open closes it: only when it would look different.
    const look = JSON.stringify(entries);
    if (look === said) return;
    said = look;
    tray.setToolTip(`Folkmoot: ${activity.title}`);
    tray.setContextMenu(Menu.buildFromTemplate(entries));
  };
  tray.on('click', actions.open);
  client.open(update, (event) => state !== undefined && update(applyEvent(state, event)));
  return tray;
}
