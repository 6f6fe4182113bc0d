import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { GpuFacts } from './protocol.ts';

const FIELDS = 'name,memory.total,driver_version';
const TIMEOUT_MS = 3_000;
const MEBIBYTE = 1024 * 1024;

/** nvidia-smi, asked directly: no shell, bounded in time and output. Empty when there is none. */
export async function queryNvidia(): Promise<GpuFacts[]> {
  try {
    const { stdout } = await promisify(execFile)(
      'nvidia-smi',
      [`--query-gpu=${FIELDS}`, '--format=csv,noheader,nounits'],
      {
        timeout: TIMEOUT_MS,
        windowsHide: true,
        maxBuffer: 65_536,
      },
    );
    return parseNvidia(stdout);
  } catch {
    return [];
  }
}

/** One line a card: `NVIDIA GeForce RTX 4070, 12282, 565.77`. Lines of another shape are left out. */
export function parseNvidia(csv: string): GpuFacts[] {
  return csv
    .split('\n')
    .map((line) => line.split(',').map((cell) => cell.trim()))
    .filter((cells) => cells.length === 3 && cells[0] !== '')
    .map(([name = '', memory = '', driver = '']) => ({
      name,
      memoryBytes: /^\d+$/.test(memory) ? Number(memory) * MEBIBYTE : null,
      driver: driver === '' || driver.startsWith('[') ? null : driver,
      source: 'nvidia-smi',
    }));
}

const gpuXml = z.object({ product_name: z.string(), fb_memory_usage: z.object({ total: z.string() }).optional() });
const smiXml = z.object({
  nvidia_smi_log: z.object({ driver_version: z.string().optional(), gpu: z.union([gpuXml, z.array(gpuXml)]) }),
});

/**
 * The same through node-nvidia-smi, for cards whose query output we cannot read. It runs a shell without a time limit,
 * so it is asked only here, in the probe process, which is ended when it hangs.
 */
export async function queryNodeNvidiaSmi(): Promise<GpuFacts[]> {
  try {
    const { default: smi } = (await import('node-nvidia-smi')) as {
      default: (done: (error: unknown, data: unknown) => void) => void;
    };
    const data = await new Promise((resolve, reject) =>
      smi((error, answer) => (error ? reject(new Error(String(error))) : resolve(answer))),
    );
    const { nvidia_smi_log: log } = smiXml.parse(data);
    return [log.gpu].flat().map((gpu) => {
      const mebibytes = /^(\d+) MiB$/.exec(gpu.fb_memory_usage?.total ?? '')?.[1];
      return {
        name: gpu.product_name,
        memoryBytes: mebibytes === undefined ? null : Number(mebibytes) * MEBIBYTE,
        driver: log.driver_version ?? null,
        source: 'node-nvidia-smi',
      };
    });
  } catch {
    return [];
  }
}
