import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

/** Checks are drawn by lot: it may take several tasks until one is checked. */
const DEMO_MS = 720_000;

test(
  'the demo tells its story to the end and its last line is the promised JSON',
  async () => {
    const child = spawn(process.execPath, [resolve(import.meta.dirname, 'demo.ts')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    const code = await new Promise((done) => child.once('exit', done));
    const last = JSON.parse(out.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
    expect(last, out).toMatchObject({
      ok: true,
      conserved: true,
      cheaterSlashed: true,
      refunded: true,
      appealed: true,
      checkerPaid: true,
      bisected: true,
    });
    expect(last['firstPaidSeconds']).toBeTypeOf('number');
    expect(code).toBe(0);
  },
  DEMO_MS,
);
