import { FolkmootError } from '../../src-shared/domain/errors.ts';
import type { Log } from '../log.ts';
import { checkInput } from '../models/codec.ts';
import type { Part } from '../part.ts';
import type { Spawner } from '../process/spawner.ts';
import { ComputeError, type Job, type JobResult, type LaneStatus } from './job.ts';
import { Lane } from './lane.ts';
import { Poison } from './poison.ts';
import type { LaneAnswer } from './protocol.ts';
import { FairQueue } from './queue.ts';
import { Ticket } from './ticket.ts';

export interface PoolOptions {
  readonly spawner: Spawner;
  readonly log: Log;
  /** Processes that run models; 1 unless the person says otherwise. */
  readonly lanes?: number;
  /** Jobs that may wait; the next is refused with `QUEUE_FULL`. */
  readonly queue?: number;
  readonly sessionBytes?: number;
  readonly memoryBytes?: number;
  readonly idleMs?: number;
  readonly backoffMs?: readonly number[];
}

const MEBIBYTE = 1024 * 1024;
const BATCH = 32;
/** Only runs shorter than this travel together: a message costs about 0.05 ms, and others wait meanwhile. */
const QUICK_MS = 2;
const STATUS_MS = 50;

interface Slot {
  readonly lane: Lane;
  readonly id: string;
  tickets: readonly Ticket[];
  done: number;
  failed: number;
  crashes: number;
  rssBytes: number | null;
  lastElapsedMs: number | null;
}

/** Queues jobs, gives them to lanes, starts lanes only when there is work. */
export class Pool implements Part {
  readonly #options: PoolOptions;
  readonly #queue: FairQueue<Ticket>;
  readonly #slots: readonly Slot[];
  readonly #poison = new Poison();
  readonly #speed = new Map<string, number>();
  readonly #listeners = new Set<(status: LaneStatus[]) => void>();
  #open = false;
  #statusTimer: NodeJS.Timeout | undefined;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#queue = new FairQueue(options.queue ?? 1_000);
    this.#slots = Array.from({ length: options.lanes ?? 1 }, (_, index) => this.#slot(`cpu-${index}`));
  }

  #slot(id: string): Slot {
    const {
      spawner,
      log,
      sessionBytes = 256 * MEBIBYTE,
      memoryBytes = 2_048 * MEBIBYTE,
      idleMs = 120_000,
      backoffMs,
    } = this.#options;
    const options = {
      spawner,
      log,
      sessionBytes,
      memoryBytes,
      idleMs,
      ...(backoffMs === undefined ? {} : { backoffMs }),
    };
    const lane = new Lane(options, () => this.#announce());
    return { lane, id, tickets: [], done: 0, failed: 0, crashes: 0, rssBytes: null, lastElapsedMs: null };
  }

  /** Starts no process. */
  async start(): Promise<void> {
    this.#open = true;
  }

  async stop(): Promise<void> {
    this.#open = false;
    for (const ticket of this.#queue.drain()) ticket.reject(new ComputeError('POOL_STOPPED', 'The node is stopping.'));
    await Promise.all(this.#slots.map((slot) => slot.lane.stop()));
    clearTimeout(this.#statusTimer);
    this.#statusTimer = undefined;
  }

  /** @throws ComputeError, or the named errors of models/errors.ts. */
  async run(job: Job): Promise<JobResult> {
    if (!this.#open) throw new ComputeError('POOL_STOPPED', 'The node is not running.');
    if (this.#poison.refuses(job.key))
      throw new ComputeError('POISON', 'This task has ended the computing process twice and is refused.');
    checkInput(job.manifest, job.input);
    const ticket = new Ticket(job);
    if (job.signal?.aborted) ticket.cancel();
    else if (this.#queue.put(ticket.source, ticket)) this.#pump();
    else throw new ComputeError('QUEUE_FULL', 'Too many jobs are waiting.');
    const cancel = (): void => {
      // A job that runs by itself is cancelled by its lane; one in a batch is over in a moment and only loses its caller.
      if (
        this.#queue.remove(ticket.source, ticket) ||
        this.#slots.some((slot) => slot.tickets.length > 1 && slot.tickets.includes(ticket))
      )
        ticket.cancel();
    };
    job.signal?.addEventListener('abort', cancel, { once: true });
    try {
      return await ticket.result;
    } finally {
      job.signal?.removeEventListener('abort', cancel);
    }
  }

  status(): LaneStatus[] {
    return this.#slots.map(({ lane, tickets, id, done, failed, crashes, rssBytes, lastElapsedMs }) => ({
      id,
      provider: 'cpu',
      state: lane.state,
      pid: lane.pid ?? null,
      jobs: tickets.map((ticket) => ticket.job.key),
      done,
      failed,
      crashes,
      rssBytes,
      lastElapsedMs,
    }));
  }

  /** Jobs that wait for a lane. */
  get waiting(): number {
    return this.#queue.size;
  }

  /** Told at most every 50 ms. @returns a function that ends it */
  onStatus(listener: (status: LaneStatus[]) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Kills the process of a lane, as a crash would; it comes back. For tests and the demo. */
  killLane(index = 0): void {
    this.#slots[index]?.lane.kill();
  }

  #pump(): void {
    for (const slot of this.#slots) {
      if (!this.#open || slot.tickets.length > 0) continue;
      slot.tickets = this.#queue.take(
        BATCH,
        (head, next) => (this.#speed.get(head.model.digest) ?? QUICK_MS) < QUICK_MS && head.joins(next),
      );
      if (slot.tickets.length > 0) void this.#work(slot, slot.tickets);
    }
    this.#announce();
  }

  async #work(slot: Slot, tickets: readonly Ticket[]): Promise<void> {
    const [head] = tickets;
    if (head === undefined) return;
    const timeoutMs = Math.min(...tickets.map((ticket) => ticket.job.timeoutMs));
    const signal = tickets.length === 1 ? head.job.signal : undefined;
    try {
      const inputs = tickets.map((ticket) => ticket.job.input);
      this.#finish(slot, tickets, await slot.lane.run({ model: head.model, inputs }, timeoutMs, signal));
    } catch (error) {
      this.#fail(slot, tickets, error);
    }
    slot.tickets = [];
    this.#pump();
  }

  #finish(slot: Slot, tickets: readonly Ticket[], answer: LaneAnswer): void {
    slot.rssBytes = answer.rssBytes;
    slot.done += tickets.length;
    tickets.forEach((ticket, index) => {
      const output = answer.outputs[index];
      const elapsedMs = answer.elapsedMs[index] ?? 0;
      this.#speed.set(ticket.model.digest, elapsedMs);
      this.#poison.passed(ticket.job.key);
      slot.lastElapsedMs = elapsedMs;
      if (output === undefined) ticket.reject(new ComputeError('RUN_FAILED', 'The lane gave no answer.'));
      else ticket.resolve({ output, elapsedMs, provider: 'cpu' });
    });
  }

  #fail(slot: Slot, tickets: readonly Ticket[], error: unknown): void {
    const code = error instanceof FolkmootError ? error.code : 'INTERNAL';
    const crash = code === 'LANE_CRASHED' || code === 'MEMORY';
    if (crash) slot.crashes++;
    if (tickets.length > 1 && this.#open) {
      for (const ticket of tickets.toReversed()) {
        ticket.alone = true;
        if (!ticket.settled) this.#queue.put(ticket.source, ticket, true);
      }
      return;
    }
    slot.failed += tickets.length;
    for (const ticket of tickets) {
      if (crash) this.#poison.crashed(ticket.job.key);
      ticket.reject(error);
    }
  }

  #announce(): void {
    if (this.#listeners.size === 0) return;
    this.#statusTimer ??= setTimeout(() => {
      this.#statusTimer = undefined;
      for (const listener of this.#listeners) listener(this.status());
    }, STATUS_MS);
  }
}
