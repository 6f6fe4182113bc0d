import type { Provider } from '../../src-shared/domain/machine.ts';

export interface Explanation {
  readonly state: 'failed' | 'absent';
  readonly cause: string;
  readonly fix: string;
}

type Rule = readonly [RegExp, cause: string, fix: string];

const UPDATE = 'Update the driver of the card, restart the computer and check again.';
const NONE: Readonly<Record<string, readonly [cause: string, fix: string]>> = {
  linux: [
    'No Vulkan driver offers a card.',
    'Install the driver of the card’s maker, or your system’s package of Vulkan drivers (Debian and Ubuntu: mesa-vulkan-drivers).',
  ],
  win32: ['Direct3D 12 offers no card.', 'Install the driver of the card’s maker.'],
  darwin: ['Metal offers no card.', 'Update macOS; a computer without Metal cannot be used.'],
};

const RULES: readonly Rule[] = [
  [
    /ArrayDynamicIndexing|required (feature|limit)|does not support the required/i,
    'The graphics driver is too old: it lacks functions that WebGPU needs.',
    UPDATE,
  ],
  [
    /_Cuda: Failed to load shared library|providers_(cuda|shared|tensorrt)|libcublas|libcudnn|libcudart|onnxruntime_providers/i,
    'The CUDA parts of onnxruntime are not shipped with Folkmoot.',
    'Nothing needs to be done: the card is used by WebGPU instead.',
  ],
  [
    /CUDA driver version is insufficient|CUDA failure (35|100)\b|no CUDA-capable device/i,
    'The NVIDIA driver is too old or not running.',
    UPDATE,
  ],
  [
    /out of memory|CUDA failure 2\b|E_OUTOFMEMORY|VK_ERROR_OUT_OF_DEVICE_MEMORY/i,
    'The memory of the card is taken by other programs.',
    'Close programs that use the card and check again.',
  ],
  [/DXGI_ERROR|device (was )?(lost|removed)|VK_ERROR_DEVICE_LOST/i, 'The driver lost the card.', UPDATE],
  [/its driver ended the process|ended unexpectedly/i, 'The driver crashed when a test graph ran.', UPDATE],
  [/did not finish within|not within \d+ ms/i, 'The driver did not answer in time.', UPDATE],
  [/is off by/i, 'The card computes wrongly: its results differ from the processor’s.', UPDATE],
  [/nodes of .* ran there/i, 'The provider was loaded but left all the work to the processor.', UPDATE],
];

/** Turns what onnxruntime or a driver says into a cause and what would help, one sentence each. */
export function explain(provider: Provider, message: string, platform: string): Explanation {
  if (/not part of this build/.test(message)) {
    return {
      state: 'absent',
      cause: `onnxruntime has no ${provider} on this system.`,
      fix: 'Nothing needs to be done.',
    };
  }
  if (/No supported adapters|Failed to get a WebGPU adapter/i.test(message) && !/ArrayDynamicIndexing/.test(message)) {
    const [cause, fix] = NONE[platform] ?? ['No graphics driver offers a card.', UPDATE];
    return { state: 'failed', cause, fix };
  }
  const rule = RULES.find(([pattern]) => pattern.test(message));
  if (rule !== undefined) return { state: 'failed', cause: rule[1], fix: rule[2] };
  return { state: 'failed', cause: `onnxruntime says: ${message.slice(0, 200)}`, fix: UPDATE };
}
