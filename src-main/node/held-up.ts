import type { Machine } from '../machine/machine.ts';

/** Why work waits, as part of a sentence: "waiting: the computer runs on its battery". */
export function heldUpReason(machine: Machine): string | null {
  const why = machine.heldUp()?.why;
  return why === undefined ? null : `${why.charAt(0).toLowerCase()}${why.slice(1).replace(/\.$/, '')}`;
}
