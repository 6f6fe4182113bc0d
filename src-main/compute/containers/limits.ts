import type { DeviceLimits } from '../../../src-shared/domain/machine.ts';
import { ComputeError } from '../job.ts';
import type { ContainerLimits } from './docker-args.ts';

/** Docker starts nothing with less; and no model fits. */
const LEAST_BYTES = 64 * 1024 ** 2;
const LEAST_CPUS = 0.05;

/**
 * Pure: what of the machine a container may have, from what the person allows the processor.
 * @param totalBytes memory of this computer
 * @throws ComputeError `CONTAINER`
 */
export function containerLimits(limits: DeviceLimits, cores: number, totalBytes: number): ContainerLimits {
  if (!limits.on)
    throw new ComputeError('CONTAINER', 'The processor is switched off for work, so no container is started.', {
      remedy: 'Switch it on under Work.',
    });
  const memoryBytes = Math.floor(limits.memoryBytes ?? totalBytes / 2);
  if (memoryBytes < LEAST_BYTES)
    throw new ComputeError('CONTAINER', 'Work may take less than 64 MiB of memory here, so no container is started.', {
      remedy: 'Allow more memory for work under Limits.',
    });
  const cpus = Math.max(Math.min(limits.lanes, cores) * limits.duty, LEAST_CPUS);
  // Graphics cards stay outside: pause, temperature and power caps act on lanes, and no lane stands before a container's card.
  return { memoryBytes, cpus: Math.round(cpus * 100) / 100, gpus: false };
}
