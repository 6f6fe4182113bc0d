import type { DeviceId } from '../../src-shared/domain/machine.ts';
import type { RuntimeName } from '../../src-shared/domain/models.ts';
import type { Directive, LanePlace } from './control.ts';
import type { SlotPlace } from './slot.ts';

/** Until somebody says otherwise. */
export const FULL: Directive = { duty: 1, finish: false, memoryBytes: null };

const GRAPHS: ReadonlySet<RuntimeName> = new Set(['onnx']);
const PROCESSOR: ReadonlySet<RuntimeName> = new Set(['onnx', 'transformers']);
const SERVERS: ReadonlySet<RuntimeName> = new Set(['openai', 'cog']);

/** The workers of a set of places: one per card whatever it says, as many as wanted on the processor, one that asks servers. */
export function slotPlaces(places: readonly LanePlace[]): SlotPlace[] {
  const slots: SlotPlace[] = places.flatMap((place) => {
    const { device, providers, index } = place;
    const processor = device === 'cpu';
    const runtimes = processor ? PROCESSOR : GRAPHS;
    // Two sessions on one card end each other's drivers.
    return Array.from({ length: processor ? place.lanes : 1 }, (_, number) => ({
      id: processor ? `cpu-${number}` : device,
      device,
      providers,
      index,
      runtimes,
    }));
  });
  const withProcessor = places.some((place) => place.device === 'cpu');
  return withProcessor
    ? [...slots, { id: 'servers', device: 'cpu', providers: ['cpu'], index: null, runtimes: SERVERS }]
    : slots;
}

export function samePlace(a: SlotPlace, b: SlotPlace): boolean {
  return a.id === b.id && a.index === b.index && a.providers.join() === b.providers.join();
}

export function cpuPlace(lanes: number): LanePlace {
  return { device: 'cpu' as DeviceId, providers: ['cpu'], index: null, lanes };
}
