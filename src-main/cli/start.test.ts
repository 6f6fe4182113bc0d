import { fork, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connectControl } from '../control/index.ts';

const ENTRY = join(import.meta.dirname, 'test-entry.ts');
let folder = '';
let profile = '';
let children: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fm-start-'));
  profile = join(folder, 'profile');
  children = [];
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

interface Started {
  readonly child: ChildProcess;
  readonly first: { readonly event: string; readonly url: string | null; readonly profile: string };
  readonly lines: string[];
  readonly ended: Promise<number | null>;
}

/** `folkmoot start --json` as a process of its own, up to its first line. */
async function started(...args: string[]): Promise<Started> {
  const env = {
    ...process.env,
    FOLKMOOT_TEST_FOLDER: folder,
    FOLKMOOT_TEST_START: args.includes('broken') ? 'fail' : '',
    FOLKMOOT_TEST_STOP: args.includes('stuck') ? 'never' : '',
  };
  const options = args.filter((arg) => arg !== 'stuck' && arg !== 'broken');
  const child = fork(ENTRY, ['start', '--json', '--profile', profile, ...options], {
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  children.push(child);
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout! });
  reader.on('line', (line) => lines.push(line));
  const [first] = (await Promise.race([
    once(reader, 'line'),
    ended.then((code) => Promise.reject(new Error(`ended with ${code}`))),
  ])) as [string];
  return { child, first: JSON.parse(first) as Started['first'], lines, ended };
}

const leftovers = (): string[] => readdirSync(profile).filter((name) => !name.startsWith('node.log'));

test('it listens, says so first, serves the interface and stops at Ctrl-C without leaving anything', async () => {
  const { child, first, lines, ended } = await started();
  expect(first).toMatchObject({ event: 'listening', profile });
  expect(statSync(profile).mode & 0o777).toBe(0o700);
  const reply = await fetch(first.url!, { redirect: 'manual' });
  expect(reply.status).toBe(303);
  child.kill('SIGINT');
  expect(await ended).toBe(0);
  expect(JSON.parse(lines[1]!)).toMatchObject({ event: 'stage', id: 'store', state: 'ready' });
  expect(JSON.parse(lines.at(-1)!)).toEqual({ event: 'stopped' });
  expect(leftovers()).toEqual([]);
});

test('it stops when asked over the control socket', async () => {
  const { ended } = await started('--no-rig');
  const client = await connectControl(profile);
  const gone = new Promise<void>((resolve) => client.onClose(resolve));
  expect(await client.call('node.stop', {})).toEqual({ ok: true, value: null });
  await gone;
  expect(await ended).toBe(0);
});

test('as a child it ends with its parent', async () => {
  const { child, ended } = await started('--no-rig', '--persona', 'idle');
  child.disconnect();
  expect(await ended).toBe(0);
  expect(leftovers()).toEqual([]);
});

test('killed hard, it leaves a profile that the next start takes over', async () => {
  const { child, ended } = await started('--no-rig');
  child.kill('SIGKILL');
  await ended;
  expect(existsSync(join(profile, 'node.lock'))).toBe(true);
  const again = await started('--no-rig');
  again.child.kill('SIGTERM');
  expect(await again.ended).toBe(0);
});

test('a node that does not stop is said, with exit code 1', async () => {
  const { child, ended } = await started('--no-rig', 'stuck');
  let err = '';
  child.stderr!.on('data', (data: Buffer) => (err += data.toString()));
  child.kill('SIGTERM');
  expect(await ended).toBe(1);
  expect(err).toContain('STOPPED_HARD');
});

test('a node that does not start stays reachable, and ends with exit code 1', async () => {
  const { child, first, ended } = await started('broken');
  let err = '';
  child.stderr!.on('data', (data: Buffer) => (err += data.toString()));
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect((await fetch(first.url!, { redirect: 'manual' })).status).toBe(303);
  const client = await connectControl(profile);
  expect(await client.call('node.stop', {})).toMatchObject({ ok: true });
  expect(await ended).toBe(1);
  expect(err).toContain('the store is newer');
  const peer = await started('broken', '--no-rig', '--persona', 'idle');
  expect(await peer.ended).toBe(1);
});

test('an old Node is told so before anything native is loaded', () => {
  const entry = pathToFileURL(join(import.meta.dirname, '../headless.ts')).href;
  const file = join(folder, 'old.mjs');
  writeFileSync(
    file,
    `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.1.0' } }); await import(${JSON.stringify(entry)});`,
  );
  const { status, stderr, stdout } = spawnSync(process.execPath, [file, 'status'], { encoding: 'utf8' });
  expect(status).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).toContain('this is Node 20.1.0');
});
