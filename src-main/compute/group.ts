import type { Ticket } from './ticket.ts';

/** Tickets that travel in one message. */
export interface Group {
  readonly tickets: readonly Ticket[];
  /** Expected to be over in a moment: the next one may be sent before it is. */
  readonly quick: boolean;
  /** Another group was in the lane at the same time: if the process dies, nobody knows who did it. */
  shared: boolean;
}
