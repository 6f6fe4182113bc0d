import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { _electron, type ElectronApplication } from 'playwright-core';
import { afterEach, expect, test } from 'vitest';
import { applyEvent, type Snapshot } from '../src-shared/bridge/state.ts';
import { connectControl } from '../src-main/control/index.ts';

const ROOT = resolve(import.meta.dirname, '..');
const chromium = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const display = process.platform !== 'linux' || Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);

/** The named one, else the real one where it can show a window, else the stand-in; undefined where none of them runs. */
function electron(): { readonly file: string; readonly what: string } | undefined {
  const named = process.env['FOLKMOOT_ELECTRON'];
  if (named !== undefined) return { file: resolve(named), what: `${named} (FOLKMOOT_ELECTRON)` };
  const folder = join(ROOT, 'node_modules/electron');
  if (existsSync(join(folder, 'path.txt')) && display) {
    return { file: join(folder, 'dist', readFileSync(join(folder, 'path.txt'), 'utf8')), what: 'the real Electron' };
  }
  return existsSync(chromium)
    ? { file: join(ROOT, 'e2e/stand-in/electron'), what: 'the stand-in (a test double, see e2e/stand-in)' }
    : undefined;
}

const executable = electron();
console.log(
  executable === undefined
    ? 'shell.spec: SKIPPED, neither Electron nor a Chromium is here'
    : `shell.spec runs on ${executable.what}`,
);

let running: ElectronApplication | undefined;
let profile = '';
afterEach(async () => {
  await running?.close().catch(() => undefined);
  rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
});

test.skipIf(executable === undefined)(
  'the app opens its window, serves its page under the strict policy, and ends in order',
  async () => {
    profile = mkdtempSync(join(tmpdir(), 'fm-shell-'));
    running = await _electron.launch({
      executablePath: executable!.file,
      args: [ROOT, '--profile', profile, '--no-peers'],
      cwd: ROOT,
      env: { ...(process.env as Record<string, string>), CHROMIUM: chromium },
    });
    const app = running;
    const ended = new Promise<number | null>((resolve) => app.process().once('exit', resolve));
    const page = await app.firstWindow();
    const refused: string[] = [];
    page.on('console', (message) => message.type() === 'error' && refused.push(message.text()));
    await page.getByRole('heading').first().waitFor();
    expect(await page.title()).toContain('Folkmoot');

    // The node behind it runs, and is the desktop's.
    const client = await connectControl(profile);
    const host = await new Promise<string>((resolve) => {
      let seen: Snapshot | undefined;
      const look = (state: Snapshot): void => {
        seen = state;
        if (state.node.stages.some(({ id, state: stage }) => id === 'store' && stage === 'ready'))
          resolve(state.node.host);
      };
      client.open(look, (event) => seen !== undefined && look(applyEvent(seen, event)));
    });
    expect(host).toBe('desktop');

    // Nothing can be loaded from elsewhere, not even by the page's own script.
    const reach = await page.evaluate(() =>
      fetch('https://example.com/').then(
        () => 'reached',
        () => 'refused',
      ),
    );
    expect(reach).toBe('refused');

    const gone = new Promise<void>((resolve) => client.onClose(resolve));
    expect(await client.call('node.stop', {})).toEqual({ ok: true, value: null });
    await gone;
    const log = readFileSync(join(profile, 'node.log'), 'utf8');
    expect(await ended, log).toBe(0);
    expect(readdirSync(profile)).not.toContain('node.lock');
    expect(readdirSync(profile)).not.toContain('control.json');
  },
);
