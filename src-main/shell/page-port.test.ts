import { EventEmitter } from 'node:events';
import type { IpcMain, WebContents } from 'electron';
import { expect, test } from 'vitest';
import { createClient } from '../../src-shared/bridge/client.ts';
import type { HostOptions } from '../../src-shared/bridge/host.ts';
import type { Port } from '../../src-shared/bridge/port.ts';
import { bridgeCompliance } from '../../src-shared/bridge/test-compliance.ts';
import { testHost } from '../../src-shared/bridge/test-host.ts';
import { START } from './app-address.ts';
import { servePage, TO_CLIENT, TO_HOST } from './page-port.ts';

/** Electron's two ends without Electron: what the page sends, and what it hears. */
class Page extends EventEmitter {
  readonly ipc = new EventEmitter();
  readonly lines: string[] = [];
  frame: { url: string; parent: unknown } | null = { url: START, parent: null };
  reloads = 0;
  readonly contents = Object.assign(new EventEmitter(), {
    isDestroyed: () => false,
    send: (channel: string, message: unknown) => queueMicrotask(() => this.emit(channel, message)),
    reload: () => {
      this.reloads++;
      this.navigate();
    },
  });

  constructor(bridge: HostOptions) {
    super();
    const contents = this.contents as unknown as WebContents;
    servePage({ ipc: this.ipc as unknown as IpcMain, contents, bridge, log: (line) => this.lines.push(line) });
    this.navigate();
  }

  navigate(details = { isMainFrame: true, isSameDocument: false }): void {
    this.emit('closed');
    this.contents.emit('did-start-navigation', details);
  }

  send(message: unknown, sender: unknown = this.contents): void {
    queueMicrotask(() =>
      this.ipc.emit(TO_HOST, { sender, senderFrame: this.frame }, JSON.parse(JSON.stringify(message))),
    );
  }

  port(): Port {
    return {
      send: (message) => this.send(message),
      onMessage: (listener) => void this.on(TO_CLIENT, listener),
      onClose: (listener) => void this.once('closed', listener),
      close: () => this.navigate(),
    };
  }
}

bridgeCompliance('Electron messages', async (bridge) => {
  const page = new Page(bridge);
  return { port: page.port(), dispose: async () => void page.contents.emit('destroyed') };
});

test.each([
  ['another page', { url: 'https://evil.example/', parent: null }],
  ['a frame inside our page', { url: START, parent: {} }],
  ['a frame that is gone', null],
])('a message of %s is dropped and said', async (_who, frame) => {
  const host = testHost();
  const page = new Page(host.options);
  page.frame = frame;
  page.send({ t: 'call', id: 1, name: 'node.stop', input: {} });
  await new Promise(setImmediate);
  expect(host.calls).toEqual([]);
  expect(page.lines.join()).toContain('dropped');
});

test('a message of another window is dropped', async () => {
  const host = testHost();
  const page = new Page(host.options);
  page.send({ t: 'call', id: 1, name: 'node.stop', input: {} }, {});
  await new Promise(setImmediate);
  expect(host.calls).toEqual([]);
});

test('an answer for the page before does not reach the next, moves within a page change nothing', async () => {
  let release = (): void => undefined;
  const held = new Promise<null>((resolve) => (release = () => resolve(null)));
  const host = testHost({ 'wallet.lock': () => held });
  const page = new Page(host.options);
  const first = createClient(page.port());
  const pending = first.call('wallet.lock', {});
  await new Promise(setImmediate);
  page.contents.emit('did-start-navigation', { isMainFrame: true, isSameDocument: true });
  page.contents.emit('did-start-navigation', { isMainFrame: false, isSameDocument: false });
  page.navigate();
  expect(await pending).toMatchObject({ ok: false, error: { code: 'BRIDGE_CLOSED' } });
  const heard: unknown[] = [];
  page.on(TO_CLIENT, (message) => heard.push(message));
  release();
  await new Promise(setImmediate);
  expect(heard).toEqual([]);
});

test('a page that sends nonsense is loaded anew', async () => {
  const page = new Page(testHost().options);
  page.send('nonsense');
  await new Promise(setImmediate);
  expect(page.reloads).toBe(1);
});

test('after the window is gone nothing listens', () => {
  const page = new Page(testHost().options);
  page.contents.emit('destroyed');
  expect(page.ipc.listenerCount(TO_HOST)).toBe(0);
});
