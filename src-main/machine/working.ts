import type { DeviceId } from '../../src-shared/domain/machine.ts';
import type { Device } from './devices.ts';
import type { LaneReport } from './lanes.ts';

/**
 * Pure. Devices whose load may be work of ours: their lane computes, did so at the last look or ended something since,
 * or the system may have chosen them for it. What they were busy with until just now is in their figures still.
 */
export function workingDevices(
  lanes: readonly LaneReport[],
  before: readonly LaneReport[],
  devices: readonly Device[],
): ReadonlySet<DeviceId> {
  const own = lanes.flatMap(({ device, state, done, failed }) => {
    const last = before.find((each) => each.device === device);
    const ended = last !== undefined && (last.state === 'busy' || last.done + last.failed !== done + failed);
    return state === 'busy' || ended ? [device] : [];
  });
  const others = devices.filter(({ id }) => own.includes(id)).flatMap(({ mayUse }) => mayUse.map(({ id }) => id));
  return new Set([...own, ...others]);
}
