import { writeFileSync } from 'node:fs';
import type { Reporter, SerializedError, TestModule } from 'vitest/node';

/**
 * Counts results for the closing line of `npm test`. Files that do not import and unhandled errors count as failed:
 * a suite that could not run must never read as green. Writes `{passed, failed, skipped}` to FOLKMOOT_COUNT_FILE.
 */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: ReadonlyArray<TestModule>, errors: ReadonlyArray<SerializedError>): void {
    const count = { passed: 0, failed: errors.length, skipped: 0 };
    for (const module of modules) {
      count.failed += module.errors().length;
      for (const test of module.children.allTests()) {
        const state = test.result().state;
        if (state === 'passed') count.passed++;
        else if (state === 'failed') count.failed++;
        else count.skipped++;
      }
    }
    const file = process.env['FOLKMOOT_COUNT_FILE'];
    if (file !== undefined) writeFileSync(file, JSON.stringify(count));
  }
}
