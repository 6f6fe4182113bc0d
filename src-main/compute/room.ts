import type { Directive } from './control.ts';
import { LANE_BYTES } from './memory.ts';
import type { ModelRef } from './protocol.ts';
import type { SlotPlace } from './slot.ts';

/** What a process may take, bytes. */
export interface LaneBounds {
  /** Resident memory, of the computer, at which it is ended; watched on Linux only. */
  readonly memoryBytes: number;
  /** Expected memory of models that stay loaded. */
  readonly sessionBytes: number;
}

/** What a slot may take, bytes. */
export interface Room extends LaneBounds {
  /** Memory of the card. Held against what models are expected to take there, before they run: no process is measured by it. Infinity: no card, or not known. */
  readonly cardBytes: number;
}

/** Lanes that ask servers load no model. */
const ASKING_BYTES = 512 * 1024 ** 2;

/**
 * Pure. The lanes of the processor share what is allowed to it. A card's limit is that of its own memory; of the
 * computer's, the processes of all cards share half, whatever the processor may take.
 * @param half of the memory of this computer, bytes
 */
export function roomOf(place: SlotPlace, places: readonly SlotPlace[], directive: Directive, half: number): Room {
  if (place.asks !== undefined)
    return { memoryBytes: ASKING_BYTES, sessionBytes: ASKING_BYTES / 2, cardBytes: Number.POSITIVE_INFINITY };
  const card = place.device !== 'cpu';
  const sharing = places.filter(({ asks, device }) => asks === undefined && (device !== 'cpu') === card).length;
  const given = card ? half : (directive.memoryBytes ?? half);
  const memoryBytes = Math.floor(given / Math.max(1, sharing));
  const cardBytes = card ? (directive.memoryBytes ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;
  return { memoryBytes, sessionBytes: Math.min(memoryBytes, cardBytes) / 2, cardBytes };
}

export interface Shortage {
  /** Bytes that the model is expected to need, and that it may take. */
  readonly needs: number;
  readonly may: number;
}

/** Pure. Why a model cannot run there; undefined when it fits. What a server has is its own affair. */
export function shortage(model: ModelRef, place: SlotPlace, room: Room): Shortage | undefined {
  if (place.asks !== undefined) return undefined;
  // A card's process holds the file and the runtime's copy of it on the way to the card.
  const here = LANE_BYTES + (place.device === 'cpu' ? model.memoryBytes : 2 * model.bytes);
  if (here > room.memoryBytes) return { needs: here, may: room.memoryBytes };
  return model.memoryBytes > room.cardBytes ? { needs: model.memoryBytes, may: room.cardBytes } : undefined;
}

export function sameRoom(a: Room, b: Room): boolean {
  return a.memoryBytes === b.memoryBytes && a.sessionBytes === b.sessionBytes && a.cardBytes === b.cardBytes;
}
