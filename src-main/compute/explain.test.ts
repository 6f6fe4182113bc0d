import { expect, test } from 'vitest';
import { explain } from './explain.ts';

test.each([
  ['webgpu', 'webgpu: Failed to get a WebGPU adapter: No supported adapters', 'linux', /Vulkan/, /mesa-vulkan-drivers/],
  ['webgpu', 'Failed to get a WebGPU adapter: No supported adapters', 'win32', /Direct3D 12/, /driver/],
  ['webgpu', 'Adapter is missing shaderUniformBufferArrayDynamicIndexing required', 'linux', /too old/, /Update/],
  ['cuda', 'Failed to load library libonnxruntime_providers_cuda.so', 'linux', /not shipped/, /WebGPU instead/],
  ['cuda', 'CUDA failure 35: CUDA driver version is insufficient', 'linux', /NVIDIA driver/, /Update/],
  ['webgpu', 'its driver ended the process.', 'linux', /crashed/, /Update/],
  ['dml', 'The model did not finish within 90000 ms.', 'win32', /in time/, /Update/],
  ['coreml', 'its result for exact-1 is off by 3', 'darwin', /wrongly/, /Update/],
  ['dml', 'something never seen', 'win32', /onnxruntime says: something never seen/, /Update/],
] as const)('%s: “%s”', (provider, message, platform, cause, fix) => {
  const told = explain(provider, message, platform);
  expect(told.state).toBe('failed');
  expect(told.cause).toMatch(cause);
  expect(told.fix).toMatch(fix);
});

test('what a build does not have is absent, not broken', () => {
  expect(explain('coreml', 'coreml: not part of this build', 'linux')).toMatchObject({ state: 'absent' });
});
