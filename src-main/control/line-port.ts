import type { Socket } from 'node:net';
import type { Port } from '../../src-shared/bridge/port.ts';

/** A longer line ends the connection before it is held in memory. */
export const MAX_LINE_BYTES = 2 * 1024 * 1024;
const NEWLINE = 0x0a;

/** JSON values over a stream socket, one per line. What is not JSON, or too long, ends the connection. */
export function linePort(socket: Socket): Port {
  const listeners: Array<(message: unknown) => void> = [];
  let parts: Buffer[] = [];
  let held = 0;
  const state = { open: true };

  const close = (): void => {
    if (!state.open) return;
    state.open = false;
    // A peer that does not read must not keep the socket alive through `end`.
    if (socket.writableLength === 0) socket.end();
    else socket.destroy();
  };
  const deliver = (line: string): void => {
    let message: unknown;
    try {
      message = JSON.parse(line);
    } catch {
      return close();
    }
    // A copy: the handshake adds the bridge's listener while its own line is being delivered.
    const present = listeners.slice();
    for (const listener of present) listener(message);
  };
  const keep = (chunk: Buffer): boolean => {
    held += chunk.length;
    if (held > MAX_LINE_BYTES) {
      state.open = false;
      socket.destroy();
      return false;
    }
    if (chunk.length > 0) parts.push(chunk);
    return true;
  };

  socket.on('data', (data: Buffer) => {
    let from = 0;
    for (let at = data.indexOf(NEWLINE); at >= 0 && state.open; at = data.indexOf(NEWLINE, from)) {
      if (!keep(data.subarray(from, at))) return;
      from = at + 1;
      const line = Buffer.concat(parts).toString('utf8');
      parts = [];
      held = 0;
      deliver(line);
    }
    if (state.open) keep(data.subarray(from));
  });
  socket.on('error', () => socket.destroy());
  socket.on('close', () => (state.open = false));

  return {
    send: (message) => {
      if (state.open) socket.write(`${JSON.stringify(message)}\n`);
    },
    onMessage: (listener) => void listeners.push(listener),
    onClose: (listener) => void socket.once('close', () => listener()),
    close,
    buffered: () => socket.writableLength,
  };
}
