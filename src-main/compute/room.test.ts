import { expect, test } from 'vitest';
import type { Directive } from './control.ts';
import { cpuPlace, FULL, slotPlaces } from './places.ts';
import { roomOf, type Room } from './room.ts';

const GIB = 1024 ** 3;
const card = (device: string) => ({ device, providers: ['webgpu'] as const, index: 0, lanes: 1 });

/** On a computer with 64 GiB. */
function rooms(lanes: number, cards: readonly string[], limits: Readonly<Record<string, number>> = {}) {
  const places = slotPlaces([...cards.map(card), cpuPlace(lanes)]);
  const directive = (device: string): Directive => ({ ...FULL, memoryBytes: limits[device] ?? null });
  return Object.fromEntries(
    places.map((place) => [place.id, roomOf(place, places, directive(place.device), 32 * GIB)]),
  ) as Record<string, Room>;
}

test('the lanes of the processor share half of the computer’s memory, or what was allowed', () => {
  expect(rooms(1, [])['cpu-0']?.memoryBytes).toBe(32 * GIB);
  const eight = rooms(8, ['gpu:a']);
  expect(eight['cpu-7']?.memoryBytes).toBe(4 * GIB);
  const lowered = rooms(8, ['gpu:a'], { cpu: 16 * GIB });
  expect(lowered['cpu-0']).toMatchObject({ memoryBytes: 2 * GIB, sessionBytes: 1 * GIB });
});

test('a card’s limit is that of its memory; the processes of all cards share half of the computer’s', () => {
  const two = rooms(2, ['gpu:a', 'gpu:b'], { 'gpu:a': 8 * GIB, cpu: 1 * GIB });
  expect(two['gpu:a']).toEqual({ memoryBytes: 16 * GIB, sessionBytes: 4 * GIB, cardBytes: 8 * GIB });
  expect(two['gpu:b']).toEqual({ memoryBytes: 16 * GIB, sessionBytes: 8 * GIB, cardBytes: Infinity });
});

test('what asks servers loads nothing, and takes no share', () => {
  const { servers } = rooms(2, [], { cpu: 1 * GIB });
  expect(servers?.memoryBytes).toBe(GIB / 2);
});
