// oxlint-disable no-restricted-imports -- runs under Node, never in the window
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { WebSocketServer, type WebSocket } from 'ws';
import { serveBridge } from '../../src-shared/bridge/host.ts';
import type { Port } from '../../src-shared/bridge/port.ts';
import { handlersOf, worldOf } from './handlers.ts';
import { breathe } from './machine-calls.ts';
import { STATES, type StateName } from './states.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

export interface MockHost {
  readonly url: string;
  readonly world: ReturnType<typeof worldOf>;
  /** Cuts every connection and refuses new ones, as a stopped node would. */
  readonly cut: () => void;
  readonly mend: () => void;
  readonly close: () => Promise<void>;
}

/** Serves the built renderer over loopback, with a node that exists only in memory. */
export async function startMockHost(folder: string, state: StateName, port = 0): Promise<MockHost> {
  const world = worldOf(STATES[state]);
  breathe(world);
  let open = true;
  const server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://host').pathname);
    const file = join(folder, path === '/' ? 'index.html' : path);
    try {
      const body = await readFile(file);
      response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 1 << 20 });
  server.on('upgrade', (request, socket, head) => {
    if (!open || request.url !== '/bridge') return socket.destroy();
    sockets.handleUpgrade(request, socket, head, (socket) =>
      serveBridge(portOf(socket), {
        handlers: handlersOf(world),
        snapshot: () => world.snapshot,
        subscribe: world.subscribe,
        log: (line) => console.error(line),
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const sensors = setInterval(() => breathe(world), 1_000);
  const drop = (): void => {
    for (const socket of sockets.clients) socket.terminate();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    world,
    cut: () => {
      open = false;
      drop();
    },
    mend: () => {
      open = true;
    },
    close: () => {
      clearInterval(sensors);
      drop();
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function portOf(socket: WebSocket): Port {
  return {
    send: (message) => socket.send(JSON.stringify(message)),
    onMessage: (listener) => void socket.on('message', (data) => listener(JSON.parse(String(data)))),
    onClose: (listener) => void socket.on('close', listener),
    close: () => socket.close(),
    buffered: () => socket.bufferedAmount,
  };
}
