// A Chromium for the end to end tests, the demo and the stand-in.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { capture, say } from './processes.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome.exe', 'msedge.exe'];
const PLACES = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  `${process.env.PROGRAMFILES ?? ''}\\Google\\Chrome\\Application\\chrome.exe`,
];

/** Path of a Chromium that is already here. */
export function findChromium() {
  if (process.env.CHROMIUM !== undefined && existsSync(process.env.CHROMIUM)) return process.env.CHROMIUM;
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin'];
  const onPath = folders.flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return [...onPath, ...PLACES].find((file) => existsSync(file));
}

/** Path of a Chromium, installed first where this can be done without asking (root on Debian). undefined where it cannot. */
export async function chromium() {
  const found = findChromium();
  if (found !== undefined) return found;
  const debian = existsSync('/etc/debian_version') && existsSync('/usr/bin/apt-get');
  if (!debian || process.getuid?.() !== 0) return undefined;
  say('Installing Chromium for the end to end tests …');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'chromium']]) {
    const { code, output } = await capture('apt-get', args, { env, limitMs: 10 * 60_000 });
    if (code !== 0) {
      say(`apt-get ${args[0]} failed:\n${output.trim().split('\n').slice(-5).join('\n')}`);
      return undefined;
    }
  }
  return findChromium();
}
