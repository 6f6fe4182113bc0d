// One Chromium for all windows of the app.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';

const { chromium } = createRequire(import.meta.url)('playwright-core');
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-startup-window',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
];

let launching;
let close = async () => {};

/** @returns {Promise<import('playwright-core').Browser>} */
export function browser() {
  launching ??= launch();
  return launching;
}

export const closeBrowser = () => close();

function launch() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'stand-in-'));
  const headless = process.env.HEADED ? [] : ['--headless=new'];
  const child = spawn(
    process.env.CHROMIUM ?? '/usr/bin/chromium',
    [...FLAGS, ...headless, '--remote-debugging-port=0', `--user-data-dir=${folder}`],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  const gone = new Promise((resolve) => child.once('exit', resolve));
  process.on('exit', () => child.kill('SIGKILL'));
  close = async () => {
    child.kill();
    await gone;
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  return new Promise((resolve, reject) => {
    let heard = '';
    let seen = false;
    child.stderr.on('data', (data) => {
      heard += data;
      const address = /^DevTools listening on (ws:\/\/\S+)$/m.exec(heard);
      if (address === null || seen) return;
      seen = true;
      // Playwright, if it started us, waits for this very line.
      if (process.env.STAND_IN_DEBUGGING) process.stderr.write(`\nDevTools listening on ${address[1]}\n`);
      chromium.connectOverCDP(address[1]).then(resolve, reject);
    });
    child.once('exit', () => reject(new Error(`chromium ended: ${heard.slice(-400)}`)));
    child.once('error', reject);
  });
}
