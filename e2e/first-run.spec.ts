import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { axeViolations, launchBrowser, openPage } from './support/browser.ts';
import { processesWith } from './support/children.ts';
import { RigProcess } from './support/rig-process.ts';

/**
 * One newcomer's first half hour, told in order by one browser in front of one rig host with its sandbox and its three
 * peers: every step stands on the one before.
 */
const PASSPHRASE = 'correct horse battery';
const SCREENS = ['Home', 'Ask', 'Work', 'Earnings', 'Wallet', 'Network'] as const;

let profile: string;
let rig: RigProcess;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let trouble: string[];

beforeAll(async () => {
  profile = mkdtempSync(join(tmpdir(), 'folkmoot-e2e-'));
  rig = new RigProcess(profile);
  browser = await launchBrowser();
  ({ page, context, trouble } = await openPage(browser));
});

afterAll(async () => {
  await browser.close();
  await rig.end();
  rmSync(profile, { recursive: true, force: true });
});

async function goTo(screen: (typeof SCREENS)[number]): Promise<void> {
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: screen, exact: true }).click();
  await page.getByRole('heading', { level: 1 }).waitFor();
}

async function draw(points: ReadonlyArray<readonly [number, number]>): Promise<void> {
  const area = page.getByRole('application', { name: 'Drawing area' });
  await area.scrollIntoViewIfNeeded();
  const box = (await area.boundingBox())!;
  const [first, ...rest] = points.map(([x, y]) => [box.x + box.width * x, box.y + box.height * y] as const);
  await page.mouse.move(...first!);
  await page.mouse.down();
  for (const point of rest) await page.mouse.move(...point, { steps: 8 });
  await page.mouse.up();
}

test('first start: welcome, a wallet, and the stages come up', async () => {
  await page.goto(await rig.url);
  await page.getByRole('heading', { name: 'Welcome to Folkmoot' }).waitFor();
  expect(page.url()).not.toContain('token');
  expect(await axeViolations(page)).toEqual([]);
  await page.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE);
  await page.getByLabel('Repeat passphrase').fill(PASSPHRASE);
  await page.getByRole('button', { name: 'Create my wallet' }).click();
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
  await goTo('Network');
  await page.getByText('Open.', { exact: true }).waitFor();
  await page.getByText('takes part').first().waitFor();
});

test('a digit drawn by hand is answered by another process on this machine, and final', async () => {
  await goTo('Ask');
  await draw([
    [0.3, 0.2],
    [0.7, 0.2],
    [0.45, 0.85],
  ]);
  await page.getByRole('button', { name: /^Ask for/ }).click();
  await page.getByRole('heading', { name: /^Your answer is here/ }).waitFor();
  await page.getByText('The result arrived and matches its digest: 7.').waitFor();
  await page.getByRole('heading', { name: 'Your answer is here, and final' }).waitFor();
  await page.getByText('Final: the solver was paid.').waitFor();
});

test('a critical ask is answered by three machines that agree, and final', async () => {
  await goTo('Ask');
  await draw([
    [0.3, 0.2],
    [0.7, 0.2],
    [0.45, 0.85],
  ]);
  await page.getByRole('radio', { name: 'Critical' }).check();
  await page.getByText('Fees of 3 machines').waitFor();
  await page.getByRole('button', { name: /^Ask for/ }).click();
  await page.getByRole('heading', { name: 'They agree: your answer is here' }).waitFor();
  const machines = page.getByRole('region', { name: 'The machines that must agree' });
  expect(await machines.getByText('opened').count()).toBe(3);
  expect(await axeViolations(page)).toEqual([]);
  await page.getByText('Final: 3 of 3 agreed and were paid.').waitFor();
});

test('this machine earns by a task of a neighbour, and the ledger explains it', async () => {
  await goTo('Earnings');
  const ledger = page.getByRole('region', { name: /Ledger/ });
  await ledger.getByText('paid', { exact: false }).first().waitFor();
  await ledger.getByText('Digit reader').first().waitFor();
  await goTo('Home');
  await expect
    .poll(async () => page.getByRole('region', { name: 'Earned today' }).textContent(), { timeout: 60_000 })
    .toMatch(/0\.0\d/);
});

test('every screen, light and dark, wide and narrow: axe finds nothing', async () => {
  for (const screen of SCREENS) {
    await goTo(screen);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await axeViolations(page), `${screen}, ${colorScheme}`).toEqual([]);
    }
  }
  await page.setViewportSize({ width: 375, height: 740 });
  for (const screen of SCREENS) {
    await goTo(screen);
    expect(await axeViolations(page), `${screen}, narrow`).toEqual([]);
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow, `${screen} scrolls sideways`).toBe(0);
  }
  await page.setViewportSize({ width: 1280, height: 800 });
});

test('the backup asks for three words, refuses a wrong one, and remembers a right answer', async () => {
  await goTo('Wallet');
  await page.getByRole('button', { name: 'Back up my words' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Passphrase').fill('not the passphrase');
  await dialog.getByRole('button', { name: 'Show my words' }).click();
  await dialog.getByRole('alert').waitFor();
  await dialog.getByLabel('Passphrase').fill(PASSPHRASE);
  await dialog.getByRole('button', { name: 'Show my words' }).click();
  const list = dialog.getByRole('list', { name: 'Your words' });
  await list.waitFor();
  const words = (await list.getByRole('listitem').allInnerTexts()).map((text) => text.replace(/[^a-z]/g, ''));
  expect(words).toHaveLength(24);
  expect(await axeViolations(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'I have written them down' }).click();
  const fields = dialog.getByRole('textbox', { name: /^Word \d+/ });
  await fields.first().waitFor();
  const wanted = await fields.evaluateAll((all) =>
    all.map((field) => Number(/\d+/.exec((field as HTMLInputElement).labels?.[0]?.textContent ?? '')?.[0])),
  );
  expect(wanted).toHaveLength(3);
  for (const [index, position] of wanted.entries()) {
    await fields.nth(index).fill(index === 0 ? 'zebra' : words[position - 1]!);
  }
  await dialog.getByRole('button', { name: 'Check my words' }).click();
  await dialog.getByRole('alert').waitFor();
  await fields.nth(0).fill(words[wanted[0]! - 1]!);
  await dialog.getByRole('button', { name: 'Check my words' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'Show my words again' }).waitFor();
});

test('a pause is confirmed by the node and survives a restart; so does everything else', async () => {
  await goTo('Home');
  await page.getByRole('button', { name: 'Pause until I resume' }).click();
  await page.getByRole('heading', { level: 1, name: 'Paused' }).waitFor();
  const earned = await page.getByRole('region', { name: 'Earned today' }).innerText();

  expect(await rig.end(), rig.output).toBe(0);
  expect(processesWith(profile)).toEqual([]);
  await page.getByText('Folkmoot’s node does not answer.').waitFor();
  await context.close();
  expect(trouble.filter((line) => !/WebSocket|ERR_CONNECTION_REFUSED/.test(line))).toEqual([]);

  rig = new RigProcess(profile);
  ({ page, context, trouble } = await openPage(browser));
  await page.goto(await rig.url);
  await page.getByRole('heading', { name: 'Your wallet is locked' }).waitFor();
  expect(await axeViolations(page)).toEqual([]);
  await page.getByLabel('Passphrase').fill('wrong passphrase');
  await page.getByRole('button', { name: 'Unlock', exact: true }).click();
  await page.getByRole('alert').waitFor();
  await page.getByLabel('Passphrase').fill(PASSPHRASE);
  await page.getByRole('button', { name: 'Unlock', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Paused' }).waitFor();
  expect(earnedFigure(await page.getByRole('region', { name: 'Earned today' }).innerText())).toBe(earnedFigure(earned));
  await goTo('Ask');
  await page.getByRole('region', { name: 'What you asked' }).getByText('Digit reader').first().waitFor();
  await goTo('Home');
  await page.getByRole('button', { name: 'Resume work' }).click();
  await page.getByRole('heading', { level: 1, name: 'Paused' }).waitFor({ state: 'detached' });
});

test('a crash of everything leaves no process behind, and the next start goes on', async () => {
  await rig.end('SIGKILL');
  // The children end by themselves once their parent is gone.
  await expect.poll(() => processesWith(profile).map(({ command }) => command), { timeout: 30_000 }).toEqual([]);
  rig = new RigProcess(profile);
  await page.goto(await rig.url);
  await page.getByLabel('Passphrase').fill(PASSPHRASE);
  await page.getByRole('button', { name: 'Unlock', exact: true }).click();
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
  await goTo('Earnings');
  await page
    .getByRole('region', { name: /Ledger/ })
    .getByText('Digit reader')
    .first()
    .waitFor();
});

function earnedFigure(text: string): string {
  return /\d[\d.,]*/.exec(text)?.[0] ?? '';
}
