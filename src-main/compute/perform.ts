import { wireBytes } from '../models/tensors.ts';
import type { Checkpoints } from './checkpoints.ts';
import type { Group } from './group.ts';
import type { Checkpoint, JobResult, ProbeResult } from './job.ts';
import { Linger, LINGER_MS } from './linger.ts';
import { PayloadError } from './payload.ts';
import type { LaneAnswer } from './protocol.ts';
import type { Slot } from './slot.ts';
import type { Ticket } from './ticket.ts';

const LINGER = new Linger();

/** Does what the tickets ask for in one call of the slot's lane. @returns one result per ticket @throws what the lane does */
export async function perform(
  slot: Slot,
  { tickets, quick }: Group,
  checkpoints: Checkpoints,
): Promise<ReadonlyArray<JobResult | ProbeResult>> {
  const [head] = tickets;
  if (head === undefined) return [];
  const { model, job } = head;
  const lane = slot.laneFor(model.runtime);
  const { signal } = job;
  if ('tensors' in job) {
    const { tensors, input } = job;
    const call = { method: 'trace' as const, input, tensors };
    const answer = await lane.run(model, call, job.timeoutMs, signal);
    slot.measured(answer.elapsedMs, answer.rssBytes);
    return [answer];
  }
  if (job.steps !== undefined) {
    const { feed, count, every = Math.max(1, Math.floor(count / 20)) } = job.steps;
    const input = stateOf(head, job.steps.from, checkpoints) ?? job.input;
    const from = head.checkpoint?.step ?? 0;
    const call = { method: 'steps' as const, input, feed, count, from, every };
    return parted(slot, tickets, await lane.run(model, call, job.timeoutMs, signal));
  }
  const timeoutMs = tickets.length === 1 ? job.timeoutMs : Math.min(...tickets.map((ticket) => ticket.job.timeoutMs));
  const input = tickets.length === 1 ? job.input : joined(tickets);
  const call = { method: 'run' as const, count: tickets.length, input };
  const answer = lane.run(model, call, timeoutMs, quick ? undefined : signal);
  // One small job by itself: its answer is there before this process would have fallen asleep and woken up again.
  if (quick && tickets.length === 1 && (slot.lastElapsedMs ?? LINGER_MS) < LINGER_MS) LINGER.touch();
  return parted(slot, tickets, await answer);
}

/** Where it goes on; undefined: from the beginning. @throws PayloadError where the caller's own checkpoint is not what it was */
function stateOf(head: Ticket, given: Checkpoint | undefined, checkpoints: Checkpoints): Uint8Array | undefined {
  if (head.checkpoint === undefined) return undefined;
  try {
    return checkpoints.read(head.checkpoint);
  } catch (error) {
    if (!(error instanceof PayloadError) || head.checkpoint === given) throw error;
    // The file changed on disk: the work since the beginning is lost, not the job.
    checkpoints.drop(head.job.key);
    head.checkpoint = undefined;
    return undefined;
  }
}

function joined(tickets: readonly Ticket[]): Uint8Array {
  const size = tickets[0]?.job.input.length ?? 0;
  const all = new Uint8Array(size * tickets.length);
  tickets.forEach((ticket, at) => all.set(ticket.job.input, at * size));
  return all;
}

function parted(slot: Slot, tickets: readonly Ticket[], answer: LaneAnswer): readonly JobResult[] {
  const { elapsedMs, provider, rssBytes } = answer;
  const [head] = tickets;
  if (head === undefined) return [];
  const size = wireBytes(head.model.outputs);
  const output = slot.laneFor(head.model.runtime).open(answer.output, size * tickets.length);
  if (output.length !== size * tickets.length) throw new RangeError('the lane gave an answer of another length');
  slot.measured(elapsedMs.reduce((sum, ms) => sum + ms, 0) / tickets.length, rssBytes);
  const { device } = slot.place;
  // A copy of its own for each: one small result that is kept must not keep the whole message.
  const own = (at: number): Uint8Array => (tickets.length === 1 ? output : output.slice(at * size, (at + 1) * size));
  return tickets.map((_, at) => ({ output: own(at), elapsedMs: elapsedMs[at] ?? 0, provider, device }));
}
