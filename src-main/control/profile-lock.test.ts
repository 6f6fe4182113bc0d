import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { writeControlFile } from './control-file.ts';
import { lockProfile } from './profile-lock.ts';
import { defaultProfile } from './profile.ts';

const folders: string[] = [];
afterEach(() => {
  for (const path of folders.splice(0)) rmSync(path, { recursive: true, force: true });
});

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'fm-lock-'));
  folders.push(path);
  return path;
}

/** No process has it: beyond the largest number Linux hands out. */
const DEAD_PID = 2 ** 22 + 1;
const LONG_AGO = new Date('2020-01-01');

test('the second one is told who has it; after release it may have it', async () => {
  const profile = folder();
  const first = await lockProfile(profile);
  await expect(lockProfile(profile)).rejects.toMatchObject({
    code: 'PROFILE_BUSY',
    message: expect.stringContaining(String(process.pid)),
  });
  first.release();
  first.release();
  (await lockProfile(profile)).release();
  expect(readdirSync(profile)).toEqual([]);
});

test('of many that start at once exactly one gets it, also over a stale lock', async () => {
  const profile = folder();
  writeFileSync(join(profile, 'node.lock'), `${DEAD_PID} x\n`);
  const results = await Promise.allSettled(Array.from({ length: 12 }, () => lockProfile(profile)));
  expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
  expect(new Set(results.flatMap((r) => (r.status === 'rejected' ? [r.reason.code] : [])))).toEqual(
    new Set(['PROFILE_BUSY']),
  );
});

test('a lock left by a crash is taken over, whatever its text', async () => {
  for (const text of [`${DEAD_PID} x\n`, '', 'garbage']) {
    const profile = folder();
    writeFileSync(join(profile, 'node.lock'), text);
    (await lockProfile(profile)).release();
  }
});

test('a process number that now belongs to another program does not keep the profile for ever', async () => {
  const profile = folder();
  const lock = join(profile, 'node.lock');
  writeFileSync(lock, `${process.pid} other\n`);
  await expect(lockProfile(profile)).rejects.toMatchObject({ code: 'PROFILE_BUSY' });
  utimesSync(lock, LONG_AGO, LONG_AGO);
  (await lockProfile(profile)).release();
});

test('whoever answers on the socket has the profile, even with an old lock', async () => {
  const profile = folder();
  const socket = join(profile, 'node.sock');
  const server = createServer().listen(socket);
  writeControlFile(profile, { version: 1, pid: process.pid, socket, token: '0'.repeat(64) });
  writeFileSync(join(profile, 'node.lock'), `${process.pid} x\n`);
  utimesSync(join(profile, 'node.lock'), LONG_AGO, LONG_AGO);
  await expect(lockProfile(profile)).rejects.toMatchObject({ code: 'PROFILE_BUSY' });
  await new Promise((resolve) => server.close(resolve));
  (await lockProfile(profile)).release();
});

test('a take-over that crashed in its midst is cleaned up', async () => {
  const profile = folder();
  const guard = join(profile, 'node.lock.takeover');
  mkdirSync(guard);
  utimesSync(guard, LONG_AGO, LONG_AGO);
  (await lockProfile(profile)).release();
});

test('a folder that cannot be made is a named error', async () => {
  const file = join(folder(), 'file');
  writeFileSync(file, '');
  await expect(lockProfile(join(file, 'profile'))).rejects.toMatchObject({ code: 'PROFILE_UNUSABLE' });
});

test('the default folder per system', () => {
  expect(defaultProfile({}, 'linux', '/h')).toBe('/h/.local/share/folkmoot');
  expect(defaultProfile({ XDG_DATA_HOME: '/data' }, 'linux', '/h')).toBe('/data/folkmoot');
  expect(defaultProfile({}, 'darwin', '/h')).toBe('/h/Library/Application Support/Folkmoot');
  expect(defaultProfile({ LOCALAPPDATA: '/l' }, 'win32', '/h')).toBe('/l/Folkmoot');
  expect(defaultProfile({ FOLKMOOT_PROFILE: '/p' }, 'linux', '/h')).toBe('/p');
});
