import { join } from 'node:path';
import { app, dialog, ipcMain, Menu, protocol, session } from 'electron';
import { createClient } from '../../src-shared/bridge/client.ts';
import { serveBridge } from '../../src-shared/bridge/host.ts';
import { memoryPorts } from '../../src-shared/bridge/port.ts';
import { toErrorView } from '../../src-shared/domain/errors.ts';
import { ensureProfile, hostNode, logFile, type HostedNode } from '../control/index.ts';
import { lastWords } from '../diagnostics/last-words.ts';
import type { Log } from '../log.ts';
import { createNode } from '../node.ts';
import { StaticFiles } from '../rig/index.ts';
import { SCHEME } from './app-address.ts';
import { hardenContents, hardenSession } from './harden.ts';
import { interfaceFiles } from './interface-files.ts';
import { loadInterface, makeWindow, showWindow } from './main-window.ts';
import { servePage } from './page-port.ts';
import { shellSession } from './power.ts';
import { shellOptions, type ShellOptions } from './shell-options.ts';
import { showTray } from './tray.ts';
import { utilitySpawner } from './utility-spawner.ts';

/**
 * The desktop app: one node, one window, one icon in the tray. The first, synchronous part is what Electron wants
 * before it is ready. @param entries folder of the built entries (`out/main`).
 */
export async function runShell(entries: string): Promise<void> {
  const options = shellOptions(process.argv.slice(app.isPackaged ? 1 : 2));
  ensureProfile(options.profile);
  // Chromium's files lie in the profile, too; its single instance lock is then one per profile.
  app.setPath('userData', join(options.profile, 'browser'));
  if (!app.requestSingleInstanceLock()) {
    process.stderr.write('Folkmoot is already running on this profile; its window was brought to the front.\n');
    return app.exit(0);
  }
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
  hardenContents(app);
  await app.whenReady();

  const log = logFile(options.profile);
  lastWords(log);
  if (options.unknown.length > 0) log(`shell: these words mean nothing here: ${options.unknown.join(' ')}`);
  try {
    await open(entries, options, log);
  } catch (error) {
    const { code, message, remedy } = toErrorView(error);
    log(`shell: ${code}: ${message}`);
    dialog.showErrorBox('Folkmoot cannot start', remedy === undefined ? message : `${message}\n\n${remedy}`);
    app.exit(1);
  }
}

async function open(entries: string, options: ShellOptions, log: Log): Promise<void> {
  const developing = !app.isPackaged;
  const resources = developing ? join(entries, '../../resources') : join(process.resourcesPath, 'resources');
  // The peers of the sandbox are processes of their own and look here.
  process.env['FOLKMOOT_RESOURCES'] = resources;
  const { profile, network, peers, hidden } = options;
  const config = {
    profile,
    host: 'desktop',
    network,
    peers,
    resources,
    spawner: utilitySpawner(entries),
    log,
    session: shellSession(log),
  } as const;
  const hosted = await hostNode({ config, create: createNode });
  const quit = quitOnce(hosted, log);

  hardenSession(session.defaultSession, developing, log);
  session.defaultSession.protocol.handle(SCHEME, interfaceFiles(new StaticFiles(join(entries, '../renderer'))));
  if (process.platform !== 'darwin') Menu.setApplicationMenu(null);
  const window = makeWindow({ entries, resources, hidden, developing, staysInTray: () => !quit.begun(), log });
  servePage({ ipc: ipcMain, contents: window.webContents, bridge: hosted.node.bridge, log });
  app.on('second-instance', () => showWindow(window));
  app.on('activate', () => showWindow(window));

  const [front, back] = memoryPorts();
  serveBridge(back, hosted.node.bridge);
  const tray = showTray(resources, createClient(front), { open: () => showWindow(window), quit: () => app.quit() });
  app.once('will-quit', () => tray.destroy());
  void hosted.node.stopRequested.then(() => app.quit());

  // A stage that failed is shown by the interface, with its cause; the app stays open for it.
  hosted.start().catch((error: unknown) => log(`the node did not start: ${toErrorView(error).message}`));
  await loadInterface(window).catch((error: unknown) => {
    // Closed while it was loading: no failure, its owner has changed their mind.
    if (!quit.begun()) throw error;
  });
}

/** Every way out leads through the node's orderly, bounded stop. */
function quitOnce(hosted: HostedNode, log: Log): { begun(): boolean } {
  let begun = false;
  let done = false;
  app.on('before-quit', (event) => {
    if (done) return;
    event.preventDefault();
    if (begun) return;
    begun = true;
    const left = (clean: boolean): void => {
      done = true;
      app.exit(clean ? 0 : 1);
    };
    hosted.stop().then(left, (error: unknown) => {
      log(`the node was left behind: ${toErrorView(error).message}`);
      left(false);
    });
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => app.quit());
  // The default would quit when the window closes; here the tray goes on.
  app.on('window-all-closed', () => undefined);
  return { begun: () => begun };
}
