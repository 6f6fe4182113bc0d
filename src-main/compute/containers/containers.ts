import { z } from 'zod';
import type { ContainersView, EngineView } from '../../../src-shared/domain/containers.ts';
import { NO_CONTAINERS } from '../../../src-shared/domain/containers.ts';
import type { Log } from '../../log.ts';
import type { Part } from '../../part.ts';
import type { Settings } from '../../store/settings.ts';
import { ComputeError } from '../job.ts';
import { cogHealth } from '../servers/cog-server.ts';
import type { Docker } from './docker.ts';
import type { ContainerLimits } from './docker-args.ts';
import { imageIsHere, lookForEngine, removeLeftovers } from './engine.ts';
import { imageRef, isImageRef, type ImageRef } from './image-ref.ts';
import { Supervised, TIMING, type SupervisedNeeds, type Timing } from './supervised.ts';
import { waitFor } from './waiting.ts';

const MAX_CONTAINERS = 16;
const HEALTH_MS = 2_000;
const listSchema = z.array(z.object({ image: z.string().max(300) })).max(MAX_CONTAINERS);

export interface ContainersNeeds {
  readonly docker: Docker;
  readonly log: Log;
  readonly settings: Settings;
  /** Id of the profile, which marks what is started. */
  readonly owner: () => string;
  /** What the machine's limits leave for a container now. @throws ComputeError when nothing may run */
  readonly limits: () => ContainerLimits;
  /** What `view` shows may have changed. */
  readonly changed: () => void;
  readonly timing?: Partial<Timing>;
}

/**
 * Cog containers that the person added, through the Docker engine of this machine. One runs at a time, with all that
 * work may take: two would take twice what the person allowed.
 */
export class Containers implements Part {
  readonly #needs: ContainersNeeds;
  readonly #timing: Timing;
  readonly #each = new Map<ImageRef, Supervised>();
  #engine: EngineView = NO_CONTAINERS.engine;
  #begun: Promise<void> | undefined;
  /** Set with the first engine that answers; nothing is started before it is over. */
  #cleared: Promise<void> | undefined;
  #stopped = false;
  /** Told when a container is let go. */
  readonly #freed = new Set<() => void>();

  constructor(needs: ContainersNeeds) {
    this.#needs = needs;
    this.#timing = { ...TIMING, ...needs.timing };
    for (const { image } of needs.settings.get('containers', listSchema, [])) if (isImageRef(image)) this.#put(image);
  }

  /** Looks for the engine and clears away what an earlier node left. Never rejects; nothing else waits for it. */
  start(): Promise<void> {
    this.#begun ??= this.look();
    return this.#begun;
  }

  /** Nothing of this node runs in Docker afterwards, unless Docker itself does not answer. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all([...this.#each.values()].map((each) => each.stop()));
  }

  view(): ContainersView {
    return { engine: this.#engine, containers: [...this.#each.values()].map((each) => each.view()) };
  }

  /** Looks once more whether there is an engine. Never rejects. */
  async look(): Promise<void> {
    this.#engine = await lookForEngine(this.#needs.docker);
    if (this.#engine.state === 'ready') this.#cleared ??= this.#clear();
    this.#needs.changed();
    await this.#cleared;
  }

  /** @throws ComputeError `CONTAINER_IMAGE`, `CONTAINERS_FULL`, `DOCKER_ABSENT` */
  async add(text: string): Promise<void> {
    const image = imageRef(text);
    if (this.#each.has(image)) return;
    if (this.#each.size >= MAX_CONTAINERS)
      throw new ComputeError('CONTAINERS_FULL', `The list of containers is full: ${MAX_CONTAINERS} at most.`);
    await this.#ready();
    await imageIsHere(this.#needs.docker, image);
    this.#put(image);
    this.#keep();
  }

  /** Stops it first. The image stays where it is. @throws ComputeError `CONTAINER_UNKNOWN` */
  async remove(text: string): Promise<void> {
    const each = this.#find(text);
    this.#each.delete(each.image);
    this.#keep();
    await each.stop();
    this.#changed();
  }

  has(image: string): boolean {
    return isImageRef(image) && this.#each.has(image);
  }

  /** By the person: it runs until it is stopped. Not waited for: its state says how it goes. @throws ComputeError */
  async startOne(text: string): Promise<void> {
    const each = this.#find(text);
    await this.#ready();
    for (let other = this.#other(each); other !== undefined; other = this.#other(each)) {
      if (other.used) throw busy(other);
      await other.stop();
    }
    if (this.#stopped) throw stopping();
    each.start().catch(() => undefined);
  }

  /** Work that is done there fails. @throws ComputeError `CONTAINER_UNKNOWN` */
  async stopOne(text: string): Promise<void> {
    await this.#find(text).stop();
    this.#changed();
  }

  /**
   * Does something with the address of a container, which is started first if it does not run.
   * @throws ComputeError `CONTAINER`, `CONTAINER_UNKNOWN`, `CONTAINER_BUSY`, `DOCKER_ABSENT`, `CANCELLED`, and what `work` throws
   */
  async use<T>(text: string, signal: AbortSignal | undefined, work: (url: string) => Promise<T>): Promise<T> {
    const each = this.#find(text);
    const until = Date.now() + this.#timing.waitMs;
    await this.#ready();
    for (let other = this.#other(each); other !== undefined; other = this.#other(each)) {
      if (other.byHand) throw busy(other);
      const blocker = other;
      if (other.used) await waitFor(this.#nextFreed(), until - Date.now(), () => busy(blocker), signal);
      else await other.stop();
    }
    if (this.#stopped) throw stopping();
    try {
      return await each.use(signal, work);
    } finally {
      this.#changed();
    }
  }

  /** @throws ComputeError `DOCKER_ABSENT` */
  async #ready(): Promise<void> {
    await this.start();
    // Somebody may have started it since.
    if (this.#engine.state !== 'ready') await this.look();
    await this.#cleared;
    if (this.#engine.trouble !== null) throw troubleOf(this.#engine.trouble);
  }

  async #clear(): Promise<void> {
    const { docker, log, owner } = this.#needs;
    try {
      const left = await removeLeftovers(docker, owner());
      if (left > 0) log(`containers: ${left} of an earlier run of this node were removed`);
    } catch (error) {
      log(`containers: what an earlier run left could not be removed: ${error instanceof Error ? error.message : ''}`);
    }
  }

  #other(each: Supervised): Supervised | undefined {
    return [...this.#each.values()].find((other) => other !== each && other.active);
  }

  #nextFreed(): Promise<void> {
    return new Promise((resolve) => this.#freed.add(resolve));
  }

  #changed(): void {
    for (const told of this.#freed) told();
    this.#freed.clear();
    this.#needs.changed();
  }

  #put(image: ImageRef): void {
    const { docker, log, owner, limits } = this.#needs;
    const needs: SupervisedNeeds = {
      docker,
      log,
      owner,
      limits,
      health: (url, signal) => cogHealth(url, HEALTH_MS, signal),
      timing: this.#timing,
      changed: () => this.#changed(),
    };
    this.#each.set(image, new Supervised(image, needs));
  }

  #keep(): void {
    this.#needs.settings.set(
      'containers',
      [...this.#each.keys()].map((image) => ({ image })),
    );
    this.#changed();
  }

  #find(text: string): Supervised {
    const each = isImageRef(text) ? this.#each.get(text) : undefined;
    if (each === undefined) throw new ComputeError('CONTAINER_UNKNOWN', 'That container is not in the list.');
    return each;
  }
}

function busy(other: Supervised): ComputeError {
  return new ComputeError(
    'CONTAINER_BUSY',
    `Another container has what work may take here: ${other.image.slice(0, 80)}.`,
    {
      remedy: 'One container runs at a time. Stop the other one, or wait until it has nothing to do.',
    },
  );
}

function stopping(): ComputeError {
  return new ComputeError('CONTAINER', 'The node is stopping.');
}

function troubleOf({ message, remedy }: NonNullable<EngineView['trouble']>): ComputeError {
  return new ComputeError('DOCKER_ABSENT', message, remedy === undefined ? {} : { remedy });
}
