import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../store/test-store.ts';
import { runLine } from './test-terminal.ts';

const DAY = join(import.meta.dirname, '../policy/days/gaming-evening.jsonl');

test('simulate: each stretch with its reason, and the hours per reason; no node is needed', async () => {
  const { code, out } = await runLine(['simulate', DAY]);
  expect(code).toBe(0);
  expect(out).toContain('gpu:GPU-1  stop: A program fills the screen, and it comes first.');
  expect(out).toMatch(/gpu:GPU-1: ran \d+\.\d h, slowly \d\.\d h, stopped \d\.\d h, asleep or unknown 0\.0 h/);
  const cool = await runLine(['simulate', DAY, '--summary', '--target', '50', '--quiet', '22:00-7:00', '--json']);
  expect(JSON.parse(cool.out)).toMatchObject({ summaries: [{ device: 'gpu:GPU-1' }, { device: 'cpu' }] });
});

test('a file that is no recording is refused with its line', async () => {
  const file = join(temporaryFolder(), 'day.jsonl');
  writeFileSync(file, '{"now":1}\n');
  expect(await runLine(['simulate', file])).toMatchObject({ code: 1, err: expect.stringContaining('Line 1') });
  expect(await runLine(['simulate', DAY, '--target', 'hot'])).toMatchObject({ code: 2 });
});
