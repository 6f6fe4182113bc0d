// npm start [-- --rig | --desktop] [options of “folkmoot start”]: the app in a window, or where that cannot be, in a browser.
import { join } from 'node:path';
import { electronBinary, haveElectron, noWindow } from './electron.mjs';
import { ROOT, runToEnd, say } from './processes.mjs';
import { built, setup } from './setup.mjs';

/** Electron ends at once with this where a library of the system is missing. */
const NOT_RUNNABLE = 127;

await setup();
await built();

const all = process.argv.slice(2);
const args = all.filter((arg) => arg !== '--rig' && arg !== '--desktop');
const wantsHelp = args.includes('--help');
const wantsRig = all.includes('--rig') || wantsHelp;
const wantsDesktop = all.includes('--desktop');

process.exit(wantsRig ? await rig() : await desktop());

async function desktop() {
  const obstacle = noWindow();
  if (obstacle !== undefined) return rig(obstacle);
  const electron = await haveElectron(wantsDesktop);
  if (electron === undefined) return rig('Electron could not be downloaded; “npm start -- --desktop” tries again');
  const code = await runToEnd(electron, [ROOT, ...args]);
  return code === NOT_RUNNABLE && electronBinary() !== undefined
    ? rig('Electron does not run on this system (a library is missing)')
    : code;
}

function rig(because) {
  if (because !== undefined) say(`Folkmoot runs in your browser, because ${because}.`);
  return runToEnd(process.execPath, ['--enable-source-maps', join(ROOT, 'out/main/headless.js'), 'start', ...args], {
    ipc: true,
  });
}
