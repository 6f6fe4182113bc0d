import { createServer, STATUS_CODES, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { serveBridge, type HostOptions } from '../../src-shared/bridge/host.ts';
import { KEY_PROTOCOL, NO_KEY_CODE } from '../../src-shared/bridge/rig-key.ts';
import type { Log } from '../log.ts';
import type { Part } from '../part.ts';
import { listenError } from './errors.ts';
import { LoginTokens } from './login-tokens.ts';
import { createRequestHandler } from './rig-requests.ts';
import { MAX_SESSIONS, Sessions } from './sessions.ts';
import { StaticFiles } from './static-files.ts';
import { closeSoon, webSocketPort } from './web-socket-port.ts';

/** Never anything else: from afar one comes through an SSH tunnel (docs/hosts.md). */
const ADDRESS = '127.0.0.1';
export const MAX_MESSAGE_BYTES = 1024 * 1024;
const PING_MS = 30_000;
const MAX_CONNECTIONS = 128;

export interface RigOptions {
  readonly bridge: HostOptions;
  /** Folder with the built renderer (`out/renderer`). */
  readonly renderer: string;
  /** 0: the system chooses. */
  readonly port?: number;
  readonly log?: Log;
  readonly now?: () => number;
}

/** Serves the interface to browsers on this machine: files over HTTP, the bridge over a WebSocket. */
export class RigHost implements Part {
  readonly #options: RigOptions;
  readonly #tokens: LoginTokens;
  #server: Server | undefined;
  #sockets: WebSocketServer | undefined;
  #ping: NodeJS.Timeout | undefined;

  constructor(options: RigOptions) {
    this.#options = options;
    this.#tokens = new LoginTokens(options.now);
  }

  /** `http://127.0.0.1:port`, while it runs. */
  get origin(): string | undefined {
    const address = this.#server?.address() as AddressInfo | null | undefined;
    return address ? `http://${ADDRESS}:${address.port}` : undefined;
  }

  /** A fresh one-time address, good for ten minutes. undefined while the host does not run. */
  freshUrl(): string | undefined {
    return this.origin === undefined ? undefined : `${this.origin}/login?token=${this.#tokens.issue()}`;
  }

  /** @throws RigError `PORT_TAKEN`, `PORT_DENIED`, `NO_INTERFACE`. */
  async start(): Promise<void> {
    if (this.#server !== undefined) return;
    const { renderer, port = 0, now = Date.now } = this.#options;
    const files = new StaticFiles(renderer);
    const server = createServer({
      maxHeaderSize: 16_384,
      headersTimeout: 10_000,
      requestTimeout: 15_000,
      keepAliveTimeout: 5_000,
    });
    server.maxConnections = MAX_CONNECTIONS;
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error) => reject(listenError(error, port)));
      server.listen(port, ADDRESS, resolve);
    });
    const authority = `${ADDRESS}:${(server.address() as AddressInfo).port}`;
    const sessions = new Sessions((server.address() as AddressInfo).port);
    const sockets = new WebSocketServer({
      noServer: true,
      clientTracking: true,
      maxPayload: MAX_MESSAGE_BYTES,
      perMessageDeflate: false,
    });
    server.on('request', createRequestHandler({ authority, files, tokens: this.#tokens, sessions, now }));
    server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head, authority, sessions, sockets));
    this.#server = server;
    this.#sockets = sockets;
    this.#ping = setInterval(() => pingAll(sockets), PING_MS);
    this.#ping.unref();
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    clearInterval(this.#ping);
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of this.#sockets?.clients ?? []) socket.terminate();
    this.#sockets?.close();
    server.closeAllConnections();
    await closed;
  }

  #upgrade(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    authority: string,
    sessions: Sessions,
    sockets: WebSocketServer,
  ): void {
    socket.on('error', () => socket.destroy());
    const { host, origin, cookie, 'sec-websocket-protocol': protocols = '' } = request.headers;
    const refuse = (status: number): void => {
      socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    };
    if (host !== authority) return refuse(421);
    if (request.url !== '/bridge') return refuse(404);
    if (origin !== `http://${authority}`) return refuse(403);
    if (!sessions.knows(cookie)) return refuse(401);
    if (sockets.clients.size >= MAX_SESSIONS) return refuse(503);
    const key = protocols.split(/, */).find((each) => each.startsWith(KEY_PROTOCOL)) ?? '';
    sockets.handleUpgrade(request, socket, head, (client) => {
      if (!sessions.admits(cookie, key.slice(KEY_PROTOCOL.length))) return closeSoon(client, NO_KEY_CODE);
      watch(client);
      serveBridge(webSocketPort(client), this.#options.bridge);
    });
  }
}

const answering = new WeakSet<WebSocket>();

function watch(socket: WebSocket): void {
  answering.add(socket);
  socket.on('pong', () => answering.add(socket));
}

/** A laptop that went to sleep sends no goodbye: who did not answer the last ping is cut off. */
function pingAll(sockets: WebSocketServer): void {
  for (const socket of sockets.clients) {
    if (!answering.delete(socket)) socket.terminate();
    else socket.ping();
  }
}
