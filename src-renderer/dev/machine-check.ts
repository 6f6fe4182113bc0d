import type { DeviceCheck, HardwareCheck, ProviderCheck } from '../../src-shared/domain/machine.ts';
import { MINUTE, NOW } from './fixtures.ts';

const GIB = 1024 ** 3;

const ran = (provider: ProviderCheck['provider'], runMs: number, difference: number): ProviderCheck => ({
  provider,
  state: 'ran',
  runMs,
  difference,
  cause: null,
  fix: null,
});

const not = (
  provider: ProviderCheck['provider'],
  state: 'failed' | 'absent',
  cause: string,
  fix: string | null,
): ProviderCheck => ({ provider, state, runMs: null, difference: null, cause, fix });

const DEVICES: readonly DeviceCheck[] = [
  {
    id: 'gpu:GPU-5f1c2a44',
    kind: 'gpu',
    name: 'RTX 4070',
    vendor: 'nvidia',
    driver: '565.77',
    memoryBytes: 12 * GIB,
    sources: ['nvidia-smi', 'systeminformation'],
    providers: [ran('cuda', 1.84, 2.4e-7), ran('webgpu', 3.1, 0.000_001_2)],
    trouble: null,
  },
  {
    id: 'gpu:0000:0c:00.0',
    kind: 'gpu',
    name: 'Radeon RX 7600',
    vendor: 'amd',
    driver: 'amdgpu 6.12',
    memoryBytes: 8 * GIB,
    sources: ['/sys/class/drm', 'hwmon'],
    providers: [ran('webgpu', 4.02, 0.000_003_1), not('dml', 'absent', 'DirectML is part of Windows only.', null)],
    trouble: null,
  },
  {
    id: 'cpu',
    kind: 'cpu',
    name: 'Ryzen 7 5800X',
    vendor: 'amd',
    driver: null,
    memoryBytes: 32 * GIB,
    sources: ['systeminformation', 'hwmon'],
    providers: [ran('cpu', 11.9, 0)],
    trouble: null,
  },
  {
    id: 'gpu:0000:0e:00.0',
    kind: 'gpu',
    name: 'Arc A380',
    vendor: 'intel',
    driver: null,
    memoryBytes: 6 * GIB,
    sources: ['/sys/class/drm'],
    providers: [
      not(
        'webgpu',
        'failed',
        'No adapter was found: libvulkan_intel.so is not installed.',
        'Install the package “mesa-vulkan-drivers”.',
      ),
    ],
    trouble: {
      cause: 'The system sees the card, but no Vulkan driver drives it.',
      fix: 'Install the package “mesa-vulkan-drivers”, then run the check again.',
    },
  },
];

export const CHECK: HardwareCheck = {
  state: 'done',
  at: NOW - 3 * 60 * MINUTE,
  processor: 'AMD Ryzen 7 5800X',
  cores: 16,
  memoryBytes: 32 * GIB,
  system: 'Debian GNU/Linux 13, kernel 6.12',
  devices: DEVICES,
  benchmark: [
    ['Digit reader', 'gpu:GPU-5f1c2a44', 'cuda', 2140],
    ['Digit reader', 'gpu:0000:0c:00.0', 'webgpu', 812],
    ['Digit reader', 'cpu', 'cpu', 655],
    ['Matrix 1024', 'gpu:GPU-5f1c2a44', 'cuda', 381],
    ['Matrix 1024', 'gpu:0000:0c:00.0', 'webgpu', 144],
    ['Matrix 1024', 'cpu', 'cpu', 9.4],
    ['Small text model', 'gpu:GPU-5f1c2a44', 'cuda', 41.2],
    ['Small text model', 'cpu', 'cpu', 0.83],
  ].map(([graph, device, provider, runsPerSecond]) => ({
    graph: String(graph),
    device: String(device),
    provider: provider as ProviderCheck['provider'],
    runsPerSecond: Number(runsPerSecond),
    at: NOW - 3 * 60 * MINUTE,
  })),
};

/** Half way: one device is done, the others are still to come. */
export const CHECKING: HardwareCheck = {
  ...CHECK,
  state: 'running',
  at: NOW,
  devices: DEVICES.slice(0, 1),
  benchmark: [],
};
