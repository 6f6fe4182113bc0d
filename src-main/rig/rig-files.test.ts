import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { testHost } from '../../src-shared/bridge/test-host.ts';
import { RigHost } from './rig-host.ts';
import { TestRig } from './test-rig.ts';

test('without a cookie nothing is served, and the page says what to do', async () => {
  await using rig = await TestRig.start();
  for (const path of ['/', '/index.html', '/assets/app-1.js', '/nothing']) {
    const reply = await rig.get(path);
    expect(reply.status).toBe(401);
    expect(reply.body).toContain('npm run folkmoot -- url');
    expect(reply.body).not.toContain('hello');
  }
});

test.each(['localhost', 'evil.example', '127.0.0.1', '127.0.0.1:1', '[::1]'])(
  'the host name %s is refused, even with a cookie',
  async (host) => {
    await using rig = await TestRig.start();
    const cookie = await rig.login();
    const named = host === 'localhost' ? `localhost:${rig.port}` : host;
    expect((await rig.get('/', { Host: named, Cookie: cookie })).status).toBe(421);
  },
);

test.each([
  '/../secret.txt',
  '/%2e%2e/secret.txt',
  '/..%2fsecret.txt',
  '/assets/../../secret.txt',
  '/assets/..%5c..%5csecret.txt',
  '//secret.txt',
  '/assets/app-1.js.map',
  '/assets',
  '/assets/app-1.js%00',
  'http://evil.example/',
  '/__proto__',
])('the path %s finds nothing', async (path) => {
  await using rig = await TestRig.start();
  const cookie = await rig.login();
  const reply = await rig.raw(
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${rig.port}\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`,
  );
  expect(reply).toMatch(/^HTTP\/1\.1 404 /);
  expect(reply).not.toContain('not yours');
});

test('files come with their type, hashed ones may be kept', async () => {
  await using rig = await TestRig.start();
  const cookie = await rig.login();
  expect(await rig.get('/assets/app-1.js', { Cookie: cookie })).toMatchObject({
    status: 200,
    body: 'hello()',
    headers: {
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'private, max-age=31536000, immutable',
    },
  });
  expect((await rig.get('/', { Cookie: cookie })).headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
  });
  expect(await rig.get('/', { Cookie: cookie }, { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
  expect((await rig.get('/', { Cookie: cookie }, { method: 'POST' })).status).toBe(405);
});

test('every answer carries the security headers', async () => {
  await using rig = await TestRig.start();
  const cookie = await rig.login();
  const page = await rig.get('/', { Cookie: cookie });
  expect(page.headers['content-security-policy']).toBe(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  );
  for (const reply of [page, await rig.get('/'), await rig.get('/', { Host: 'x' }), await rig.get('/login?token=x')]) {
    expect(reply.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'x-frame-options': 'DENY',
    });
    expect(reply.headers['content-security-policy']).toContain("default-src 'none'");
  }
});

test('a port that is taken is said plainly; a missing interface too', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  await using rig = await TestRig.start();
  const bridge = testHost().options;
  const taken = new RigHost({ bridge, renderer: rig.folder, port });
  await expect(taken.start()).rejects.toMatchObject({
    code: 'PORT_TAKEN',
    message: expect.stringContaining(String(port)),
    remedy: expect.stringContaining('--port'),
  });
  expect(taken.freshUrl()).toBeUndefined();
  other.close();
  await expect(new RigHost({ bridge, renderer: '/nowhere' }).start()).rejects.toMatchObject({ code: 'NO_INTERFACE' });
});
