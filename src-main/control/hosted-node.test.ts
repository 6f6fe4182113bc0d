import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { NodeConfig } from '../config.ts';
import { connectControl } from './connect-control.ts';
import { hostNode } from './hosted-node.ts';
import { testNode } from './test-node.ts';

const folders: string[] = [];
afterEach(() => {
  for (const path of folders.splice(0)) rmSync(path, { recursive: true, force: true });
});

function config(lines: string[] = []): NodeConfig {
  const profile = mkdtempSync(join(tmpdir(), 'fm-hosted-'));
  folders.push(profile);
  const spawner = {
    spawn: () => {
      throw new Error('a test node has no children');
    },
  };
  return {
    profile,
    host: 'rig',
    network: 'sandbox',
    peers: false,
    resources: profile,
    spawner,
    log: (line) => lines.push(line),
  };
}

test('front ends reach the node before it has started, and until it has stopped', async () => {
  const node = testNode();
  const settings = config();
  const hosted = await hostNode({ config: settings, create: () => node });
  const client = await connectControl(settings.profile);
  expect(node.life).toEqual([]);
  await hosted.start();
  expect(await client.call('node.stop', {})).toEqual({ ok: true, value: null });
  await node.stopRequested;
  expect(await Promise.all([hosted.stop(), hosted.stop()])).toEqual([true, true]);
  expect(node.life).toEqual(['start', 'stop']);
  expect(readdirSync(settings.profile)).toEqual([]);
});

test('a node that cannot be made leaves the profile free', async () => {
  const settings = config();
  const broken = (): never => {
    throw new Error('no');
  };
  await expect(hostNode({ config: settings, create: broken })).rejects.toThrow('no');
  const hosted = await hostNode({ config: settings, create: () => testNode() });
  await hosted.stop();
});

test('a node that never stops is left behind, and said', async () => {
  const lines: string[] = [];
  const settings = config(lines);
  const stuck = { ...testNode(), stop: () => new Promise<void>(() => undefined) };
  const hosted = await hostNode({ config: settings, create: () => stuck, stopMs: 1 });
  expect(await hosted.stop()).toBe(false);
  expect(lines.join()).toContain('left behind');
});
