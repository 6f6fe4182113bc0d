import type { DeviceId, Reading } from '../../src-shared/domain/machine.ts';
import { NO_READING } from '../../src-shared/domain/machine.ts';
import type { CardReading, Readings } from '../hardware/protocol.ts';
import type { DeviceConditions, MachineConditions } from '../policy/conditions.ts';
import type { Device } from './devices.ts';
import type { LaneReport } from './lanes.ts';

/** Everything one look brought together. */
export interface Seen {
  readonly now: number;
  /** null: the probe does not answer, or there is none. */
  readonly readings: Readings | null;
  /** Of the last time that cards were asked. */
  readonly cards: readonly CardReading[] | null;
  readonly idleSeconds: number | null;
  readonly fullScreen: boolean | null;
  readonly metered: boolean | null;
  readonly lanes: readonly LaneReport[];
  /** Whose figures may be of work of ours. */
  readonly working: ReadonlySet<DeviceId>;
  /** Cards that answered before and do not now. */
  readonly gone: ReadonlySet<DeviceId>;
}

/** Pure. What `decide` looks at, from what the sensors and the lanes say. */
export function conditionsOf(seen: Seen, devices: readonly Device[]): MachineConditions {
  const { now, readings, idleSeconds, fullScreen, metered } = seen;
  const local = new Date(now);
  return {
    now,
    day: local.getDay(),
    minute: local.getHours() * 60 + local.getMinutes(),
    battery: readings?.battery ?? null,
    idleSeconds,
    fullScreen,
    metered,
    diskFreeBytes: readings?.diskFreeBytes ?? null,
    devices: devices.map((device) => deviceConditions(seen, device)),
  };
}

function deviceConditions(seen: Seen, device: Device): DeviceConditions {
  const { id, kind, unusable, mayUse } = device;
  const reading = readingOf(seen, device);
  return {
    id,
    kind,
    foreignLoad: reading.foreignLoad,
    temperatureC: reading.temperatureC,
    powerW: reading.powerW,
    memoryFreeBytes: kind === 'cpu' ? processorMemory(seen) : cardMemory(cardOf(seen, id), device.memoryBytes),
    working: seen.working.has(id),
    gone: seen.gone.has(id),
    unusable,
    mayUse,
  };
}

/** What lanes of ours take would be free again. */
function processorMemory({ readings, lanes }: Seen): number | null {
  const free = readings?.memoryFreeBytes ?? null;
  return free === null ? null : free + lanes.reduce((sum, { rssBytes }) => sum + rssBytes, 0);
}

function cardMemory(card: CardReading | undefined, total: number | null): number | null {
  if (card === undefined || total === null || card.memoryUsedBytes === null) return null;
  return Math.max(0, total - card.memoryUsedBytes + (card.ownMemoryBytes ?? 0));
}

/** Pure. What is known of one device now. */
export function readingOf({ readings, cards, now }: Seen, { id, kind, memoryBytes }: Device): Reading {
  if (readings === null) return { ...NO_READING, at: now };
  if (kind === 'cpu') {
    const { load, foreignLoad, temperatureC, powerW } = readings.processor;
    const free = readings.memoryFreeBytes;
    const memoryUsedBytes = free === null || memoryBytes === null ? null : Math.max(0, memoryBytes - free);
    return { at: readings.at, load, foreignLoad, temperatureC, powerW, memoryUsedBytes };
  }
  const card = cardOf({ cards }, id);
  if (card === undefined) return { ...NO_READING, at: readings.at };
  const { load, foreignLoad, temperatureC, powerW, memoryUsedBytes } = card;
  return { at: readings.at, load, foreignLoad, temperatureC, powerW, memoryUsedBytes };
}

/** Where the system cannot tell its cards apart, its one figure is that of each. */
function cardOf({ cards }: Pick<Seen, 'cards'>, id: DeviceId): CardReading | undefined {
  return cards?.find((card) => card.id === id) ?? cards?.find((card) => card.id === 'gpu:*');
}
