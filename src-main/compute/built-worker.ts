import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'vite';
import { forkSpawner, type Spawner } from '../process/spawner.ts';

const ROOT = join(import.meta.dirname, '../..');

/**
 * For tests: bundles src-main/worker.ts alone, as the build does, into a folder of its own under `.cache` (inside the
 * repository, so that natives resolve). Never out/main: that one may be older than the source under test.
 */
export async function builtWorker(): Promise<{ readonly spawner: Spawner; readonly remove: () => Promise<void> }> {
  const cache = join(ROOT, '.cache');
  await mkdir(cache, { recursive: true });
  const outDir = await mkdtemp(join(cache, 'worker-'));
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    build: {
      outDir,
      target: 'node24',
      ssr: join(ROOT, 'src-main/worker.ts'),
      minify: false,
      rolldownOptions: { external: ['onnxruntime-node'], output: { format: 'es', entryFileNames: 'worker.js' } },
    },
    ssr: { noExternal: true, external: ['onnxruntime-node'] },
  });
  return { spawner: forkSpawner(outDir), remove: () => rm(outDir, { recursive: true, force: true }) };
}
