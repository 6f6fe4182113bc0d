import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { bridgeCompliance } from '../../src-shared/bridge/test-compliance.ts';
import { testHost } from '../../src-shared/bridge/test-host.ts';
import { connectControl, controlPort, requestUrl } from './connect-control.ts';
import { readControlFile, writeControlFile } from './control-file.ts';
import { ControlHost, type ControlOptions } from './control-host.ts';
import { MAX_LINE_BYTES } from './line-port.ts';
import { lockProfile } from './profile-lock.ts';

const cleanups: Array<() => unknown> = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'fm-control-'));
  cleanups.push(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

async function running(options: Partial<ControlOptions> = {}, profile = folder()): Promise<string> {
  const lock = await lockProfile(profile);
  const control = new ControlHost({ lock, bridge: testHost().options, ...options });
  await control.start();
  cleanups.push(async () => {
    await control.stop();
    lock.release();
  });
  return profile;
}

const socketOf = (profile: string): string => readControlFile(profile)!.socket;

bridgeCompliance('the control socket', async (bridge) => {
  const profile = folder();
  await running({ bridge }, profile);
  const port = await controlPort(profile);
  return { port, dispose: async () => port.close() };
});

test('the file with the token and the socket are for the owner only', async () => {
  const profile = await running();
  expect(statSync(join(profile, 'control.json')).mode & 0o777).toBe(0o600);
  expect(statSync(socketOf(profile)).mode & 0o777).toBe(0o600);
  expect(statSync(profile).mode & 0o777).toBe(0o700);
});

test.each([
  ['the wrong token', JSON.stringify({ token: '0'.repeat(64), want: 'bridge' })],
  ['no token', JSON.stringify({ t: 'call', id: 1, name: 'node.stop', input: {} })],
  ['no JSON', 'hello'],
])('a connection that opens with %s is closed without an answer', async (_what, line) => {
  const host = testHost();
  const profile = await running({ bridge: host.options });
  const socket = connect(socketOf(profile));
  let heard = '';
  socket.on('data', (data) => (heard += data.toString()));
  socket.on('error', () => undefined);
  socket.write(`${line}\n${JSON.stringify({ t: 'call', id: 1, name: 'node.stop', input: {} })}\n`);
  await once(socket, 'close');
  expect(heard).toBe('');
  expect(host.calls).toEqual([]);
});

test('a line without end is cut off at the limit', async () => {
  const profile = await running();
  const { token, socket: path } = readControlFile(profile)!;
  const socket = connect(path);
  socket.on('error', () => undefined);
  // Let in first: a connection that says nothing would be closed for that.
  socket.write(`${JSON.stringify({ token, want: 'bridge' })}\n`);
  await once(socket, 'data');
  const closed = once(socket.resume(), 'close');
  socket.write(Buffer.alloc(MAX_LINE_BYTES + 1, 0x61));
  await closed;
  expect(socket.destroyed).toBe(true);
});

test('a front end that stops reading is disconnected and its subscription ends', async () => {
  const host = testHost();
  const profile = await running({ bridge: host.options });
  const { token, socket: path } = readControlFile(profile)!;
  const socket = connect(path);
  socket.on('error', () => undefined);
  socket.write(`${JSON.stringify({ token, want: 'bridge' })}\n${JSON.stringify({ t: 'open' })}\n`);
  await once(socket, 'data');
  socket.pause();
  for (let sent = 0; host.listeners() > 0 && sent < 200; sent++) {
    host.emit({
      slice: 'activity',
      value: { state: 'working', code: 'X', title: 'x'.repeat(500_000), why: '' },
    });
    await new Promise(setImmediate);
  }
  expect(host.listeners()).toBe(0);
  socket.destroy();
});

test('the one-time address is handed out to who has the token, and only where there is one', async () => {
  const withUrl = await running({ url: () => 'http://127.0.0.1:1/login?token=x' });
  expect(await requestUrl(withUrl)).toBe('http://127.0.0.1:1/login?token=x');
  await expect(requestUrl(await running())).rejects.toMatchObject({ code: 'NO_URL' });
});

test('a profile whose path is too long for a socket gets one elsewhere', async () => {
  const profile = await running({}, join(folder(), 'a-rather-long-name'.repeat(6)));
  expect(Buffer.byteLength(socketOf(profile))).toBeLessThanOrEqual(100);
  const client = await connectControl(profile);
  expect(await client.call('policy.resume', {})).toEqual({ ok: true, value: null });
  client.close();
});

test('nobody there: no file, a broken file, or a file left by a crash', async () => {
  const profile = folder();
  await expect(connectControl(profile)).rejects.toMatchObject({ code: 'NO_NODE' });
  writeFileSync(join(profile, 'control.json'), '{"pid":"x"}');
  await expect(connectControl(profile)).rejects.toMatchObject({ code: 'NO_NODE' });
  writeControlFile(profile, { version: 1, pid: 1, socket: join(profile, 'node.sock'), token: '0'.repeat(64) });
  await expect(connectControl(profile)).rejects.toMatchObject({ code: 'NO_NODE' });
});

test('after the stop nothing is left, and a new start works', async () => {
  const profile = folder();
  for (let round = 0; round < 2; round++) {
    const lock = await lockProfile(profile);
    const control = new ControlHost({ lock, bridge: testHost().options });
    await control.start();
    await control.start();
    const client = await connectControl(profile);
    const lost = new Promise<void>((resolve) => client.onClose(resolve));
    await control.stop();
    await control.stop();
    await lost;
    lock.release();
    expect(() => readFileSync(join(profile, 'control.json'))).toThrow('ENOENT');
    expect(() => statSync(join(profile, 'node.sock'))).toThrow('ENOENT');
  }
});
