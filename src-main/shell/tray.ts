import { join } from 'node:path';
import { Menu, nativeImage, Tray } from 'electron';
import type { BridgeClient } from '../../src-shared/bridge/client.ts';
import type { Activity } from '../../src-shared/domain/node.ts';
import { trayMenu, type TrayActions } from './tray-menu.ts';

/** The node's one sentence, always in sight, and the four things one wants of it. Kept current by the bridge itself. */
export function showTray(resources: string, client: BridgeClient, actions: Pick<TrayActions, 'open' | 'quit'>): Tray {
  const name = process.platform === 'darwin' ? 'trayTemplate.png' : 'tray.png';
  const tray = new Tray(nativeImage.createFromPath(join(resources, 'icons', name)));
  const all: TrayActions = {
    ...actions,
    pause: () => void client.call('policy.pause', { forMs: 3_600_000 }),
    resume: () => void client.call('policy.resume', {}),
  };
  let said = '';
  const update = (activity: Activity): void => {
    const entries = trayMenu(activity, all);
    // Rebuilding a menu that is open closes it: only when it would look different.
    const look = JSON.stringify(entries);
    if (look === said) return;
    said = look;
    tray.setToolTip(`Folkmoot: ${activity.title}`);
    tray.setContextMenu(Menu.buildFromTemplate(entries));
  };
  tray.on('click', actions.open);
  client.open(
    (snapshot) => update(snapshot.activity),
    (event) => event.slice === 'activity' && update(event.value),
  );
  return tray;
}
