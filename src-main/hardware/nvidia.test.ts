import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { nvidiaFacts, nvidiaReading, parseNvidia, parseNvidiaProcesses, parseNvidiaShares, pciOf } from './nvidia.ts';
import { plausibleCard } from './plausible.ts';
import { parseSecondOpinion, secondOpinion } from './second-opinion.ts';
import { recording } from './test-recordings.ts';

const [desktop, server] = parseNvidia(recording('nvidia-smi.csv'));
const OURS = new Set([4242]);

test('an idle card is idle and not unknown, what the driver does not know stays unknown, other lines are left out', () => {
  expect(desktop).toMatchObject({
    index: 0,
    pci: '0000:01:00.0',
    load: 0,
    temperatureC: 41,
    powerW: 11.52,
    driver: '565.77',
  });
  expect(server).toMatchObject({ name: 'Tesla K80', load: null, powerW: null, powerLimitW: null, temperatureC: 38 });
  expect(nvidiaFacts(desktop!)).toMatchObject({ vendor: 'nvidia', memoryBytes: 12_282 * 1024 ** 2 });
});

test('what our own processes take is not foreign, where the driver can tell', () => {
  const processes = parseNvidiaProcesses(recording('compute-apps.csv'));
  const shares = parseNvidiaShares(recording('pmon.txt'));
  const busy = { ...desktop!, load: 0.95 };
  const working = nvidiaReading(busy, OURS, processes, shares, true);
  expect(working).toMatchObject({ load: 0.95, foreignLoad: 0.25, ownMemoryBytes: 512 * 1024 ** 2 });
  expect(nvidiaReading(busy, OURS, null, null, true).foreignLoad).toBeNull();
  expect(nvidiaReading(busy, OURS, null, null, false).foreignLoad).toBe(0.95);
});

test('a process without a figure is not known to be idle: only where nothing is left for it to take', () => {
  const at = (load: number | null, ...lines: readonly string[]): number | null =>
    nvidiaReading({ ...desktop!, load }, OURS, [], parseNvidiaShares(lines.join('\n')), true).foreignLoad;
  const [ours, xorg, game] = [
    ' 0 4242 C 70 10 - - - - lane',
    ' 0 900 G - - - - - - Xorg',
    ' 0 999 G 25 5 - - - - game',
  ];
  expect(at(0.72, ours, xorg)).toBeCloseTo(0.02);
  expect(at(0.95, ours, xorg)).toBeNull();
  expect(at(null, ours, xorg)).toBeNull();
  // At least this is taken, whatever the other does.
  expect(at(0.99, ours, xorg, game)).toBe(0.25);
  expect(at(0.95, ours)).toBe(0);
  // Our own share is missing, or no process of ours is listed at all: pmon does not show every card.
  expect(at(0.9, ' 0 4242 C - - - - - - lane', xorg)).toBeNull();
  expect(at(0.9)).toBeNull();
});

test('any text is read without an error, and no figure is beyond belief', () => {
  const cell = fc.oneof(
    fc.string(),
    fc.constantFrom('[N/A]', '-1', '300', '1000000000', 'NaN', 'GPU-1234-abcd', '00000000:01:00.0'),
  );
  const line = fc.array(cell, { minLength: 9, maxLength: 12 }).map((cells) => cells.join(', '));
  fc.assert(
    fc.property(fc.array(fc.oneof(line, fc.string())), (lines) => {
      const text = lines.join('\n');
      parseNvidiaProcesses(text);
      parseNvidiaShares(text);
      for (const card of parseNvidia(text)) {
        const reading = plausibleCard(nvidiaReading(card, OURS, [], [], false));
        for (const share of [reading.load, reading.foreignLoad])
          expect(share === null || (share >= 0 && share <= 1)).toBe(true);
        expect(reading.temperatureC === null || Math.abs(reading.temperatureC) <= 150).toBe(true);
        expect(reading.powerW === null || (reading.powerW >= 0 && reading.powerW <= 5_000)).toBe(true);
      }
    }),
  );
  expect(pciOf('no address')).toBeNull();
});

test('the second source: one card is an object, two are a list, and nonsense is nothing', () => {
  const gpu = {
    $: { id: '00000000:01:00.0' },
    product_name: 'RTX',
    uuid: 'GPU-abcd-1',
    fb_memory_usage: { total: '12282 MiB' },
  };
  const log = (gpus: unknown): unknown => ({ nvidia_smi_log: { driver_version: '565.77', gpu: gpus } });
  expect(parseSecondOpinion(log(gpu))).toEqual([
    expect.objectContaining({ id: 'gpu:GPU-abcd-1', pci: '0000:01:00.0', memoryBytes: 12_282 * 1024 ** 2 }),
  ]);
  expect(parseSecondOpinion(log([gpu, { product_name: 'Old' }]))).toHaveLength(2);
  fc.assert(fc.property(fc.jsonValue(), (value) => void expect(parseSecondOpinion(value)).toEqual([])));
});

test('without the program there is no second opinion, and no waiting', async () => {
  await expect(secondOpinion(() => undefined)).resolves.toEqual([]);
});
