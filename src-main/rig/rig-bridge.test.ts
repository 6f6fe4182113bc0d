import { once } from 'node:events';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { bridgeCompliance } from '../../src-shared/bridge/test-compliance.ts';
import { MAX_MESSAGE_BYTES } from './rig-host.ts';
import { TestRig } from './test-rig.ts';
import { webSocketPort } from './web-socket-port.ts';

bridgeCompliance('the WebSocket', async (bridge) => {
  const rig = await TestRig.start(bridge);
  return { port: webSocketPort(await rig.browser()), dispose: () => rig[Symbol.asyncDispose]() };
});

test('the upgrade demands path, host, origin and cookie, each of them', async () => {
  await using rig = await TestRig.start();
  const Cookie = await rig.login();
  const Origin = rig.rig.origin!;
  expect(await rig.socket({ Origin })).toBe(401);
  expect(await rig.socket({ Cookie })).toBe(403);
  expect(await rig.socket({ Cookie, Origin: 'null' })).toBe(403);
  expect(await rig.socket({ Cookie, Origin: `http://localhost:${rig.port}` })).toBe(403);
  expect(await rig.socket({ Cookie, Origin: `${Origin}.evil.example` })).toBe(403);
  expect(await rig.socket({ Cookie, Origin, Host: 'evil.example' })).toBe(421);
  expect(await rig.socket({ Cookie, Origin }, '/other')).toBe(404);
  expect(await rig.socket({ Cookie, Origin })).toBeInstanceOf(WebSocket);
});

test('the cookie alone, which a browser sends to every port of this machine, opens no bridge', async () => {
  await using rig = await TestRig.start();
  const { cookie: Cookie, key } = await rig.enter();
  const other = await rig.enter();
  const Origin = rig.rig.origin!;
  for (const wrong of [undefined, '', 'x', other.key, key.slice(1), `${key}x`]) {
    const socket = (await rig.socket({ Cookie, Origin }, '/bridge', wrong)) as WebSocket;
    let heard = 0;
    socket.on('message', () => heard++);
    socket.send(JSON.stringify({ t: 'open' }));
    socket.send(JSON.stringify({ t: 'call', id: 1, name: 'node.stop', input: {} }));
    const [code] = (await once(socket, 'close')) as [number];
    expect([code, heard]).toEqual([4401, 0]);
  }
  expect(rig.host.calls).toEqual([]);
  expect(rig.host.listeners()).toBe(0);
  expect(await rig.socket({ Cookie: other.cookie, Origin }, '/bridge', other.key)).toBeInstanceOf(WebSocket);
});

test('the key is not repeated in the answer', async () => {
  await using rig = await TestRig.start();
  expect((await rig.browser()).protocol).toBe('folkmoot');
});

test('nothing is compressed', async () => {
  await using rig = await TestRig.start();
  expect((await rig.browser()).extensions).toBe('');
});

test.each([
  ['too long', (socket: WebSocket) => socket.send('x'.repeat(MAX_MESSAGE_BYTES + 1)), 1009],
  ['binary', (socket: WebSocket) => socket.send(Buffer.from('{}')), 1003],
  ['no JSON', (socket: WebSocket) => socket.send('{'), 1007],
  ['no call', (socket: WebSocket) => socket.send('{}'), 1008],
] as const)('a message that is %s ends the connection', async (_what, send, expected) => {
  await using rig = await TestRig.start();
  const socket = await rig.browser();
  send(socket);
  const [code] = (await once(socket, 'close')) as [number];
  expect(code).toBe(expected);
  expect(rig.host.calls).toEqual([]);
});

test('a browser that stops reading is disconnected and its subscription ends', async () => {
  await using rig = await TestRig.start();
  const socket = await rig.browser();
  socket.send(JSON.stringify({ t: 'open' }));
  await once(socket, 'message');
  socket.pause();
  for (let sent = 0; rig.host.listeners() > 0 && sent < 200; sent++) {
    rig.host.emit({
      slice: 'activity',
      value: { state: 'working', code: 'X', title: 'x'.repeat(500_000), why: '' },
    });
    await new Promise(setImmediate);
  }
  expect(rig.host.listeners()).toBe(0);
  socket.terminate();
});

test('no more connections at once than sessions', async () => {
  await using rig = await TestRig.start();
  const { cookie, key } = await rig.enter();
  const headers = { Cookie: cookie, Origin: rig.rig.origin! };
  const all = [];
  for (let count = 0; count < 17; count++) all.push(await rig.socket(headers, '/bridge', key));
  expect(all.slice(0, 16).every((socket) => socket instanceof WebSocket)).toBe(true);
  expect(all[16]).toBe(503);
});

test('the stop ends every connection at once and frees the port', async () => {
  const rig = await TestRig.start();
  const socket = await rig.browser();
  const closed = once(socket, 'close');
  await rig[Symbol.asyncDispose]();
  await closed;
  expect(rig.rig.origin).toBeUndefined();
  await rig.rig.stop();
});
