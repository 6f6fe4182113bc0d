import { z } from 'zod';
import type { Digest } from '../../src-shared/domain/ids.ts';
import type { DeterminismTest, DeviceId } from '../../src-shared/domain/machine.ts';

/** What a test holds for: another runtime, processor, card or driver may compute otherwise. */
export interface TestMark {
  /** Version of onnxruntime. */
  readonly runtime: string;
  /** Mark of processor, cards and drivers; null while they are not known, when only the processor computes. */
  readonly machine: string | null;
}

/** Where an exact model would be computed now. */
export interface TestPlace extends TestMark {
  /** Devices that may work now. */
  readonly devices: readonly DeviceId[];
}

/** A test and what took part in it. */
export interface DeviceTest extends DeterminismTest {
  readonly devices: readonly DeviceId[];
  /** Cards that could not run it: it is kept away from them. */
  readonly refused: readonly DeviceId[];
}

export interface KeptTest extends DeviceTest {
  readonly mark: TestMark;
}

const hash = z
  .string()
  .regex(/^0x[0-9a-f]{64}$/)
  .transform((text) => text as Digest);
const devices = z
  .array(
    z
      .string()
      .max(100)
      .transform((text) => text as DeviceId),
  )
  .max(64);

export const keptTest = z
  .object({
    model: hash,
    passed: z.boolean(),
    runs: z.array(z.object({ how: z.string(), digest: hash })),
    at: z.number(),
    devices,
    refused: devices,
    mark: z.object({ runtime: z.string(), machine: z.string().nullable() }),
  })
  .nullable();

/** Pure. Whether a test says nothing of this machine as it is: something changed, or a card that may work took no part. */
export function outdated({ mark, devices, refused }: KeptTest, place: TestPlace): boolean {
  if (mark.runtime !== place.runtime) return true;
  if (place.machine !== null && mark.machine !== place.machine) return true;
  return place.devices.some((device) => !devices.includes(device) && !refused.includes(device));
}

/** Pure. The one device for work of a model that some card cannot run; undefined: any. */
export function onlyOn({ refused }: KeptTest, place: TestPlace): DeviceId | undefined {
  return place.devices.some((device) => refused.includes(device)) ? PROCESSOR : undefined;
}

const PROCESSOR = 'cpu' as DeviceId;
