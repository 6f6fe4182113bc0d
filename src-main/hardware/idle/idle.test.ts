import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../store/test-store.ts';
import { Sysfs } from '../sysfs.ts';
import { kernelTree, recording } from '../test-recordings.ts';
import { gdbusNumber, hidIdle, inputInterrupts, logindIdle, plainMilliseconds } from './parse.ts';
import { IdleSources } from './sources.ts';

test('each program’s own way to say it', () => {
  expect(gdbusNumber('(uint64 12345,)\n')).toBe(12_345);
  expect(gdbusNumber('(uint32 7,)\n')).toBe(7);
  expect(gdbusNumber('Error: no')).toBeNull();
  expect(plainMilliseconds('2500\n')).toBe(2.5);
  expect(logindIdle('IdleHint=no\nIdleSinceHint=0', 1_000)).toBe(0);
  expect(logindIdle('IdleHint=yes\nIdleSinceHint=5000000', 65_000)).toBe(60);
  expect(hidIdle(recording('hid.txt'))).toBeCloseTo(93.5162875);
  expect(inputInterrupts(recording('interrupts.txt'))).toBe(120 + 30 + 4_000 + 500 + 900_001);
  expect(inputInterrupts('no such device')).toBeNull();
});

test('no text breaks a parser', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      for (const parse of [gdbusNumber, plainMilliseconds, hidIdle, inputInterrupts]) {
        const value = parse(text);
        expect(value === null || value >= 0).toBe(true);
      }
      logindIdle(text, 0);
    }),
  );
});

test('the own last source: unknown at first, grows while nothing comes in, and starts anew with input', async () => {
  const root = kernelTree(temporaryFolder(), { 'proc/interrupts': recording('interrupts.txt') });
  let now = 1_000_000;
  const sources = new IdleSources(new Sysfs(root), () => now, { PATH: '/nowhere' }, 'linux');
  const seconds = async (): Promise<number | null | undefined> => (await sources.read())[0]?.seconds;
  expect(await seconds()).toBeNull();
  now += 60_000;
  expect(await seconds()).toBe(60);
  kernelTree(root, { 'proc/interrupts': recording('interrupts.txt').replace('120', '125') });
  expect(await seconds()).toBe(0);
  now += 5_000;
  expect(await seconds()).toBe(5);
});

test('a system without any source has none, instead of one that says 0', async () => {
  expect(await new IdleSources(new Sysfs(temporaryFolder()), Date.now, {}, 'linux').read()).toEqual([]);
  expect(await new IdleSources(new Sysfs(temporaryFolder()), Date.now, {}, 'win32').read()).toEqual([]);
});
