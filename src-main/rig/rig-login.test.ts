import { expect, test } from 'vitest';
import { TOKEN_MS } from './login-tokens.ts';
import { MAX_SESSIONS } from './sessions.ts';
import { TestRig } from './test-rig.ts';

const path = (url: string): string => new URL(url).pathname + new URL(url).search;

test('the one-time address lets one browser in and leaves the address bar', async () => {
  await using rig = await TestRig.start();
  const url = rig.rig.freshUrl()!;
  expect(new URL(url).searchParams.get('token')).toMatch(/^[\w-]{32}$/);
  const first = await rig.get(path(url));
  expect(first).toMatchObject({ status: 303, headers: { location: expect.stringMatching(/^\/#key=[\w-]{32}$/) } });
  expect(first.headers['set-cookie']?.[0]).toMatch(
    /^folkmoot_\d+_[0-9a-f]{8}=[\w-]{32}; HttpOnly; SameSite=Strict; Path=\/$/,
  );
  const cookie = first.headers['set-cookie']![0]!.split(';')[0]!;
  expect(await rig.get('/', { Cookie: `other=1; ${cookie}` })).toMatchObject({
    status: 200,
    body: '<!doctype html>hello',
  });
  const again = await rig.get(path(url));
  expect(again.status).toBe(401);
  expect(again.headers['set-cookie']).toBeUndefined();
});

test('an address dies after ten minutes', async () => {
  await using rig = await TestRig.start();
  const early = rig.rig.freshUrl()!;
  const late = rig.rig.freshUrl()!;
  rig.now += TOKEN_MS - 1;
  expect((await rig.get(path(early))).status).toBe(303);
  rig.now += 1;
  expect((await rig.get(path(late))).status).toBe(401);
});

test('a look in advance does not use the address up', async () => {
  await using rig = await TestRig.start();
  const url = path(rig.rig.freshUrl()!);
  expect((await rig.get(url, { 'Sec-Purpose': 'prefetch' })).status).toBe(503);
  expect((await rig.get(url, {}, { method: 'HEAD' })).status).toBe(503);
  expect((await rig.get(url)).status).toBe(303);
});

test('wrong tokens are slowed down, the right one is not', async () => {
  await using rig = await TestRig.start();
  const statuses: number[] = [];
  for (let tries = 0; tries < 12; tries++) statuses.push((await rig.get('/login?token=wrong')).status);
  expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429, 429]);
  expect((await rig.get(path(rig.rig.freshUrl()!))).status).toBe(303);
  rig.now += 60_001;
  expect((await rig.get('/login')).status).toBe(401);
});

test('only the last sessions are kept', async () => {
  await using rig = await TestRig.start();
  const oldest = await rig.login();
  for (let count = 1; count < MAX_SESSIONS; count++) await rig.login();
  expect((await rig.get('/', { Cookie: oldest })).status).toBe(200);
  await rig.login();
  expect((await rig.get('/', { Cookie: oldest })).status).toBe(401);
});

test('a page without its key is told how to get in, and that is no wrong token', async () => {
  await using rig = await TestRig.start();
  const Cookie = await rig.login();
  for (let tries = 0; tries < 12; tries++) expect((await rig.get('/login', { Cookie })).status).toBe(401);
});

test('a browser that is in and opens its old address again goes to the interface', async () => {
  await using rig = await TestRig.start();
  const cookie = await rig.login();
  expect(await rig.get('/login?token=used', { Cookie: cookie })).toMatchObject({
    status: 303,
    headers: { location: '/' },
  });
});

test('the cookie of one run, or a made up one, is nothing to another', async () => {
  await using one = await TestRig.start();
  await using other = await TestRig.start();
  const cookie = await one.login();
  const [, value] = cookie.split('=');
  const own = (await other.login()).split('=')[0];
  for (const tried of [cookie, `${own}=${value}`, `${own}=`, `${own}`, '=', '']) {
    expect((await other.get('/', { Cookie: tried })).status).toBe(401);
  }
});
