import { EventEmitter } from 'node:events';
import os from 'node:os';
import path from 'node:path';
import { closeBrowser } from './browser.mjs';

class App extends EventEmitter {
  isPackaged = false;
  /** Not Electron's: a browser that ends now ends rightly. */
  exiting = false;
  #paths = new Map();

  whenReady() {
    return Promise.resolve();
  }
  isReady() {
    return true;
  }
  getPath(name) {
    return this.#paths.get(name) ?? path.join(os.tmpdir(), 'stand-in', name);
  }
  setPath(name, value) {
    this.#paths.set(name, value);
  }
  getName() {
    return 'stand-in';
  }
  getVersion() {
    return '0';
  }
  requestSingleInstanceLock() {
    return true;
  }
  quit() {
    let prevented = false;
    this.emit('before-quit', { preventDefault: () => (prevented = true) });
    if (!prevented) this.exit(0);
  }
  exit(code = 0) {
    this.exiting = true;
    this.emit('will-quit', {});
    this.emit('quit', {}, code);
    closeBrowser().finally(() => process.exit(code));
  }
}

export const app = new App();
