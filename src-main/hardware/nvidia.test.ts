import { expect, test } from 'vitest';
import { parseNvidia } from './nvidia.ts';

test('reads cards, unknown values stay unknown, other lines are left out', () => {
  const csv =
    'NVIDIA GeForce RTX 4070, 12282, 565.77\nTesla K80, [N/A], [N/A]\nFailed to initialize NVML: Driver/library version mismatch\n';
  expect(parseNvidia(csv)).toEqual([
    { name: 'NVIDIA GeForce RTX 4070', memoryBytes: 12_282 * 1024 * 1024, driver: '565.77', source: 'nvidia-smi' },
    { name: 'Tesla K80', memoryBytes: null, driver: null, source: 'nvidia-smi' },
  ]);
});
