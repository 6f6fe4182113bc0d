import { join } from 'node:path';
import { BrowserWindow } from 'electron';
import type { Log } from '../log.ts';
import { START } from './app-address.ts';
import { CrashWatch } from './crash-watch.ts';

export interface WindowOptions {
  readonly entries: string;
  readonly resources: string;
  readonly hidden: boolean;
  readonly developing: boolean;
  /** False while the app is quitting: then closing is closing. */
  readonly staysInTray: () => boolean;
  readonly log: Log;
}

/** The one window. Closing it leaves the node running in the tray. The page is loaded by the caller, once it is served. */
export function makeWindow({ entries, resources, hidden, developing, staysInTray, log }: WindowOptions): BrowserWindow {
  const window = new BrowserWindow({
    width: 1180,
    height: 800,
    minWidth: 720,
    minHeight: 480,
    show: false,
    title: 'Folkmoot',
    backgroundColor: '#faf8f4',
    icon: join(resources, 'icons', 'folkmoot.png'),
    webPreferences: {
      preload: join(entries, '../preload/index.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      spellcheck: false,
      devTools: developing,
    },
  });
  const crashes = new CrashWatch();
  if (!hidden) window.once('ready-to-show', () => window.show());
  window.on('close', (event) => {
    if (!staysInTray()) return;
    event.preventDefault();
    window.hide();
  });
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    log(`shell: the interface ended (${reason})`);
    if (reason === 'clean-exit') return;
    const pause = crashes.ended();
    if (pause === null) return log('shell: the interface ends again and again; it is loaded when somebody opens it');
    setTimeout(() => !window.isDestroyed() && window.webContents.reload(), pause);
  });
  window.on('show', () => crashes.wanted() && window.webContents.reload());
  return window;
}

export function loadInterface(window: BrowserWindow): Promise<void> {
  return window.loadURL(START);
}

export function showWindow(window: BrowserWindow): void {
  if (window.isDestroyed()) return;
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}
