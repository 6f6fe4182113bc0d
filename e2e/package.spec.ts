import { spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'fm-package-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** As much of Electron as the packer looks at. */
function emptyElectron(): string {
  const dist = join(folder, 'electron');
  mkdirSync(join(dist, 'locales'), { recursive: true });
  for (const file of [
    'electron',
    'LICENSE',
    'LICENSES.chromium.html',
    'chrome-sandbox',
    'icudtl.dat',
    'locales/en-US.pak',
    'version',
  ]) {
    writeFileSync(join(dist, file), 'x', { mode: 0o755 });
  }
  return dist;
}

interface Entry {
  readonly files?: Readonly<Record<string, Entry>>;
  readonly unpacked?: boolean;
}

/** Path -> lies outside the archive. The head of an asar is one JSON text. */
function archived(file: string): Map<string, boolean> {
  const fd = openSync(file, 'r');
  const sizes = Buffer.alloc(16);
  readSync(fd, sizes, 0, 16, 0);
  const head = Buffer.alloc(sizes.readUInt32LE(12));
  readSync(fd, head, 0, head.length, 16);
  closeSync(fd);
  const found = new Map<string, boolean>();
  const visit = (entry: Entry, path: string): void => {
    if (entry.files === undefined) found.set(path, entry.unpacked === true);
    else for (const [name, child] of Object.entries(entry.files)) visit(child, path === '' ? name : `${path}/${name}`);
  };
  visit(JSON.parse(head.toString('utf8')) as Entry, '');
  return found;
}

test.skipIf(process.platform !== 'linux')(
  'a package holds the build and the natives of its platform, and nothing else',
  () => {
    const cli = join(ROOT, 'node_modules/electron-builder/cli.js');
    const args = [
      '--linux',
      'dir',
      `-c.electronDist=${emptyElectron()}`,
      `-c.directories.output=${join(folder, 'out')}`,
    ];
    const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], { cwd: ROOT, encoding: 'utf8' });
    expect(status, stdout + stderr).toBe(0);
    const resources = join(
      folder,
      'out',
      `linux-${process.arch === 'x64' ? '' : `${process.arch}-`}unpacked`,
      'resources',
    );
    const files = archived(join(resources, 'app.asar'));
    const names = [...files.keys()];

    expect(names).toEqual(
      expect.arrayContaining([
        'package.json',
        'out/main/index.js',
        'out/main/headless.js',
        'out/preload/index.cjs',
        'out/renderer/index.html',
      ]),
    );
    expect(new Set(names.map((name) => name.split('/')[0]))).toEqual(new Set(['package.json', 'out', 'node_modules']));
    expect(names.filter((name) => name.endsWith('.map'))).toEqual([]);
    expect(names.filter((name) => /node_modules\/(node-linux|@foundry-rs|electron\/|playwright)/.test(name))).toEqual(
      [],
    );

    const natives = names.filter((name) => /\.(node|dll|dylib|exe)$|\.so(\.|$)/.test(name));
    const here = `linux[/-]${process.arch}`;
    expect(natives.filter((name) => !new RegExp(here).test(name))).toEqual([]);
    expect(natives.length).toBeGreaterThanOrEqual(3);
    for (const name of natives) {
      expect(files.get(name), `${name} lies outside the archive`).toBe(true);
      expect(existsSync(join(resources, 'app.asar.unpacked', name))).toBe(true);
    }

    expect(statSync(join(resources, 'resources/bin/anvil')).mode & 0o111).not.toBe(0);
    expect(existsSync(join(resources, 'resources/icons/tray.png'))).toBe(true);
    expect(existsSync(join(resources, 'resources/models'))).toBe(true);
  },
);
