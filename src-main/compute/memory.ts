import { readFileSync } from 'node:fs';
import type { Manifest } from '../models/manifest.ts';
import { wireBytes } from '../models/tensors.ts';

/** A lane before any model: process, runtime and its arena. */
export const LANE_BYTES = 96 * 1024 * 1024;

/** Memory that a model is expected to add to a lane: what its author says, and at least file, weights and both ends. */
export function modelBytes({ bounds, file, inputs, outputs }: Manifest): number {
  const least = 2 * file.bytes + 2 * (wireBytes(inputs) + wireBytes(outputs));
  return Math.max(least, bounds.memoryBytes - LANE_BYTES);
}

/** Resident memory of a process in bytes. Undefined where it cannot be read cheaply: anywhere but Linux. */
export function residentBytes(pid: number): number | undefined {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
}
