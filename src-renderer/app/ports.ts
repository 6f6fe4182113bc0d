import type { Port } from '../../src-shared/bridge/port.ts';
import { KEY_PROTOCOL, NO_KEY_CODE, PROTOCOL } from '../../src-shared/bridge/rig-key.ts';
import { askForKey, key } from './rig-key.ts';

/** What the preload puts on the window; see src-preload/index.ts. */
interface PreloadBridge {
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): () => void;
}

declare global {
  interface Window {
    readonly folkmoot?: PreloadBridge;
  }
}

/** The way to the node: Electron's preload when there is one, else a WebSocket to the rig that served this page. */
export function openPort(): Promise<Port> {
  return window.folkmoot === undefined ? webSocketPort() : Promise.resolve(preloadPort(window.folkmoot));
}

function preloadPort(preload: PreloadBridge): Port {
  const stops: Array<() => void> = [];
  const closed: Array<() => void> = [];
  return {
    send: (message) => preload.send(message),
    onMessage: (listener) => void stops.push(preload.onMessage(listener)),
    onClose: (listener) => void closed.push(listener),
    close: () => {
      for (const stop of stops.splice(0)) stop();
      for (const listener of closed.splice(0)) listener();
    },
  };
}

/** Resolves once the socket is open; rejects when nobody answers. */
function webSocketPort(): Promise<Port> {
  const scheme = window.location.protocol === 'https:' ? 'wss' : 'ws';
  const socket = new WebSocket(`${scheme}://${window.location.host}/bridge`, [
    PROTOCOL,
    `${KEY_PROTOCOL}${key() ?? ''}`,
  ]);
  socket.addEventListener('close', ({ code }) => {
    if (code === NO_KEY_CODE) askForKey();
  });
  return new Promise((resolve, reject) => {
    socket.addEventListener('error', () => reject(new Error('The node does not answer.')), { once: true });
    socket.addEventListener('close', () => reject(new Error('The node closed the connection.')), { once: true });
    socket.addEventListener('open', () =>
      resolve({
        send: (message) => socket.send(JSON.stringify(message)),
        onMessage: (listener) =>
          socket.addEventListener('message', (event) => {
            if (typeof event.data === 'string') listener(JSON.parse(event.data));
          }),
        onClose: (listener) => socket.addEventListener('close', listener, { once: true }),
        close: () => socket.close(),
      }),
    );
  });
}
