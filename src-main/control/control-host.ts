import { randomBytes } from 'node:crypto';
import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { serveBridge, type HostOptions } from '../../src-shared/bridge/host.ts';
import type { Port } from '../../src-shared/bridge/port.ts';
import type { Log } from '../log.ts';
import type { Part } from '../part.ts';
import { removeControlFile, writeControlFile } from './control-file.ts';
import { hello, sameSecret, type Welcome } from './handshake.ts';
import { linePort } from './line-port.ts';
import type { ProfileLock } from './profile-lock.ts';
import { socketPlace, type SocketPlace } from './socket-path.ts';

const HELLO_MS = 5_000;
const MAX_CONNECTIONS = 32;

export interface ControlOptions {
  /** Taken before, released after: the socket belongs to whoever holds the profile. */
  readonly lock: ProfileLock;
  readonly bridge: HostOptions;
  /** A fresh one-time address of the interface, if this node serves one. */
  readonly url?: () => string | undefined;
  readonly log?: Log;
}

/** Local socket over which the command line, and the sandbox's parent, talk to a running node. */
export class ControlHost implements Part {
  readonly #options: ControlOptions;
  readonly #sockets = new Set<Socket>();
  readonly #token = randomBytes(32).toString('hex');
  #server: Server | undefined;
  #place: SocketPlace | undefined;

  constructor(options: ControlOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    if (this.#server !== undefined) return;
    const { profile } = this.#options.lock;
    const place = socketPlace(profile);
    const server = createServer((socket) => this.#accept(socket));
    server.maxConnections = MAX_CONNECTIONS;
    this.#server = server;
    this.#place = place;
    // The lock is ours, so a socket that lies here was left by a crash.
    if (process.platform !== 'win32') rmSync(place.path, { force: true });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(place.path, resolve);
    });
    if (process.platform !== 'win32') chmodSync(place.path, 0o600);
    writeControlFile(profile, { version: 1, pid: process.pid, socket: place.path, token: this.#token });
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    removeControlFile(this.#options.lock.profile, this.#token);
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
    this.#place?.remove();
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    const port = linePort(socket);
    const tooLate = setTimeout(() => socket.destroy(), HELLO_MS);
    tooLate.unref();
    socket.once('close', () => clearTimeout(tooLate));
    let greeted = false;
    port.onMessage((message) => {
      if (greeted) return;
      greeted = true;
      clearTimeout(tooLate);
      this.#greet(port, socket, message);
    });
  }

  #greet(port: Port, socket: Socket, message: unknown): void {
    const parsed = hello.safeParse(message);
    if (!parsed.success || !sameSecret(parsed.data.token, this.#token)) {
      this.#options.log?.('control: a connection without the right token was refused');
      socket.destroy();
      return;
    }
    const answer = (welcome: Welcome): void => port.send(welcome);
    if (parsed.data.want === 'bridge') {
      answer({ ok: true });
      serveBridge(port, this.#options.bridge);
      return;
    }
    const url = this.#options.url?.();
    if (url === undefined) answer({ ok: false, code: 'NO_URL', message: 'This node serves no interface to browsers.' });
    else answer({ ok: true, url });
    socket.end();
  }
}
