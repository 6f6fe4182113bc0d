import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request, type IncomingHttpHeaders, type RequestOptions } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { testHost, type TestHost } from '../../src-shared/bridge/test-host.ts';
import type { HostOptions } from '../../src-shared/bridge/host.ts';
import { RigHost } from './rig-host.ts';

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** For tests only: a rig host on a free port with a tiny interface, a clock to turn, and a browser without manners. */
export class TestRig implements AsyncDisposable {
  readonly host: TestHost;
  readonly rig: RigHost;
  readonly #folder = mkdtempSync(join(tmpdir(), 'fm-rig-'));
  /** The interface: one page, one script. */
  readonly folder = join(this.#folder, 'web');
  now = 1_000_000;

  private constructor(bridge: HostOptions | undefined) {
    this.host = testHost();
    mkdirSync(join(this.#folder, 'web/assets'), { recursive: true });
    writeFileSync(join(this.#folder, 'secret.txt'), 'not yours');
    writeFileSync(join(this.#folder, 'web/index.html'), '<!doctype html>hello');
    writeFileSync(join(this.#folder, 'web/assets/app-1.js'), 'hello()');
    writeFileSync(join(this.#folder, 'web/assets/app-1.js.map'), '{}');
    this.rig = new RigHost({ bridge: bridge ?? this.host.options, renderer: this.folder, now: () => this.now });
  }

  static async start(bridge?: HostOptions): Promise<TestRig> {
    const test = new TestRig(bridge);
    await test.rig.start();
    return test;
  }

  get port(): number {
    return Number(new URL(this.rig.origin ?? '').port);
  }

  get(path: string, headers: Record<string, string> = {}, options: RequestOptions = {}): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const asked = request(
        { host: '127.0.0.1', port: this.port, path, headers, agent: false, ...options },
        (response) => {
          let body = '';
          response.setEncoding('utf8').on('data', (text: string) => (body += text));
          response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
        },
      );
      asked.on('error', reject);
      asked.end();
    });
  }

  /** Bytes as they are: `fetch` and `http` would tidy the path. */
  async raw(text: string): Promise<string> {
    const socket = connect(this.port, '127.0.0.1');
    let heard = '';
    socket.setEncoding('utf8').on('data', (data) => (heard += data));
    socket.write(text);
    await once(socket, 'close');
    return heard;
  }

  /** `Cookie` and key of a browser that has just logged in. */
  async enter(): Promise<{ readonly cookie: string; readonly key: string }> {
    const url = new URL(this.rig.freshUrl() ?? '');
    const { headers } = await this.get(url.pathname + url.search);
    const key = /^\/#key=([\w-]{32})$/.exec(headers.location ?? '')?.[1];
    return { cookie: headers['set-cookie']?.[0]?.split(';')[0] ?? '', key: key ?? '' };
  }

  async login(): Promise<string> {
    return (await this.enter()).cookie;
  }

  /** The open socket, or the status it was refused with. */
  socket(headers: Record<string, string>, path = '/bridge', key?: string): Promise<WebSocket | number> {
    return new Promise((resolve) => {
      const socket = new WebSocket(
        `ws://127.0.0.1:${this.port}${path}`,
        key === undefined ? [] : ['folkmoot', `key.${key}`],
        { headers, perMessageDeflate: true },
      );
      socket.on('error', () => undefined);
      socket.once('open', () => resolve(socket));
      socket.once('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    });
  }

  async browser(): Promise<WebSocket> {
    const { cookie, key } = await this.enter();
    const socket = await this.socket({ Cookie: cookie, Origin: this.rig.origin ?? '' }, '/bridge', key);
    if (typeof socket === 'number') throw new Error(`refused with ${socket}`);
    return socket;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.rig.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
