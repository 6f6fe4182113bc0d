import type { Digest } from '../../src-shared/domain/ids.ts';
import type { DeviceId, Provider } from '../../src-shared/domain/machine.ts';
import type { RuntimeName } from '../../src-shared/domain/models.ts';
import type { ProcessEntry } from '../process/spawner.ts';
import type { Directive } from './control.ts';
import type { Group } from './group.ts';
import { ComputeError, type LaneStatus } from './job.ts';
import { Lane, type LaneListener, type LaneOptions } from './lane.ts';
import { LANE_BYTES, residentBytes } from './memory.ts';
import type { ModelRef } from './protocol.ts';
import { sameRoom, shortage, type Room, type Shortage } from './room.ts';
import type { Ticket } from './ticket.ts';

/** Which process runs what. Lanes that ask servers have no native code and no files; the others have no network. */
const ENTRIES: Record<RuntimeName, ProcessEntry> = {
  onnx: 'worker',
  transformers: 'text',
  openai: 'caller',
  cog: 'caller',
};

/** Groups in a lane at once: one that runs and one that is ready when it ends. */
const DEPTH = 2;

export interface SlotPlace {
  readonly id: string;
  readonly device: DeviceId;
  readonly providers: readonly Provider[];
  readonly index: number | null;
  readonly runtimes: ReadonlySet<RuntimeName>;
  /** It asks servers: those of this machine, or those of others. */
  readonly asks?: 'here' | 'elsewhere';
}

export interface SlotListener {
  changed(): void;
  checkpoint(ticket: Ticket, step: number, state: Uint8Array): void;
  progress(ticket: Ticket, share: number): void;
}

type LaneSettings = Pick<LaneOptions, 'spawner' | 'log' | 'idleMs' | 'backoffMs' | 'env'>;

/** One worker of a device: does one call at a time, in the process that the call's runtime needs. */
export class Slot {
  readonly place: SlotPlace;
  readonly #settings: LaneSettings;
  readonly #scratch: string;
  readonly #listener: SlotListener;
  readonly #lanes = new Map<ProcessEntry, Lane>();
  static #made = 0;
  /** In the name of its folders: one that is replaced may still work beside its successor. */
  readonly #serial = Slot.#made++;
  /** Models that its provider does not take. */
  readonly #refused = new WeakSet<ModelRef>();
  #directive: Directive;
  #room: Room;
  #progress: number | null = null;
  #since = 0;
  #note: string | null = null;
  #groups: readonly Group[] = [];
  /** No longer placed: ends with the job in hand. */
  retired = false;
  /** Could not be started: left alone until then, on the pool's clock. */
  restUntil = 0;
  done = 0;
  failed = 0;
  crashes = 0;
  rssBytes: number | null = null;
  lastElapsedMs: number | null = null;

  constructor(
    place: SlotPlace,
    settings: LaneSettings,
    scratch: string,
    directive: Directive,
    room: Room,
    listener: SlotListener,
  ) {
    this.place = place;
    this.#settings = settings;
    this.#scratch = scratch;
    this.#listener = listener;
    this.#directive = directive;
    this.#room = room;
  }

  /** Whether it could ever do this, as far as memory goes. */
  suits(ticket: Ticket): boolean {
    return this.#isFor(ticket) && !this.#refused.has(ticket.model);
  }

  /** Whether this would be its work, did its provider take the model. */
  refuses(ticket: Ticket): boolean {
    return this.#isFor(ticket) && this.#refused.has(ticket.model);
  }

  refuse(model: ModelRef, why: string): void {
    this.#refused.add(model);
    this.#settings.log(`${this.place.id}: ${why}`);
    this.#note = `It does not take ${model.name}, which is left to the processor.`;
  }

  /** Why it does not fit in. */
  shortage(ticket: Ticket): Shortage | undefined {
    return shortage(ticket.model, this.place, this.#room);
  }

  #isFor({ model, job }: Ticket): boolean {
    const { runtimes, device, asks } = this.place;
    if (asks !== undefined && asks !== (job.serverAt ?? 'here')) return false;
    return runtimes.has(model.runtime) && (job.device === undefined || job.device === device);
  }

  get mayCompute(): boolean {
    return this.place.asks === undefined && this.#directive.duty > 0 && !this.retired;
  }

  /** Takes no work until somebody decides otherwise. */
  get halted(): boolean {
    return this.retired || this.#directive.duty === 0;
  }

  get idle(): boolean {
    return this.#groups.length === 0;
  }

  /** Whether it may take work now: any when idle, quick work while quick work is under way. */
  takes(now: number): 'any' | 'quick' | 'none' {
    if (this.halted || now < this.restUntil) return 'none';
    const [first] = this.#groups;
    if (first === undefined) return 'any';
    return first.quick && this.#groups.length < DEPTH ? 'quick' : 'none';
  }

  holds(ticket: Ticket): Group | undefined {
    return this.#groups.find(({ tickets }) => tickets.includes(ticket));
  }

  uses(file: Digest): boolean {
    return this.#groups.some(({ tickets }) => tickets.some(({ model }) => model.digest === file));
  }

  begin(group: Group): void {
    this.#makeRoom(group);
    // What a server did is over when the next is asked; what a card does not take stays so.
    if (this.place.asks !== undefined) this.#note = null;
    if (this.#groups.length === 0) this.#since = Date.now();
    this.#groups = [...this.#groups, group];
    if (this.#groups.length > 1) for (const each of this.#groups) each.shared = true;
    this.#progress = null;
  }

  laneFor(runtime: RuntimeName): Lane {
    const entry = ENTRIES[runtime];
    const known = this.#lanes.get(entry);
    if (known !== undefined) return known;
    const network = entry === 'caller';
    const { providers, index, id } = this.place;
    const options: LaneOptions = {
      ...this.#settings,
      entry,
      network,
      // Texts are read and servers asked on the processor.
      providers: entry === 'worker' ? providers : ['cpu'],
      index,
      scratch: `${this.#scratch}/${id.replaceAll(/[^A-Za-z0-9-]/g, '_')}-${this.#serial}-${entry}`,
      bounds: this.#room,
    };
    const lane = new Lane(options, this.#listenTo());
    lane.direct(this.#directive.duty, this.#room);
    this.#lanes.set(entry, lane);
    return lane;
  }

  /** What the policy wants. A stop frees the memory of card and computer: the processes end. */
  direct(directive: Directive, room: Room): void {
    const { duty, finish } = this.#directive;
    if (duty === directive.duty && finish === directive.finish && sameRoom(room, this.#room)) return;
    this.#directive = directive;
    if (!sameRoom(room, this.#room)) this.#room = room;
    if (directive.duty > 0) for (const lane of this.#lanes.values()) lane.direct(directive.duty, this.#room);
    else this.#halt();
  }

  retire(): void {
    this.retired = true;
    this.#halt();
  }

  /** What the lane says about the last call: time of one run, memory afterwards. */
  measured(elapsedMs: number, rssBytes: number): void {
    this.lastElapsedMs = elapsedMs;
    this.rssBytes = rssBytes;
  }

  /** To be called when a job is over. */
  ended(group: Group): void {
    this.#groups = this.#groups.filter((other) => other !== group);
    this.#progress = null;
    if (this.#groups.length > 0) return;
    if (this.halted) this.#endProcesses();
  }

  kill(): void {
    for (const lane of this.#lanes.values()) lane.kill();
  }

  async stop(reason?: ComputeError): Promise<void> {
    await Promise.all([...this.#lanes.values()].map((lane) => lane.stop(reason)));
  }

  status(): LaneStatus {
    const { id, device, providers, asks } = this.place;
    const lanes = [...this.#lanes.values()];
    const tickets = this.#groups.flatMap((group) => group.tickets);
    const [head] = tickets;
    const shown = lanes.find((lane) => lane.state === 'busy') ?? lanes.find((lane) => lane.state !== 'off') ?? lanes[0];
    const state = shown?.state ?? 'off';
    const only = providers.length === 1 && providers[0] === 'cpu' && asks === undefined ? 'cpu' : null;
    return {
      id,
      device,
      ...(asks === undefined ? {} : { asks }),
      provider: this.#lanes.get('worker')?.provider ?? only,
      state,
      pid: shown?.pid ?? null,
      duty: shown === undefined || state === 'off' ? this.#directive.duty : shown.duty,
      stopped: this.#directive.duty === 0 && this.idle && lanes.every((lane) => lane.pid === undefined),
      job:
        head === undefined
          ? null
          : { key: head.job.key, model: head.model.name, since: this.#since, progress: this.#progress },
      jobs: tickets.map((ticket) => ticket.job.key),
      done: this.done,
      failed: this.failed,
      crashes: this.crashes,
      rssBytes: this.rssBytes,
      lastElapsedMs: this.lastElapsedMs,
      note: this.#note,
    };
  }

  /** One process computes at a time: another kind's keeps what it has loaded only while both fit. */
  #makeRoom({ tickets }: Group): void {
    const [head] = tickets;
    if (head === undefined) return;
    const { model } = head;
    for (const [entry, { pid }] of this.#lanes) {
      if (entry === ENTRIES[model.runtime] || pid === undefined) continue;
      const kept = residentBytes(pid) ?? this.#room.memoryBytes;
      if (kept + LANE_BYTES + model.memoryBytes > this.#room.memoryBytes) void this.#lanes.get(entry)?.stop();
    }
  }

  #halt(): void {
    if (this.idle || !this.#directive.finish) this.#endProcesses();
  }

  #endProcesses(): void {
    // The job in hand goes back to the queue: it did nothing wrong.
    void this.stop(new ComputeError('SUSPENDED', 'The device was told to stop.'));
  }

  #listenTo(): LaneListener {
    return {
      changed: () => this.#listener.changed(),
      progress: (share) => {
        const head = this.#groups[0]?.tickets[0];
        if (head === undefined) return;
        this.#progress = share;
        this.#listener.progress(head, share);
        this.#listener.changed();
      },
      checkpoint: (step, state) => {
        const head = this.#groups[0]?.tickets[0];
        if (head === undefined) return;
        if ('steps' in head.job && head.job.steps !== undefined) this.#progress = step / head.job.steps.count;
        this.#listener.checkpoint(head, step, state);
        this.#listener.changed();
      },
      note: (text, plain = text) => {
        this.#note = plain;
        this.#settings.log(`${this.place.id}: ${text}`);
        this.#listener.changed();
      },
    };
  }
}
