// oxlint-disable no-restricted-imports -- runs under Node, never in the window
import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium, type Browser } from 'playwright-core';
import { buildRenderer } from './build.ts';
import { startMockHost } from './host.ts';
import { SHOTS, type Shot } from './shots.ts';

/**
 * `node src-renderer/dev/screens.ts [part of a name] [part of a look]`: pictures of every screen, each checked by axe. Fails on a
 * violation, on an error in the console, on sideways scrolling and on any request that leaves the page's origin.
 */

const LOOKS = [
  { name: 'wide-light', width: 1280, height: 800, scheme: 'light' },
  { name: 'wide-dark', width: 1280, height: 800, scheme: 'dark' },
  { name: 'small-light', width: 900, height: 600, scheme: 'light' },
  { name: 'small-dark', width: 900, height: 600, scheme: 'dark' },
  { name: 'phone-light', width: 375, height: 720, scheme: 'light' },
] as const;

const wanted = process.argv[2] ?? '';
const looks = LOOKS.filter((look) => look.name.includes(process.argv[3] ?? ''));
const shots = SHOTS.filter((shot) => shot.name.includes(wanted));
const site = await buildRenderer();
const folder = process.env['FOLKMOOT_SCREENS'] ?? (await mkdtemp(join(tmpdir(), 'folkmoot-screens-')));
await mkdir(folder, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
    '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
  ],
});
let failed = 0;
try {
  for (const shot of shots) {
    for (const look of looks) {
      const problems = await take(browser, shot, look);
      if (problems.length === 0) continue;
      failed++;
      console.error(`${shot.name} (${look.name}):\n  ${problems.join('\n  ')}`);
    }
  }
} finally {
  await browser.close();
}
console.log(`Pictures: ${folder}`);
console.log(`${shots.length * looks.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

/** @returns what was wrong, one line each */
async function take(browser: Browser, shot: Shot, look: (typeof LOOKS)[number]): Promise<readonly string[]> {
  const problems: string[] = [];
  const host = await startMockHost(site, shot.state);
  const context = await browser.newContext({
    viewport: { width: look.width, height: look.height },
    colorScheme: look.scheme,
    reducedMotion: shot.moving === true ? 'no-preference' : 'reduce',
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
  });
  const page = await context.newPage();
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== host.url && protocol !== 'blob:' && protocol !== 'data:')
      problems.push(`request to ${request.url()}`);
  });
  page.on('websocket', (socket) => {
    if (new URL(socket.url()).host !== new URL(host.url).host) problems.push(`socket to ${socket.url()}`);
  });
  page.on('console', (message) => {
    if (message.type() === 'error' && shot.noisy !== true) problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`page: ${error.message}`));
  try {
    await page.goto(`${host.url}/${shot.hash}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await shot.act?.(page, host);
    await page.waitForTimeout(350);
    await page.evaluate(() => document.fonts.ready.then(() => undefined));
    await page.screenshot({
      path: join(folder, `${shot.name}.${look.name}.png`),
      fullPage: (await page.locator('dialog').count()) === 0,
    });
    const sideways = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (sideways > 0) problems.push(`scrolls sideways by ${sideways} px`);
    const { violations } = await new AxeBuilder({ page }).analyze();
    for (const violation of violations) {
      const where = violation.nodes.map(
        (node) => `${node.target.join(' ')} (${node.any[0]?.message ?? node.html.slice(0, 90)})`,
      );
      problems.push(`axe ${violation.id}: ${where.slice(0, 4).join('; ')}`);
    }
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
  } finally {
    await context.close();
    await host.close();
  }
  return problems;
}
