import type { DeviceId } from '../../src-shared/domain/machine.ts';
import type { RuntimeName } from '../../src-shared/domain/models.ts';
import type { Directive, LanePlace } from './control.ts';
import type { SlotPlace } from './slot.ts';

/** Until somebody says otherwise. */
export const FULL: Directive = { duty: 1, finish: false, memoryBytes: null };

const GRAPHS: ReadonlySet<RuntimeName> = new Set(['onnx']);
const PROCESSOR: ReadonlySet<RuntimeName> = new Set(['onnx', 'transformers']);
const SERVERS: ReadonlySet<RuntimeName> = new Set(['openai', 'cog']);

/** The workers of a set of places: one per card whatever it says, as many as wanted on the processor, two that ask servers. */
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
  if (!places.some((place) => place.device === 'cpu')) return slots;
  const asking = { device: 'cpu', providers: ['cpu'], index: null, runtimes: SERVERS } as const;
  return [...slots, { ...asking, id: 'servers', asks: 'here' }, { ...asking, id: 'servers-lan', asks: 'elsewhere' }];
}

/**
 * Pure. What a slot is told. A server on this machine may use the processor and any card, and nobody knows which: it is
 * asked only while all of them may work, and no more often than the slowest of them. One on another machine obeys `lan`.
 */
export function directiveOf(
  place: SlotPlace,
  places: readonly SlotPlace[],
  directives: ReadonlyMap<DeviceId, Directive>,
  lan: Directive,
): Directive {
  const of = (device: DeviceId): Directive => directives.get(device) ?? FULL;
  if (place.asks === undefined) return of(place.device);
  if (place.asks === 'elsewhere') return lan;
  const all = [...new Set(places.map(({ device }) => device))].map(of);
  const stopping = all.filter(({ duty }) => duty === 0);
  return {
    duty: Math.min(...all.map(({ duty }) => duty)),
    finish: stopping.every(({ finish }) => finish),
    memoryBytes: null,
  };
}

export function samePlace(a: SlotPlace, b: SlotPlace): boolean {
  return a.id === b.id && a.index === b.index && a.providers.join() === b.providers.join();
}

export function cpuPlace(lanes: number): LanePlace {
  return { device: 'cpu' as DeviceId, providers: ['cpu'], index: null, lanes };
}
