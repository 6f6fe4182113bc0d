import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { StaticFiles } from '../rig/index.ts';
import { interfaceFiles } from './interface-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'fm-shell-'));
writeFileSync(join(folder, 'index.html'), 'hello');
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const answer = interfaceFiles(new StaticFiles(folder));
const get = (url: string, method = 'GET'): Promise<Response> => answer({ url, method });

test('files of the interface come with the strict policy', async () => {
  const response = await get('folkmoot://app/index.html');
  expect(response.status).toBe(200);
  expect(await response.text()).toBe('hello');
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
});

test('nothing else comes', async () => {
  for (const path of ['nothing', '../package.json', '%2e%2e/package.json', '']) {
    expect((await get(`folkmoot://app/${path}`)).status).toBe(path === '' ? 200 : 404);
  }
  expect((await get('folkmoot://app/index.html', 'POST')).status).toBe(405);
});
