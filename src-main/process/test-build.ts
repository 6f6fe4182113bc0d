import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Rolldown } from 'vite';
import type { ProcessEntry } from './spawner.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const OUT = join(ROOT, '.cache/test-processes');

/** What an entry was built from: path below the root -> sha256. Packages are pinned, so the lock file stands for them. */
type Inputs = Readonly<Record<string, string>>;

interface BuildConfig {
  readonly main: {
    readonly resolve?: { readonly alias: Record<string, string> };
    readonly build: { readonly target: string; readonly rolldownOptions: { readonly input: Record<string, string> } };
  };
}

async function sha256(path: string): Promise<string | undefined> {
  const bytes = await readFile(join(ROOT, path)).catch(() => undefined);
  return bytes === undefined ? undefined : createHash('sha256').update(bytes).digest('hex');
}

async function upToDate(entry: ProcessEntry): Promise<boolean> {
  const text = await readFile(join(OUT, `${entry}.inputs.json`), 'utf8').catch(() => undefined);
  if (text === undefined) return false;
  for (const [path, hash] of Object.entries(JSON.parse(text) as Inputs)) {
    if ((await sha256(path)) !== hash) return false;
  }
  return true;
}

/** Two test files may build the same entry at once: each writes aside and renames, the last one wins. */
async function replace(name: string, content: string): Promise<void> {
  const aside = join(OUT, `${name}.${process.pid}.${Math.random()}.tmp`);
  await writeFile(aside, content);
  await rename(aside, join(OUT, name));
}

async function buildEntry(entry: ProcessEntry): Promise<void> {
  const config = (await import(pathToFileURL(join(ROOT, 'electron.vite.config.ts')).href)) as { default: BuildConfig };
  const { resolve: aliases, build: settings } = config.default.main;
  const { target, rolldownOptions } = settings;
  const input = rolldownOptions.input[entry];
  if (input === undefined) throw new Error(`electron.vite.config.ts has no entry "${entry}"`);
  const { dependencies } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const result = (await build({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    mode: 'production',
    ...(aliases === undefined ? {} : { resolve: aliases }),
    ssr: { noExternal: true, external: Object.keys(dependencies) },
    build: {
      ssr: input,
      write: false,
      target,
      minify: false,
      rolldownOptions: { output: { format: 'es', codeSplitting: false } },
    },
  })) as Rolldown.RolldownOutput;
  const chunk = result.output.find((part) => part.type === 'chunk');
  if (chunk === undefined) throw new Error(`the build of "${entry}" gave no code`);
  const inputs: Record<string, string> = {};
  for (const id of [...chunk.moduleIds, join(ROOT, 'package-lock.json'), join(ROOT, 'electron.vite.config.ts')]) {
    const path = relative(ROOT, id);
    const own = !path.startsWith('..') && !path.startsWith('node_modules') && !path.includes('\0');
    // Patched packages change without the lock file.
    const patched = path.includes(join('node_modules', '@libp2p', 'utils'));
    const hash = own || patched ? await sha256(path) : undefined;
    if (hash !== undefined) inputs[path] = hash;
  }
  await mkdir(OUT, { recursive: true });
  await replace(`${entry}.js`, chunk.code);
  await replace(`${entry}.inputs.json`, JSON.stringify(inputs));
}

const building = new Map<ProcessEntry, Promise<void>>();

/** Callers in one test file share the build. */
async function ensure(entry: ProcessEntry): Promise<void> {
  const known = building.get(entry);
  if (known !== undefined) return known;
  const work = (async () => {
    if (!(await upToDate(entry))) await buildEntry(entry);
  })();
  building.set(entry, work);
  return work;
}

/**
 * For tests only: a folder with the given entries, built as the product's build does (one file each, natives outside).
 * Rebuilt when a source file that went into an entry has changed, else taken from `.cache`.
 * Use: `forkSpawner(await builtEntries('worker'))`.
 */
export async function builtEntries(...entries: readonly ProcessEntry[]): Promise<string> {
  for (const entry of entries) await ensure(entry);
  return OUT;
}
