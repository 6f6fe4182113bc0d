import type { Digest } from '../../src-shared/domain/ids.ts';
import type { DeterminismTest } from '../../src-shared/domain/machine.ts';
import type { LaneStatus } from '../compute/job.ts';
import { selfTest } from '../compute/self-test.ts';
import type { HardwareFacts } from '../hardware/protocol.ts';
import { fingerprint } from '../machine/devices.ts';
import type { TestPlace } from '../models/determinism.ts';
import type { NetworkParts } from './network-parts.ts';
import type { Runtime } from './runtime.ts';
import { RUNTIME_VERSION } from './version.ts';

/** A test that could not be made, or left out a card, is made again after so long; at once when the machine changed. */
const AGAIN_MS = 10 * 60_000;

/** Where exact models would be computed now. @param facts null while they are not known */
export function testPlace(facts: HardwareFacts | null, lanes: readonly LaneStatus[]): TestPlace {
  const devices = [...new Set(lanes.filter(({ stopped }) => !stopped).map(({ device }) => device))];
  return { runtime: RUNTIME_VERSION, machine: facts === null ? null : fingerprint(facts), devices };
}

/** Shows that an exact model gives the same bytes in every way it may be run here; the outcome is kept. */
export async function testModel(runtime: Runtime, parts: NetworkParts, digest: Digest): Promise<DeterminismTest> {
  const { manifest } = parts.catalogue.local(digest);
  const { spawner, log } = runtime.config;
  const path = await runtime.library.pathOf(digest);
  // As it was before: what changes meanwhile is not tested.
  const { devices: _, ...mark } = testPlace(runtime.machine.facts, []);
  const result = await selfTest(digest, manifest, path, { spawner, log, pool: runtime.pool, now: Date.now });
  parts.catalogue.tested({ ...result, mark });
  runtime.modelsChanged();
  const { devices: __, refused: ___, ...shown } = result;
  return shown;
}

export interface SelfTestsNeeds {
  /** Allowed models without a test that holds for this machine as it is. */
  readonly due: () => ReadonlyArray<{ readonly digest: Digest; readonly name: string }>;
  /** Whether the machine may work now. */
  readonly free: () => boolean;
  readonly place: () => TestPlace;
  readonly test: (digest: Digest) => Promise<DeterminismTest>;
  /** It does not give the same bytes each time. */
  readonly failed: (digest: Digest, name: string) => void;
  readonly log: (line: string) => void;
  readonly now: () => number;
}

/**
 * Tests allowed models by itself, one after the other, whenever the machine is free: those that never were, as those that
 * ship in a sandbox, and all after a new card, driver or runtime.
 */
export class SelfTests {
  readonly #needs: SelfTestsNeeds;
  /** When each was tested last, and where. */
  readonly #tried = new Map<Digest, { readonly where: string; readonly at: number }>();
  /** When nothing was left to test last, and where. */
  #settled: { readonly where: string; readonly at: number } | null = null;
  #running = false;

  constructor(needs: SelfTestsNeeds) {
    this.#needs = needs;
  }

  /** Something changed that may matter. Resolves when nothing is left to test now; never rejects. */
  async look(): Promise<void> {
    const { free, place, log, now } = this.#needs;
    if (this.#running || !free()) return;
    const where = JSON.stringify(place());
    if (this.#settled?.where === where && now() < this.#settled.at + AGAIN_MS) return;
    this.#running = true;
    try {
      for (let next = this.#next(); next !== undefined; next = this.#next()) await this.#test(next.digest, next.name);
      this.#settled = { where, at: now() };
    } catch (error) {
      // The database cannot be read, or was closed by a stop while a test ran.
      log(`models: nothing more is tested: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      this.#running = false;
    }
  }

  #next(): { readonly digest: Digest; readonly name: string } | undefined {
    const { due, free, place, now } = this.#needs;
    if (!free()) return undefined;
    const where = JSON.stringify(place());
    return due().find(({ digest }) => {
      const tried = this.#tried.get(digest);
      return tried === undefined || tried.where !== where || tried.at + AGAIN_MS <= now();
    });
  }

  async #test(digest: Digest, name: string): Promise<void> {
    const { place, test, failed, log, now } = this.#needs;
    this.#tried.set(digest, { where: JSON.stringify(place()), at: now() });
    try {
      if (!(await test(digest)).passed) failed(digest, name);
    } catch (error) {
      // It is tried again later; meanwhile nothing is known against it.
      log(`models: ${name} could not be tested: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

/** The tests of a node. One that fails is not allowed any more. */
export function selfTestsOf(runtime: Runtime, parts: NetworkParts): SelfTests {
  return new SelfTests({
    due: () => parts.catalogue.views().filter(({ digest, optedIn }) => optedIn && parts.catalogue.needsTest(digest)),
    free: () => runtime.machine.heldUp() === null,
    place: () => testPlace(runtime.machine.facts, runtime.pool.status()),
    test: (digest) => testModel(runtime, parts, digest),
    failed: (digest, name) => {
      parts.catalogue.setPreference(digest, { optedIn: false });
      runtime.modelsChanged();
      runtime.stages.notice({
        id: `not-determined-${digest}`,
        level: 'trouble',
        text: `${name} does not give the same bytes each time on this machine, so it is not solved here any more.`,
      });
    },
    log: runtime.config.log,
    now: Date.now,
  });
}
