import type { RawData, WebSocket } from 'ws';
import type { Port } from '../../src-shared/bridge/port.ts';

const CLOSE_MS = 1_000;
/** With this much unsent, a polite goodbye would wait behind it. */
const STUCK_BYTES = 64 * 1024;

/** Ends a connection politely, and within a second. */
export function closeSoon(socket: WebSocket, code: number): void {
  // `ws` closes by itself after an error; without a listener it would end the node.
  socket.on('error', () => undefined);
  socket.close(code);
  setTimeout(() => socket.terminate(), CLOSE_MS).unref();
}

/** JSON text messages over one WebSocket. Binary or broken messages end the connection. */
export function webSocketPort(socket: WebSocket): Port {
  const listeners: Array<(message: unknown) => void> = [];
  const close = (code = 1008): void => {
    if (socket.readyState >= socket.CLOSING) return;
    if (socket.bufferedAmount > STUCK_BYTES) return socket.terminate();
    closeSoon(socket, code);
  };
  socket.on('message', (data: RawData, isBinary: boolean) => {
    if (isBinary) return close(1003);
    let message: unknown;
    try {
      message = JSON.parse((data as Buffer).toString('utf8'));
    } catch {
      return close(1007);
    }
    for (const listener of listeners) listener(message);
  });
  // `ws` closes by itself after an error; without a listener it would end the node.
  socket.on('error', () => undefined);
  return {
    send: (message) => {
      if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
    },
    onMessage: (listener) => void listeners.push(listener),
    onClose: (listener) => void socket.once('close', () => listener()),
    close: () => close(),
    buffered: () => socket.bufferedAmount,
  };
}
