import { ComputeError } from './job.ts';
import type { Shortage } from './room.ts';
import type { Slot } from './slot.ts';
import type { Ticket } from './ticket.ts';

const MEBIBYTE = 1024 * 1024;

/** Why no slot could ever do it; undefined when one could, or when there are none at the moment. */
export function impossible(ticket: Ticket, slots: readonly Slot[]): ComputeError | undefined {
  if (slots.length === 0) return undefined;
  let most: Shortage | undefined;
  for (const slot of slots) {
    if (!slot.suits(ticket)) continue;
    const short = slot.shortage(ticket);
    if (short === undefined) return undefined;
    if (most === undefined || short.may > most.may) most = short;
  }
  if (most === undefined)
    return (
      refused(ticket, slots) ??
      new ComputeError('NO_DEVICE', 'No device of this machine is set up for this kind of work.')
    );
  const shared = slots.filter((slot) => slot.suits(ticket)).length > 1;
  return new ComputeError(
    'MEMORY_SHORT',
    `${ticket.model.name} needs about ${mebibytes(most.needs)} MiB; work may take ${mebibytes(most.may)} MiB here.`,
    {
      remedy: `Allow more memory for work${shared ? ', or fewer pieces of it at once,' : ''} under Limits, or leave this model to others.`,
    },
  );
}

/**
 * Whether a slot may take it now. Values inside a graph are the processor's work; where the processor may not work, a
 * card's process computes them, on the processor: a court waits for them, and silence would cost stake.
 */
export function fits(ticket: Ticket, slot: Slot, slots: readonly Slot[]): boolean {
  if (!slot.suits(ticket) || slot.shortage(ticket) !== undefined) return false;
  if (!('tensors' in ticket.job) || slot.place.device === 'cpu') return true;
  return !slots.some((other) => other.place.device === 'cpu' && other.mayCompute && other.suits(ticket));
}

/**
 * Why nothing computes it now: a card does not take the model, and no other device that could may work. Undefined for
 * all other work: that waits until its device may.
 */
export function refused(ticket: Ticket, slots: readonly Slot[]): ComputeError | undefined {
  if (!slots.some((slot) => slot.refuses(ticket)) || slots.some((slot) => slot.suits(ticket) && slot.mayCompute))
    return undefined;
  return new ComputeError(
    'PROVIDER_REFUSED',
    `The graphics card does not take ${ticket.model.name}, and no other device may compute it now.`,
    { remedy: 'Let the processor work, or leave this model to others.' },
  );
}

function mebibytes(bytes: number): number {
  return Math.ceil(bytes / MEBIBYTE);
}
