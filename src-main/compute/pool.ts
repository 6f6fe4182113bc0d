import { randomBytes } from 'node:crypto';
import { tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { FolkmootError } from '../../src-shared/domain/errors.ts';
import type { Digest } from '../../src-shared/domain/ids.ts';
import type { DeviceId } from '../../src-shared/domain/machine.ts';
import type { Log } from '../log.ts';
import { removeFolder } from '../files.ts';
import { checkInput } from '../models/codec.ts';
import type { Manifest } from '../models/manifest.ts';
import type { Part } from '../part.ts';
import type { Spawner } from '../process/spawner.ts';
import { Agenda } from './agenda.ts';
import { batchOf, MAX_BATCH } from './batch-size.ts';
import { Checkpoints } from './checkpoints.ts';
import type { Directive, LaneControl, LanePlace } from './control.ts';
import { fits, impossible, refused } from './fit.ts';
import type { Group } from './group.ts';
import { ComputeError, type Job, type JobResult, type LaneStatus, type Probe, type ProbeResult } from './job.ts';
import { perform } from './perform.ts';
import { cpuPlace, directiveOf, FULL, samePlace, slotPlaces } from './places.ts';
import { Poison } from './poison.ts';
import type { ModelRef } from './protocol.ts';
import { roomOf, type Room } from './room.ts';
import { Slot, type SlotPlace } from './slot.ts';
import { Ticket } from './ticket.ts';

export interface PoolOptions {
  readonly spawner: Spawner;
  readonly log: Log;
  /** Processes on the processor until `place` says otherwise; 1. */
  readonly lanes?: number;
  /** Jobs that may wait; the next is refused with `QUEUE_FULL`. */
  readonly queue?: number;
  /** Memory of this computer that work may take until a limit is said, bytes; half of it. */
  readonly memoryBytes?: number;
  readonly idleMs?: number;
  readonly backoffMs?: readonly number[];
  /** Folder for what lanes read and write; best on the disk of the models. One in the temporary folder when absent. */
  readonly scratch?: string;
  /** Folder of its own that stays, so that jobs in steps go on after a restart. In the scratch folder, and gone with it, when absent. */
  readonly checkpoints?: string;
  /** More variables for the lanes: where drivers are found. */
  readonly env?: Readonly<Record<string, string>>;
  readonly now?: () => number;
}

/** Runs that are shorter may share a lane with the batch before them. */
const QUICK_MS = 8;
const STATUS_MS = 50;
/** Ends of a process, whoever it worked for. */
const DEATHS: ReadonlySet<string> = new Set(['LANE_CRASHED', 'MEMORY', 'DEADLINE', 'CANCELLED']);
const START: ReadonlySet<string> = new Set(['LANE_START', 'PROVIDER_FAILED']);
/** A lane that could not be started is left alone so long. */
const REST_MS = 10_000;

/** Queues jobs, gives them to lanes, starts lanes only when there is work. */
export class Pool implements Part, LaneControl {
  readonly #options: PoolOptions;
  readonly #agenda: Agenda<Ticket>;
  readonly #now: () => number;
  readonly #poison = new Poison();
  /** Time of the last run of each model, ms. */
  readonly #speed = new WeakMap<ModelRef, number>();
  readonly #listeners = new Set<(status: LaneStatus[]) => void>();
  readonly #directives = new Map<DeviceId, Directive>();
  #lan: Directive = FULL;
  #places: readonly SlotPlace[];
  #slots: readonly Slot[] = [];
  #retired: readonly Slot[] = [];
  readonly #checkpoints: Checkpoints;
  readonly #scratch: string;
  #open = false;
  #statusTimer: NodeJS.Timeout | undefined;
  #restTimer: NodeJS.Timeout | undefined;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#agenda = new Agenda(options.queue ?? 1_000, this.#now);
    this.#scratch = options.scratch ?? join(tmpdir(), `folkmoot-lanes-${randomBytes(8).toString('hex')}`);
    const { checkpoints } = options;
    const stays = checkpoints !== undefined;
    this.#checkpoints = new Checkpoints(checkpoints ?? join(this.#scratch, 'checkpoints'), { stays });
    this.#places = slotPlaces([cpuPlace(options.lanes ?? 1)]);
    this.#slots = this.#places.map((place) => this.#slot(place));
  }

  /** Starts no process. */
  async start(): Promise<void> {
    if (this.#open) return;
    // What a crash left.
    removeFolder(this.#scratch);
    this.#checkpoints.open();
    this.#open = true;
  }

  async stop(): Promise<void> {
    this.#open = false;
    for (const ticket of this.#agenda.drain()) ticket.reject(new ComputeError('POOL_STOPPED', 'The node is stopping.'));
    await Promise.all([...this.#slots, ...this.#retired].map((slot) => slot.stop()));
    this.#retired = [];
    clearTimeout(this.#statusTimer);
    clearTimeout(this.#restTimer);
    this.#statusTimer = undefined;
    this.#checkpoints.close();
    removeFolder(this.#scratch);
  }

  place(places: readonly LanePlace[]): void {
    this.#places = slotPlaces(places);
    const kept = this.#slots.filter((slot) => this.#places.some((place) => samePlace(place, slot.place)));
    const gone = this.#slots.filter((slot) => !kept.includes(slot));
    this.#slots = this.#places.map((place) => kept.find((slot) => samePlace(place, slot.place)) ?? this.#slot(place));
    this.#retired = [...this.#retired, ...gone].filter((slot) => !slot.idle);
    for (const slot of gone) slot.retire();
    this.#tell();
  }

  direct(device: DeviceId, directive: Directive): void {
    this.#directives.set(device, directive);
    this.#tell();
  }

  directServers(directive: Pick<Directive, 'duty' | 'finish'>): void {
    this.#lan = { ...directive, memoryBytes: null };
    this.#tell();
  }

  /** @throws ComputeError, or the named errors of models/errors.ts. */
  run(job: Job): Promise<JobResult> {
    return this.#submit(job) as Promise<JobResult>;
  }

  /** Runs a graph once without optimisations and gives values inside it. @throws as `run`; ModelRefusedError for unknown names */
  probe(probe: Probe): Promise<ProbeResult> {
    return this.#submit(probe) as Promise<ProbeResult>;
  }

  /** Why no lane could ever run a model, a sentence; null: one could, or there are none at the moment. */
  refuses(manifest: Manifest): string | null {
    const job = { key: '', manifest, modelPath: '', input: new Uint8Array(), timeoutMs: 0 };
    return impossible(new Ticket(job, this.#now()), this.#slots)?.message ?? null;
  }

  status(): LaneStatus[] {
    // Those that ask servers show up with the first model that needs them.
    return this.#slots
      .map((slot) => slot.status())
      .filter(({ asks, pid, done, failed, note }) => !asks || pid !== null || done + failed > 0 || note !== null);
  }

  /** Lanes that may compute graphs now. */
  get lanes(): number {
    return this.#slots.filter((slot) => slot.mayCompute).length;
  }

  /** Jobs that wait for a lane. */
  get waiting(): number {
    return this.#agenda.size;
  }

  /** Whether work with a model file waits or runs. */
  uses(file: Digest): boolean {
    return (
      [...this.#slots, ...this.#retired].some((slot) => slot.uses(file)) ||
      this.#agenda.some(({ model }) => model.digest === file)
    );
  }

  /** Told at most every 50 ms. @returns a function that ends it */
  onStatus(listener: (status: LaneStatus[]) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Kills the process of a lane, as a crash would; it comes back. For tests and the demo. */
  killLane(index = 0): void {
    this.#slots[index]?.kill();
  }

  /** No promise but the ticket's: for jobs of a few microseconds each one more shows. */
  #submit(job: Job | Probe): Promise<unknown> {
    try {
      const ticket = this.#enter(job);
      return job.signal === undefined ? ticket.result : this.#cancellable(ticket, job.signal);
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }

  #enter(job: Job | Probe): Ticket {
    if (!this.#open) throw new ComputeError('POOL_STOPPED', 'The node is not running.');
    if (this.#poison.refuses(job.key))
      throw new ComputeError('POISON', 'This task has ended the computing process twice and is refused.');
    checkInput(job.manifest, job.input);
    const ticket = new Ticket(job, this.#now());
    if ('steps' in job && job.steps !== undefined) ticket.checkpoint = job.steps.from ?? this.#checkpoints.get(job);
    const refusal = impossible(ticket, this.#slots) ?? refused(ticket, this.#slots);
    if (refusal !== undefined) throw refusal;
    if (this.#slots.some((slot) => slot.refuses(ticket))) ticket.setApart();
    if (job.signal?.aborted) ticket.cancel();
    else if (this.#agenda.put(ticket)) this.#pump();
    else throw new ComputeError('QUEUE_FULL', 'Too many jobs are waiting.');
    return ticket;
  }

  async #cancellable(ticket: Ticket, signal: AbortSignal): Promise<unknown> {
    const cancel = (): void => {
      // A job that runs by itself is cancelled by its lane; a quick one is over in a moment and only loses its caller.
      const quick = [...this.#slots, ...this.#retired].some((slot) => slot.holds(ticket)?.quick === true);
      if (this.#agenda.remove(ticket) || quick) ticket.cancel();
    };
    signal.addEventListener('abort', cancel, { once: true });
    try {
      return await ticket.result;
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  }

  /** Every slot learns what holds for it by now: what one is told, and may take, depends on the others. */
  #tell(): void {
    for (const slot of this.#slots) slot.direct(this.#directiveOf(slot.place), this.#roomOf(slot.place));
    this.#reconsider();
  }

  /** After lanes changed: what can never be done now is told so. */
  #reconsider(): void {
    if (!this.#open) return;
    for (const ticket of this.#agenda.drain()) {
      const never = impossible(ticket, this.#slots);
      if (never === undefined) this.#agenda.put(ticket);
      else ticket.reject(never);
    }
    this.#pump();
  }

  #pump(): void {
    if (this.#open && this.#agenda.size > 0) {
      const now = this.#now();
      // Idle lanes first; then lanes that can be handed their next batch.
      for (const state of ['any', 'quick'] as const) {
        for (const slot of this.#slots) {
          if (slot.takes(now) !== state || this.#taken(slot)) continue;
          const group = this.#takeFor(slot, state === 'quick');
          if (group === undefined) continue;
          slot.begin(group);
          void this.#work(slot, group);
        }
      }
    }
    this.#announce();
  }

  /** A card that was placed anew still finishes a job in its old lane: two at once end each other's drivers. */
  #taken({ place: { device } }: Slot): boolean {
    return device !== 'cpu' && this.#retired.some(({ place }) => place.device === device);
  }

  #takeFor(slot: Slot, quickOnly: boolean): Group | undefined {
    const accepts = (head: Ticket): boolean => fits(head, slot, this.#slots);
    // Quick work must not slip past what is due: an endless stream of it would keep the lane from everything else.
    const due = quickOnly ? this.#agenda.peek(accepts) : undefined;
    if (quickOnly && (due === undefined || !this.#quick(due))) return undefined;
    let more: number | undefined;
    const tickets = this.#agenda.take(
      MAX_BATCH,
      (head, next) => {
        more ??= batchOf(this.#speed.get(head.model), head.job.input.length) - 1;
        return more-- > 0 && head.joins(next);
      },
      accepts,
    );
    const [head] = tickets;
    return head === undefined ? undefined : { tickets, quick: this.#quick(head), shared: false };
  }

  #quick({ alone, model }: Ticket): boolean {
    return !alone && (this.#speed.get(model) ?? QUICK_MS) < QUICK_MS;
  }

  async #work(slot: Slot, group: Group): Promise<void> {
    const { tickets } = group;
    let results: Awaited<ReturnType<typeof perform>> = [];
    try {
      results = await perform(slot, group, this.#checkpoints);
      slot.done += tickets.length;
      const [head] = tickets;
      if (head !== undefined) this.#speed.set(head.model, slot.lastElapsedMs ?? 0);
      for (const { job } of tickets) {
        this.#poison.passed(job.key);
        if ('steps' in job) this.#checkpoints.drop(job.key);
      }
    } catch (error) {
      this.#fail(slot, group, error);
    }
    slot.ended(group);
    if (slot.retired) this.#retired = this.#retired.filter((other) => other !== slot);
    // After the books are kept: whoever waits for a result may look at them.
    results.forEach((result, at) => tickets[at]?.resolve(result));
    this.#pump();
  }

  #fail(slot: Slot, { tickets, shared }: Group, error: unknown): void {
    const code = error instanceof FolkmootError ? error.code : 'INTERNAL';
    const crash = code === 'LANE_CRASHED' || code === 'MEMORY';
    if (crash) slot.crashes++;
    // What shared a message or a lane is done again one by one so that the fault is found; a job whose device was told to stop did nothing wrong.
    const unsure = tickets.length > 1 || (shared && DEATHS.has(code));
    const left = code === 'PROVIDER_REFUSED' && this.#leave(slot, tickets, error);
    const again = code === 'SUSPENDED' || left || unsure || (START.has(code) && this.#rest(slot, tickets));
    if (again && this.#open) {
      for (const ticket of tickets.toReversed()) {
        if (code !== 'SUSPENDED' && !left) ticket.alone = true;
        if (!ticket.settled) this.#again(slot, ticket, left);
      }
      return;
    }
    slot.failed += tickets.length;
    for (const ticket of tickets) {
      if (crash) this.#poison.crashed(ticket.job.key);
      ticket.reject(code === 'SUSPENDED' ? new ComputeError('POOL_STOPPED', 'The node is stopping.') : error);
    }
  }

  /** Back to the head of its line, unless nothing could do it by now. */
  #again(slot: Slot, ticket: Ticket, left: boolean): void {
    const refusal = impossible(ticket, this.#slots) ?? (left ? refused(ticket, this.#slots) : undefined);
    if (refusal === undefined) this.#agenda.put(ticket, true);
    else {
      slot.failed++;
      ticket.reject(refusal);
    }
  }

  /** Leaves work to others that a card's provider does not take. */
  #leave(slot: Slot, tickets: readonly Ticket[], error: unknown): true {
    for (const ticket of tickets) ticket.setApart();
    if (tickets[0] !== undefined) slot.refuse(tickets[0].model, error instanceof Error ? error.message : '');
    return true;
  }

  /** Leaves a slot that could not be started alone for a while, if another can do its work. */
  #rest(slot: Slot, tickets: readonly Ticket[]): boolean {
    const now = this.#now();
    const others = this.#slots.filter((other) => other !== slot && other.restUntil <= now && !other.halted);
    if (!tickets.every((ticket) => others.some((other) => other.suits(ticket)))) return false;
    slot.restUntil = now + REST_MS;
    clearTimeout(this.#restTimer);
    this.#restTimer = setTimeout(() => this.#pump(), REST_MS + 1);
    this.#restTimer.unref();
    return true;
  }

  #checkpoint(ticket: Ticket, step: number, state: Uint8Array): void {
    const { job } = ticket;
    if (!('steps' in job) || job.steps === undefined) return;
    ticket.checkpoint = this.#checkpoints.save(job, step, state);
    // It gets on: what ends its lane later is not what it did before.
    this.#poison.passed(job.key);
    job.onProgress?.(step / job.steps.count);
    job.steps.onCheckpoint?.(ticket.checkpoint);
  }

  #slot(place: SlotPlace): Slot {
    const { spawner, log, idleMs = 120_000, backoffMs, env } = this.#options;
    const settings = {
      spawner,
      log,
      idleMs,
      ...(backoffMs === undefined ? {} : { backoffMs }),
      ...(env === undefined ? {} : { env }),
    };
    return new Slot(place, settings, this.#scratch, this.#directiveOf(place), this.#roomOf(place), {
      changed: () => this.#announce(),
      progress: ({ job }, share) => 'onProgress' in job && job.onProgress?.(share),
      checkpoint: (ticket, step, state) => this.#checkpoint(ticket, step, state),
    });
  }

  #directiveOf(place: SlotPlace): Directive {
    return directiveOf(place, this.#places, this.#directives, this.#lan);
  }

  #roomOf(place: SlotPlace): Room {
    const half = this.#options.memoryBytes ?? totalmem() / 2;
    return roomOf(place, this.#places, this.#directiveOf(place), half);
  }

  #announce(): void {
    if (this.#listeners.size === 0) return;
    this.#statusTimer ??= setTimeout(() => {
      this.#statusTimer = undefined;
      for (const listener of this.#listeners) listener(this.status());
    }, STATUS_MS);
  }
}
