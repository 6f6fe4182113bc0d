import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'fm-build-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The scripts are plain JavaScript without types: run as they are used, by a process of their own. */
function run(code: string): { status: number | null; stdout: string; stderr: string } {
  const file = join(folder, 'try.mjs');
  const script = (name: string): string => JSON.stringify(pathToFileURL(join(import.meta.dirname, name)).href);
  writeFileSync(
    file,
    code.replaceAll(/from '\.\/(\w[\w-]*\.mjs)'/g, (_all, name: string) => `from ${script(name)}`),
  );
  return spawnSync(process.execPath, [file], { encoding: 'utf8', env: { ...process.env, CI: '1' } });
}

test('imports of built files are followed, whatever they look like', () => {
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  write('entry.js', "import{a as b}from'./one.js';import 'ws';\nconst later = () => import('./two.js');\n");
  write('one.js', 'export { x } from \'./three.js\';\nimport fs, { readFileSync } from "node:fs";\n');
  write('two.js', 'import {\n  app,\n  dialog\n} from "electron";\n');
  write('three.js', 'export const x = \'import { app } from "nothing"\';\n');
  const { stdout } = run(`
    import { reached } from './no-electron.mjs';
    const { files, packages } = reached([${JSON.stringify(join(folder, 'entry.js'))}]);
    console.log(JSON.stringify([files.length, [...packages.keys()].sort()]));`);
  const [files, packages] = JSON.parse(stdout) as [number, string[]];
  expect(files).toBe(4);
  expect(packages).toEqual(expect.arrayContaining(['electron', 'node:fs', 'ws']));
});

test('a step that fails keeps its output and code, one that hangs is ended with everything it started', () => {
  const { stdout } = run(`
    import { capture } from './processes.mjs';
    const failed = await capture(process.execPath, ['-e', 'console.log("why"); process.exit(3)']);
    const hung = await capture('sh', ['-c', 'sleep 600 & echo $!; wait'], { limitMs: 500 });
    const pid = Number(hung.output.split('\\n')[0]);
    let alive = true;
    for (let tries = 0; alive && tries < 100; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      try { process.kill(pid, 0); alive = (await import('node:fs')).readFileSync('/proc/' + pid + '/stat', 'utf8').split(' ')[2] !== 'Z'; } catch { alive = false; }
    }
    console.log(JSON.stringify({ failed, code: hung.code, alive }));`);
  expect(JSON.parse(stdout)).toEqual({ failed: { code: 3, output: 'why\n' }, code: 124, alive: false });
});

test('content decides whether a step is needed, not time', () => {
  const { stdout } = run(`
    import { hashOf } from './stamps.mjs';
    const one = hashOf(['build', 'package.json'], (path) => !path.endsWith('.md'));
    console.log(JSON.stringify([one === hashOf(['build', 'package.json'], (path) => !path.endsWith('.md')), one === hashOf(['build']), one.length]));`);
  expect(JSON.parse(stdout)).toEqual([true, false, 64]);
});

test('an unknown bench is refused with the list of those there are', () => {
  const { status, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, 'bench.mjs'), 'no-such-bench'], {
    encoding: 'utf8',
  });
  expect(status).toBe(2);
  expect(stderr).toContain('gas');
});
