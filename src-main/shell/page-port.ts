import type { IpcMain, IpcMainEvent, WebContents } from 'electron';
import { serveBridge, type HostOptions } from '../../src-shared/bridge/host.ts';
import type { Port } from '../../src-shared/bridge/port.ts';
import type { Log } from '../log.ts';
import { isOwn } from './app-address.ts';

export const TO_HOST = 'folkmoot:to-host';
export const TO_CLIENT = 'folkmoot:to-client';

export interface PageBridgeOptions {
  readonly ipc: Pick<IpcMain, 'on' | 'off'>;
  readonly contents: WebContents;
  readonly bridge: HostOptions;
  readonly log: Log;
}

interface PagePort extends Port {
  deliver(message: unknown): void;
  /** The page is gone; what still wants to answer it is dropped. */
  end(): void;
}

function pagePort(contents: WebContents, onRefused: () => void): PagePort {
  const messages: Array<(message: unknown) => void> = [];
  const closes: Array<() => void> = [];
  let open = true;
  const end = (): void => {
    if (!open) return;
    open = false;
    for (const listener of closes) listener();
  };
  return {
    send: (message) => {
      // The same values as over a socket: JSON, nothing else.
      if (open && !contents.isDestroyed()) contents.send(TO_CLIENT, JSON.parse(JSON.stringify(message)));
    },
    onMessage: (listener) => void messages.push(listener),
    onClose: (listener) => void closes.push(listener),
    close: () => {
      if (!open) return;
      end();
      onRefused();
    },
    deliver: (message) => {
      if (open) for (const listener of messages) listener(message);
    },
    end,
  };
}

/**
 * Serves the bridge to the one page of a window. Each load of the page is a front end of its own: numbers of its calls
 * start anew, so answers meant for the page before must not reach it. Messages of any other sender are dropped.
 * @returns what ends it.
 */
export function servePage({ ipc, contents, bridge, log }: PageBridgeOptions): () => void {
  let current: PagePort | undefined;
  const fresh = (): void => {
    current?.end();
    current = pagePort(contents, () => {
      log('shell: the interface sent what is no call; it is loaded anew');
      if (!contents.isDestroyed()) contents.reload();
    });
    serveBridge(current, bridge);
  };
  const receive = (event: IpcMainEvent, message: unknown): void => {
    const frame = event.senderFrame;
    if (event.sender !== contents || frame === null || frame.parent !== null || !isOwn(frame.url)) {
      log('shell: a message from a page that is not ours was dropped');
      return;
    }
    current?.deliver(message);
  };
  const end = (): void => {
    current?.end();
    ipc.off(TO_HOST, receive);
  };
  contents.on('did-start-navigation', (details) => {
    if (details.isMainFrame && !details.isSameDocument) fresh();
  });
  contents.once('destroyed', end);
  ipc.on(TO_HOST, receive);
  return end;
}
