import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { app } from './app.mjs';
import { browser } from './browser.mjs';
import { answerRequest, defaultSession, inward, outward } from './session.mjs';
import { preloadScript } from './preload.mjs';

const handlers = new Map();
class IpcMain extends EventEmitter {
  handle(channel, handler) {
    if (handlers.has(channel)) throw new Error(`Attempted to register a second handler for ${channel}`);
    handlers.set(channel, handler);
  }
  removeHandler(channel) {
    handlers.delete(channel);
  }
}
export const ipcMain = new IpcMain();

class WebContents extends EventEmitter {
  session = defaultSession;
  #window;
  /** Messages reach the page in their order. */
  #line = Promise.resolve();

  constructor(window) {
    super();
    this.#window = window;
  }
  send(channel, ...args) {
    this.#line = this.#line
      .then(() => this.#window.page.evaluate(([name, values]) => globalThis.__dispatch(name, values), [channel, args]))
      .catch(() => {});
  }
  reload() {
    this.emit('did-start-navigation', { isMainFrame: true, isSameDocument: false, url: this.#window.address });
    this.#window.page?.reload().catch(() => {});
  }
  isDestroyed() {
    return this.#window.isDestroyed();
  }
  setWindowOpenHandler() {}
  openDevTools() {}
}

const all = new Set();

export class BrowserWindow extends EventEmitter {
  static getAllWindows() {
    return [...all];
  }

  #destroyed = false;
  #visible = false;

  constructor(options = {}) {
    super();
    this.options = options;
    this.#visible = options.show !== false;
    this.webContents = new WebContents(this);
    all.add(this);
    this.ready = this.#open();
    // Said where it is waited for.
    this.ready.catch(() => {});
    app.emit('web-contents-created', {}, this.webContents);
  }

  async #open() {
    const context = (await browser()).contexts()[0];
    this.page = await context.newPage();
    const { width = 800, height = 600, webPreferences } = this.options;
    await this.page.setViewportSize({ width, height });
    this.page.on('console', (message) => console.log('[renderer]', message.type(), message.text()));
    this.page.on('pageerror', (error) => console.log('[renderer] error', error.message));
    await this.page.route('**/*', answerRequest);
    await this.page.exposeBinding('__ipc', (source, kind, channel, args) => this.#receive(source, kind, channel, args));
    if (webPreferences?.preload)
      await this.page.addInitScript({ content: preloadScript(readFileSync(webPreferences.preload, 'utf8')) });
  }

  async #receive({ frame }, kind, channel, args) {
    const event = { sender: this.webContents, senderFrame: { url: outward(frame.url()), parent: frame.parentFrame() } };
    if (kind === 'send') {
      ipcMain.emit(channel, event, ...args);
      return {};
    }
    const handler = handlers.get(channel);
    if (handler === undefined) return { err: `No handler registered for '${channel}'` };
    try {
      return { ok: await handler(event, ...args) };
    } catch (error) {
      return { err: String(error) };
    }
  }

  async loadURL(url) {
    await this.ready;
    this.address = url;
    this.webContents.emit('did-start-navigation', { isMainFrame: true, isSameDocument: false, url });
    await this.page.goto(inward(url));
    this.emit('ready-to-show');
  }

  show() {
    this.#visible = true;
  }
  hide() {
    this.#visible = false;
  }
  focus() {}
  restore() {}
  isVisible() {
    return this.#visible;
  }
  isMinimized() {
    return false;
  }
  isDestroyed() {
    return this.#destroyed;
  }
  close() {
    let prevented = false;
    this.emit('close', { preventDefault: () => (prevented = true) });
    if (prevented) return;
    this.#destroyed = true;
    all.delete(this);
    this.webContents.emit('destroyed');
    this.page?.close().catch(() => {});
    this.emit('closed');
    if (all.size === 0) app.emit('window-all-closed');
  }
}
