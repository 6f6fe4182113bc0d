import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../store/test-store.ts';
import { MACHINE, PROCESSOR } from './test-device.ts';
import { runLine, TestCli } from './test-terminal.ts';

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

test('times are those of the clock beside the recorded machine, whatever zone this one is in', async () => {
  const file = join(temporaryFolder(), 'day.jsonl');
  // A machine five and a half hours east of Greenwich.
  const east = readFileSync(DAY, 'utf8').replace(/"day":(\d),"minute":(\d+)/g, (_, day: string, minute: string) => {
    const there = Number(minute) + 330;
    return `"day":${(Number(day) + Math.floor(there / 1_440)) % 7},"minute":${there % 1_440}`;
  });
  writeFileSync(file, east);
  const first = (out: string): string => out.split('\n')[0] ?? '';
  expect(first((await runLine(['simulate', DAY])).out)).toMatch(/^00:00–/);
  expect(first((await runLine(['simulate', file])).out)).toMatch(/^05:30–/);
});

test('with the limits of the running node, and what is said beside them', async () => {
  const own = { ...PROCESSOR, id: 'gpu:GPU-1', limits: { ...PROCESSOR.limits, on: false } };
  const limits = { ...MACHINE.limits, schedule: [{ days: [0, 1, 2, 3, 4, 5, 6], from: 0, to: 360 }] };
  await using cli = await TestCli.start({}, { machine: { ...MACHINE, limits, devices: [own] } });
  const { code, out } = await cli.run('simulate', DAY, '--mine', '--json');
  expect(code).toBe(0);
  const [card, processor] = (JSON.parse(out) as { summaries: Array<{ run: number; stopped: number }> }).summaries;
  expect(card).toMatchObject({ device: 'gpu:GPU-1', run: 0 });
  expect(out).toContain('"code":"SWITCHED_OFF"');
  expect(processor?.run).toBeCloseTo(6, 0);
  expect(processor?.stopped).toBeGreaterThan(17);
  expect(cli.node.host.calls).toEqual([]);
  expect(await runLine(['simulate', DAY, '--mine', '--profile', temporaryFolder()])).toMatchObject({ code: 3 });
});
