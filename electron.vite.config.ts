import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

const here = (...path: string[]): string => resolve(import.meta.dirname, ...path);

/**
 * Three parts, as Electron has them. `main` holds one entry per process of the node (see docs/architecture.md);
 * only the packages in `dependencies` (natives) stay outside the bundle.
 */
export default defineConfig({
  main: {
    // Text models need no pictures: the native library for them is not shipped.
    resolve: { alias: { sharp: here('src-main/compute/runtimes/no-sharp.ts') } },
    build: {
      outDir: here('out/main'),
      target: 'node24',
      sourcemap: true,
      externalizeDeps: true,
      rolldownOptions: {
        input: {
          index: here('src-main/index.ts'),
          headless: here('src-main/headless.ts'),
          worker: here('src-main/worker.ts'),
          caller: here('src-main/compute/caller-process.ts'),
          text: here('src-main/compute/text-process.ts'),
          peer: here('src-main/network/peer-process.ts'),
          signer: here('src-main/wallet/signer-process.ts'),
          anvil: here('src-main/chain/sandbox/anvil-process.ts'),
          probe: here('src-main/hardware/probe-process.ts'),
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: here('out/preload'),
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: here('src-preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: here('src-renderer'),
    plugins: [react()],
    build: {
      outDir: here('out/renderer'),
      emptyOutDir: true,
      minify: true,
      rolldownOptions: { input: here('src-renderer/index.html') },
    },
  },
});
