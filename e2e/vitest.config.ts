import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

const root = resolve(import.meta.dirname, '..');

/** Whole nodes with real processes, chains and browsers: one file at a time, with time to start. */
export default defineConfig({
  root,
  test: {
    include: ['e2e/**/*.spec.ts'],
    fileParallelism: false,
    pool: 'forks',
    testTimeout: 240_000,
    hookTimeout: 240_000,
    teardownTimeout: 60_000,
    reporters: ['default', resolve(root, 'build/count-reporter.ts')],
  },
});
