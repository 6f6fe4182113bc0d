import { z } from 'zod';
import {
  PROVIDERS,
  type BenchmarkScore,
  type DeviceCheck,
  type DeviceId,
  type HardwareCheck,
  type ProviderCheck,
} from '../../src-shared/domain/machine.ts';
import type { LanePlace, ProviderTrials } from '../compute/control.ts';
import type { HardwareFacts } from '../hardware/protocol.ts';
import { choosesCard, devicesOf, providersFor, type Device } from './devices.ts';

const text = z.string().max(500);
const providerCheck = z.object({
  provider: z.enum(PROVIDERS),
  state: z.enum(['ran', 'failed', 'absent']),
  runMs: z.number().nullable(),
  difference: z.number().nullable(),
  cause: text.nullable(),
  fix: text.nullable(),
});
/** As it is kept; a check of another version is made again. */
export type KeptCheck = {
  readonly fingerprint: string;
  /** Devices that were switched off and left out. */
  readonly off: readonly DeviceId[];
  readonly check: HardwareCheck;
} | null;
export const keptCheck: z.ZodType<KeptCheck> = z
  .object({
    fingerprint: z.string(),
    off: z.array(text).default([]),
    check: z.object({
      state: z.literal('done'),
      at: z.number(),
      processor: text.nullable(),
      cores: z.number(),
      memoryBytes: z.number(),
      system: text,
      devices: z.array(
        z.object({
          id: text,
          kind: z.enum(['cpu', 'gpu']),
          name: text,
          vendor: z.enum(['nvidia', 'amd', 'intel', 'apple', 'other']),
          driver: text.nullable(),
          memoryBytes: z.number().nullable(),
          sources: z.array(text),
          providers: z.array(providerCheck),
          trouble: z.object({ cause: text, fix: text }).nullable(),
        }),
      ),
      benchmark: z.array(
        z.object({ graph: text, device: text, provider: z.enum(PROVIDERS), runsPerSecond: z.number(), at: z.number() }),
      ),
    }),
  })
  .nullable();

export interface CheckNeeds {
  /** null: this build cannot try providers; then only the processor is known to work. */
  readonly trials: ProviderTrials | null;
  readonly now: () => number;
  readonly platform?: NodeJS.Platform;
  /** Devices on which the person wants no work: nothing is tried there, and what was known of them stays. */
  readonly off?: readonly DeviceId[];
  readonly before?: HardwareCheck | null;
  /** Asked before each trial; false: the check ends. */
  readonly free?: () => Promise<boolean>;
  /** Told after every step, so that the screen shows how far it is. */
  readonly progress: (check: HardwareCheck) => void;
}

/** Runs the test graph with every provider on every device, then the benchmark on what ran. Never throws. */
export async function checkHardware(
  facts: HardwareFacts,
  { trials, now, platform = process.platform, off = [], before = null, free, progress }: CheckNeeds,
): Promise<HardwareCheck> {
  const devices = devicesOf(facts, null);
  const results: DeviceCheck[] = devices.map((device) => emptyCheck(device, facts));
  const benchmark: BenchmarkScore[] = [];
  const report = (state: HardwareCheck['state']): HardwareCheck => {
    const { processor, cores, memoryBytes, system } = facts;
    const check = {
      state,
      at: now(),
      processor,
      cores,
      memoryBytes,
      system,
      devices: [...results],
      benchmark: [...benchmark],
    };
    progress(check);
    return check;
  };
  const cards = devices.filter(({ kind }) => kind === 'gpu');
  const stands = standsFor(devices, facts);
  report('running');
  for (const [at, device] of devices.entries()) {
    const known = results[at];
    if (known === undefined) continue;
    // A card without its driver has nothing that a provider could run on.
    const wanted =
      device.kind === 'cpu' ? (['cpu'] as const) : known.trouble === null ? providersFor(device.vendor, platform) : [];
    const providers: ProviderCheck[] = [];
    for (const provider of trials === null ? [] : wanted) {
      const chosen = device.kind === 'cpu' || choosesCard(provider, cards.length);
      if (!chosen && device !== stands) {
        providers.push(elsewhere(provider, stands));
        continue;
      }
      // Where the system chooses, it might choose one that is off.
      if ((chosen ? [device] : cards).some(({ id }) => off.includes(id))) {
        const known = before?.devices.find(({ id }) => id === device.id);
        providers.push(...(known?.providers ?? []).filter((each) => each.provider === provider));
        benchmark.push(
          ...(before?.benchmark ?? []).filter((each) => each.device === device.id && each.provider === provider),
        );
        continue;
      }
      if ((await free?.()) === false) return report('running');
      const index = chosen ? device.index : null;
      const place: LanePlace = { device: device.id, providers: [provider], index, lanes: 1 };
      const tried = await trials?.tryProvider(place, provider).catch((error: unknown) => broken(provider, error));
      if (tried === undefined) continue;
      providers.push(withoutVulkan(notShipped(tried), facts));
      results[at] = { ...known, providers: [...providers] };
      report('running');
      if ((await free?.()) === false) return report('running');
      if (tried.state === 'ran') benchmark.push(...((await trials?.benchmark(place, provider).catch(() => [])) ?? []));
    }
    results[at] = { ...known, providers, trouble: known.trouble ?? intelMac(facts, device, platform) };
    report('running');
  }
  return report('done');
}

/** Of several cards the one in whose row it is told what ran on the card that the system chooses: the largest. */
function standsFor(devices: readonly Device[], facts: HardwareFacts): Device | undefined {
  const whole = devices.filter(({ id }) => facts.cards.some((card) => card.id === id && card.trouble === null));
  return whole.toSorted((a, b) => (b.memoryBytes ?? 0) - (a.memoryBytes ?? 0))[0];
}

/** Tried once, since every trial would run on the same card, whichever that is. */
function elsewhere(provider: ProviderCheck['provider'], stands: Device | undefined): ProviderCheck {
  return {
    provider,
    state: 'absent',
    runMs: null,
    difference: null,
    cause: `The system chooses the card for it, so it is tried once: see ${stands?.name ?? 'the other card'}.`,
    fix: 'Nothing needs to be done.',
  };
}

function emptyCheck({ id, kind, name, vendor, driver, memoryBytes }: Device, facts: HardwareFacts): DeviceCheck {
  const card = facts.cards.find((each) => each.id === id);
  return {
    id,
    kind,
    name,
    vendor,
    driver,
    memoryBytes,
    sources: card?.sources ?? facts.sources,
    providers: [],
    trouble: card?.trouble ?? null,
  };
}

/** The trials promise not to throw; if they do, it is this provider's trouble and not the check's. */
function broken(provider: ProviderCheck['provider'], error: unknown): ProviderCheck {
  const cause = error instanceof Error ? error.message : String(error);
  return {
    provider,
    state: 'failed',
    runMs: null,
    difference: null,
    cause: `The test ended with an error: ${cause.slice(0, 200)}`,
    fix: 'Look into the log.',
  };
}

/** What is not part of this build did not fail, and whether something else stands in for it shows only later. */
function notShipped(tried: ProviderCheck): ProviderCheck {
  if (tried.state !== 'failed' || tried.cause?.includes('not shipped') !== true) return tried;
  return { ...tried, state: 'absent', fix: 'Nothing needs to be done: the card is tried in other ways too.' };
}

/** What the runtime says then means nothing to anybody. */
function withoutVulkan(tried: ProviderCheck, { vulkan }: HardwareFacts): ProviderCheck {
  if (tried.provider !== 'webgpu' || tried.state === 'ran' || vulkan !== false) return tried;
  return {
    ...tried,
    cause: 'No driver for Vulkan is installed, and WebGPU needs one.',
    fix: 'Install mesa-vulkan-drivers, or the driver of NVIDIA, and check again.',
  };
}

/** The runtime ships no files for processors of Intel on macOS. */
function intelMac(facts: HardwareFacts, device: Device, platform: NodeJS.Platform): DeviceCheck['trouble'] {
  if (platform !== 'darwin' || device.kind !== 'cpu' || !/intel/i.test(facts.processor ?? '')) return null;
  return {
    cause: 'The runtime has no files for Macs with a processor of Intel.',
    fix: 'Run Folkmoot on a Mac with a processor of Apple, or on Linux or Windows.',
  };
}
