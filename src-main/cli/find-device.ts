import type { DeviceView, MachineView } from '../../src-shared/domain/machine.ts';
import { UsageError } from './exit-codes.ts';

/** A device by its id, by part of its name, or “gpu” where there is one card. @throws UsageError. */
export function findDevice({ devices }: MachineView, words: string): DeviceView {
  const exact = devices.filter(({ id, kind }) => id === words || kind === words);
  const wanted = words.toLowerCase();
  const found = exact.length > 0 ? exact : devices.filter(({ name }) => name.toLowerCase().includes(wanted));
  const [device] = found;
  if (device !== undefined && found.length === 1) return device;
  const names = devices.map(({ id, name }) => `${id} (${name})`).join(', ');
  throw new UsageError(
    found.length === 0 ? `This machine has no device “${words}”.` : `“${words}” means more than one device.`,
    `It has: ${names}.`,
  );
}
