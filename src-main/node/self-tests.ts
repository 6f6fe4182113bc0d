import type { Digest } from '../../src-shared/domain/ids.ts';
import type { DeterminismTest } from '../../src-shared/domain/machine.ts';
import { selfTest } from '../compute/self-test.ts';
import type { NetworkParts } from './network-parts.ts';
import type { Runtime } from './runtime.ts';

/** Shows that an exact model gives the same bytes in every way it may be run here; the outcome is kept. */
export async function testModel(runtime: Runtime, parts: NetworkParts, digest: Digest): Promise<DeterminismTest> {
  const { manifest } = parts.catalogue.local(digest);
  const { spawner, log } = runtime.config;
  const path = await runtime.library.pathOf(digest);
  const result = await selfTest(digest, manifest, path, { spawner, log, pool: runtime.pool, now: Date.now });
  parts.catalogue.tested(result);
  runtime.modelsChanged();
  return result;
}

/**
 * Models that are allowed from the start, as those that ship are in a sandbox, are tested once work has begun; one that
 * fails is not allowed any more.
 */
export async function testAllowed(runtime: Runtime, parts: NetworkParts): Promise<void> {
  const { log } = runtime.config;
  for (const { digest, name, optedIn } of parts.catalogue.views()) {
    if (!optedIn) continue;
    try {
      if (!parts.catalogue.needsTest(digest)) continue;
      if ((await testModel(runtime, parts, digest)).passed) continue;
      parts.catalogue.setPreference(digest, { optedIn: false });
      runtime.modelsChanged();
      runtime.stages.notice({
        id: `not-determined-${digest}`,
        level: 'trouble',
        text: `${name} does not give the same bytes each time on this machine, so it is not solved here any more.`,
      });
    } catch (error) {
      // The next start tries again; meanwhile nothing is known against it.
      log(`models: ${name} could not be tested: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
