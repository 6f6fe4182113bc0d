import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../store/test-store.ts';
import { mergeCards, readFacts, vulkanDrivers, vulkanFiles } from './facts.ts';
import { Counters, linuxCardFacts, linuxCardReading, linuxCards } from './linux-cards.ts';
import { availableMemory, powerSupply, processorHeat, processorWatts, processTime } from './linux-sensors.ts';
import { Sysfs } from './sysfs.ts';
import { kernelTree } from './test-recordings.ts';
import { linuxTrouble } from './trouble.ts';

const AMD = 'sys/bus/pci/devices/0000:03:00.0';
const INTEL = 'sys/bus/pci/devices/0000:00:02.0';
const NVIDIA = 'sys/bus/pci/devices/0000:01:00.0';
const MISSING = { kind: 'missing' } as const;
const WORKS = { kind: 'said', text: '' } as const;

const files = {
  [`${AMD}/class`]: '0x030000',
  [`${AMD}/vendor`]: '0x1002',
  [`${AMD}/device`]: '0x73bf',
  [`${AMD}/driver`]: '-> drivers/amdgpu',
  [`${AMD}/gpu_busy_percent`]: '0',
  [`${AMD}/mem_info_vram_total`]: '17163091968',
  [`${AMD}/mem_info_vram_used`]: '1048576',
  [`${AMD}/hwmon/hwmon3/temp1_input`]: '52000',
  [`${AMD}/hwmon/hwmon3/power1_average`]: '18000000',
  [`${AMD}/drm/renderD128/dev`]: '226:128',
  [`${INTEL}/class`]: '0x030000',
  [`${INTEL}/vendor`]: '0x8086',
  [`${INTEL}/device`]: '0x46a6',
  [`${INTEL}/driver`]: '-> drivers/i915',
  [`${INTEL}/drm/card1/dev`]: '226:1',
  'sys/class/drm/card1/gt/gt0/rc6_residency_ms': '1000',
  [`${NVIDIA}/class`]: '0x030200',
  [`${NVIDIA}/vendor`]: '0x10de',
  [`${NVIDIA}/device`]: '0x2786',
  'sys/bus/pci/devices/0000:00:1f.0/class': '0x060100',
};
const tree = (more: Readonly<Record<string, string>> = {}): Sysfs =>
  new Sysfs(kernelTree(temporaryFolder(), { ...files, ...more }));

test('cards of the bus with their drivers, also one that no driver took', () => {
  const cards = linuxCards(tree());
  expect(cards.map(({ pci, vendor, module }) => [pci, vendor, module])).toEqual([
    ['0000:00:02.0', 'intel', 'i915'],
    ['0000:01:00.0', 'nvidia', null],
    ['0000:03:00.0', 'amd', 'amdgpu'],
  ]);
});

test('an AMD card: load 0 is a value, temperature, power and memory in their units', () => {
  const sys = tree();
  const card = linuxCards(sys).find(({ vendor }) => vendor === 'amd')!;
  expect(linuxCardReading(sys, card, new Counters(), 'none')).toEqual({
    id: 'gpu:0000:03:00.0',
    load: 0,
    foreignLoad: 0,
    temperatureC: 52,
    powerW: 18,
    memoryUsedBytes: 1_048_576,
    ownMemoryBytes: null,
  });
  expect(linuxCardReading(sys, card, new Counters(), null).foreignLoad).toBeNull();
  expect(linuxCardFacts(sys, card)).toMatchObject({
    memoryBytes: 17_163_091_968,
    driver: 'amdgpu',
    name: 'AMD Radeon (1002:73bf)',
  });
});

test('an Intel card counts its rest: unknown at the first look, then what is left of the time', () => {
  const root = kernelTree(temporaryFolder(), files);
  const sys = new Sysfs(root);
  const card = linuxCards(sys).find(({ vendor }) => vendor === 'intel')!;
  let now = 0;
  const counters = new Counters(() => now);
  expect(linuxCardReading(sys, card, counters, 'none').load).toBeNull();
  now = 1_000;
  kernelTree(root, { 'sys/class/drm/card1/gt/gt0/rc6_residency_ms': '1750' });
  expect(linuxCardReading(sys, card, counters, 'none').load).toBeCloseTo(0.25);
  now = 2_000;
  kernelTree(root, { 'sys/class/drm/card1/gt/gt0/rc6_residency_ms': '3' });
  expect(linuxCardReading(sys, card, counters, 'none').load).toBeNull();
});

test('cause and fix of each trouble, in words', () => {
  const sys = tree({ [`${NVIDIA}/drm/renderD129/dev`]: '226:129' });
  const [intel, bare, amd] = linuxCards(sys);
  const said = (module: string | null, smi: Parameters<typeof linuxTrouble>[2]): string =>
    linuxTrouble(sys, { ...bare!, module }, smi, () => true)?.cause ?? 'none';
  expect(said(null, MISSING)).toContain('no driver');
  expect(said('nouveau', MISSING)).toContain('nouveau');
  expect(said('vfio-pci', MISSING)).toContain('virtual machine');
  expect(said('nvidia', MISSING)).toContain('nvidia-smi is missing');
  expect(
    said('nvidia', { kind: 'failed', why: 'Failed to initialize NVML: Driver/library version mismatch' }),
  ).toContain('updated');
  expect(said('nvidia', { kind: 'failed', why: 'Unable to determine the device handle' })).toContain('does not answer');
  expect(said('nvidia', WORKS)).toBe('none');
  expect(linuxTrouble(sys, amd!, MISSING, () => false)?.fix).toContain('render');
  expect(linuxTrouble(sys, intel!, MISSING, () => true)).toBeNull();
});

test('the processor: its own chip before a thermal zone, hottest core first; watts from energy', () => {
  const chip = { 'sys/class/hwmon/hwmon0/name': 'nvme', 'sys/class/hwmon/hwmon0/temp1_input': '70000' };
  const zone = {
    'sys/class/thermal/thermal_zone0/type': 'x86_pkg_temp',
    'sys/class/thermal/thermal_zone0/temp': '55000',
  };
  expect(processorHeat(tree(chip))).toBeNull();
  expect(processorHeat(tree({ ...chip, ...zone }))).toBe(55);
  const core = {
    'sys/class/hwmon/hwmon1/name': 'coretemp',
    'sys/class/hwmon/hwmon1/temp1_input': '61000',
    'sys/class/hwmon/hwmon1/temp2_input': '66000',
  };
  expect(processorHeat(tree({ ...chip, ...zone, ...core }))).toBe(66);
  let now = 0;
  const counters = new Counters(() => now);
  const rapl = 'sys/class/powercap/intel-rapl:0/energy_uj';
  expect(processorWatts(tree({ [rapl]: '0' }), counters)).toBeNull();
  now = 1_000;
  expect(processorWatts(tree({ [rapl]: '15000000' }), counters)).toBe(15);
});

test('battery: none, discharging, on mains, a headset only, and one that says nothing', () => {
  const supply = (name: string, values: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(Object.entries(values).map(([file, text]) => [`sys/class/power_supply/${name}/${file}`, text]));
  const read = (...supplies: Array<Record<string, string>>) =>
    powerSupply(tree(Object.assign({}, ...supplies) as Record<string, string>));
  const mains = supply('AC', { type: 'Mains', online: '1' });
  const battery = (status: string): Record<string, string> =>
    supply('BAT0', { type: 'Battery', status, capacity: '64' });
  expect(read()).toEqual({ onBattery: false, percent: null });
  expect(read(supply('AC', { type: 'Mains', online: '0' }), battery('Discharging'))).toEqual({
    onBattery: true,
    percent: 64,
  });
  expect(read(mains, battery('Charging'))).toEqual({ onBattery: false, percent: 64 });
  expect(read(mains, battery('Unknown'))).toEqual({ onBattery: false, percent: 64 });
  expect(read(supply('hid', { type: 'Battery', scope: 'Device', status: 'Discharging' }))).toEqual({
    onBattery: false,
    percent: null,
  });
  expect(read(battery('Unknown'))).toBeNull();
});

test('memory and time of processes', () => {
  const sys = tree({
    'proc/meminfo': 'MemTotal: 100 kB\nMemAvailable:    2048 kB',
    'proc/7/stat': '7 (a (b) c) S 1 7 7 0 -1 4194560 1 0 0 0 150 50 0 0',
  });
  expect(availableMemory(sys)).toBe(2_097_152);
  expect(processTime(sys, [7])).toBe(2_000);
  expect(processTime(sys, [7, 8])).toBeNull();
  expect(processTime(sys, [])).toBe(0);
});

test('one card that several sources know is one, with what each of them knows', () => {
  const base = { index: null, memoryBytes: null, driver: null, trouble: null } as const;
  const smi = {
    ...base,
    id: 'gpu:GPU-1',
    name: 'RTX',
    vendor: 'nvidia',
    pci: '0000:01:00.0',
    driver: '565',
    sources: ['nvidia-smi'],
  } as const;
  const kernel = {
    ...base,
    id: 'gpu:0000:01:00.0',
    name: 'NVIDIA card',
    vendor: 'nvidia',
    pci: '0000:01:00.0',
    memoryBytes: 5,
    sources: ['/sys/bus/pci'],
  } as const;
  expect(mergeCards([smi], [kernel], [])).toEqual([
    { ...smi, memoryBytes: 5, sources: ['nvidia-smi', '/sys/bus/pci'] },
  ]);
  expect(mergeCards([], [kernel], [{ ...smi, sources: ['systeminformation'] }])[0]).toMatchObject({
    id: 'gpu:0000:01:00.0',
    name: 'RTX',
    driver: '565',
  });
});

test('a driver for Vulkan announces itself by a file, or by the environment, and an update shows', () => {
  expect(vulkanFiles(tree(), {})).toEqual([]);
  expect(vulkanFiles(tree(), { VK_ICD_FILENAMES: '/opt/swiftshader.json' })).toEqual(['/opt/swiftshader.json']);
  const file = 'usr/share/vulkan/icd.d/radeon_icd.json';
  const root = kernelTree(temporaryFolder(), { [file]: '{"ICD": {"api_version": "1.4.305"}}' });
  const told = (at: number): string[] => {
    utimesSync(join(root, file), at, at);
    return vulkanDrivers(new Sysfs(root), {});
  };
  expect(told(1_000)).toEqual(['radeon_icd.json 1.4.305 1000']);
  // Mesa is built anew for the same version of Vulkan.
  expect(told(2_000)).toEqual(['radeon_icd.json 1.4.305 2000']);
  expect(vulkanDrivers(tree(), { VK_DRIVER_FILES: '/opt/none.json' })).toEqual(['none.json no version no file']);
});

test('this machine says what it is', async () => {
  const facts = await readFacts(temporaryFolder());
  expect(facts.cores).toBeGreaterThan(0);
  expect(facts.diskBytes).toBeGreaterThan(0);
});
