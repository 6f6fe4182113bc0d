import { availableParallelism, totalmem } from 'node:os';
import { DEVICE_LIMITS } from '../../src-shared/domain/machine.ts';
import { Containers } from '../compute/containers/containers.ts';
import { dockerProgram } from '../compute/containers/docker.ts';
import { containerLimits } from '../compute/containers/limits.ts';
import { profileId } from '../compute/containers/owner.ts';
import type { NodeConfig } from '../config.ts';
import type { Machine } from '../machine/machine.ts';
import type { Settings } from '../store/settings.ts';

/** Containers as this node has them: marked with its profile, bounded by what the person allows the processor. */
export function containersPart(
  { profile, log }: NodeConfig,
  settings: Settings,
  machine: Machine,
  changed: () => void,
): Containers {
  return new Containers({
    docker: dockerProgram(),
    log,
    settings,
    owner: () => profileId(profile),
    limits: () => {
      const limits = machine.view().devices.find(({ id }) => id === 'cpu')?.limits ?? DEVICE_LIMITS;
      return containerLimits(limits, availableParallelism(), totalmem());
    },
    changed,
  });
}
