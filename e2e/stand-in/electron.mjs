// The part of Electron's interface that the shell uses. Adding to it: only what src-main/shell calls.
import { EventEmitter } from 'node:events';
import { app } from './app.mjs';
import { browser } from './browser.mjs';
import { defaultSession } from './session.mjs';
import { utilityProcess } from './utility-process.mjs';
import { BrowserWindow, ipcMain } from './windows.mjs';

// Playwright waits for it, window or not.
browser().catch((error) => {
  if (app.exiting) return;
  console.error(String(error));
  process.exit(1);
});

class Tray extends EventEmitter {
  static all = [];
  constructor(image) {
    super();
    this.image = image;
    Tray.all.push(this);
  }
  setToolTip(text) {
    this.tooltip = text;
  }
  setContextMenu(menu) {
    this.menu = menu;
  }
  setImage() {}
  destroy() {}
}

class Notification extends EventEmitter {
  static isSupported() {
    return false;
  }
  show() {}
  close() {}
}

const Menu = { buildFromTemplate: (template) => ({ items: template }), setApplicationMenu() {} };
const nativeImage = {
  createFromPath: (file) => ({ isEmpty: () => false, path: file }),
  createEmpty: () => ({ isEmpty: () => true }),
};
const dialog = {
  showErrorBox: (title, text) => console.error(`${title}\n${text}`),
  showMessageBox: async () => ({ response: 0 }),
};
const powerMonitor = new EventEmitter();
const protocol = { registerSchemesAsPrivileged() {} };
const session = { defaultSession };
const safeStorage = { isEncryptionAvailable: () => false };
const shell = { openExternal: async () => {} };
const webContents = {
  fromDevToolsTargetId: () => null,
  getAllWebContents: () => BrowserWindow.getAllWindows().map((window) => window.webContents),
};

const electron = {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  nativeImage,
  Notification,
  powerMonitor,
  protocol,
  safeStorage,
  session,
  shell,
  Tray,
  utilityProcess,
  webContents,
};
export {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  nativeImage,
  Notification,
  powerMonitor,
  protocol,
  safeStorage,
  session,
  shell,
  Tray,
  utilityProcess,
  webContents,
};
export default electron;
