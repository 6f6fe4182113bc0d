// oxlint-disable no-restricted-imports -- runs under Node, never in the window
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, type InlineConfig } from 'vite';

/** Builds only the renderer part of electron.vite.config.ts, into a folder of its own. @returns that folder */
export async function buildRenderer(): Promise<string> {
  const outDir = await mkdtemp(join(tmpdir(), 'folkmoot-renderer-'));
  const config = (await import(new URL('../../electron.vite.config.ts', import.meta.url).href)) as {
    default: { renderer: InlineConfig };
  };
  const { renderer } = config.default;
  await build({
    ...renderer,
    configFile: false,
    base: './',
    logLevel: 'warn',
    build: { ...renderer.build, outDir, emptyOutDir: true },
  });
  return outDir;
}
