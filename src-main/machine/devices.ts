import type { DeviceId, HardwareCheck, Provider, Vendor } from '../../src-shared/domain/machine.ts';
import type { CardFacts, HardwareFacts } from '../hardware/protocol.ts';

/** One device that may compute, as far as it is known. */
export interface Device {
  readonly id: DeviceId;
  readonly kind: 'cpu' | 'gpu';
  readonly name: string;
  readonly vendor: Vendor;
  readonly driver: string | null;
  readonly memoryBytes: number | null;
  readonly index: number | null;
  /** Providers that ran a test graph on it, best first. */
  readonly providers: readonly Provider[];
  readonly unusable: { readonly why: string; readonly change: string } | null;
}

const PREFERRED: Readonly<Record<Vendor, readonly Provider[]>> = {
  nvidia: ['cuda', 'dml', 'webgpu'],
  amd: ['dml', 'webgpu'],
  intel: ['dml', 'webgpu'],
  apple: ['coreml', 'webgpu'],
  other: ['webgpu'],
};

/** Pure. Providers worth a try on a card, best first. */
export function providersFor(vendor: Vendor, platform: NodeJS.Platform = process.platform): readonly Provider[] {
  return PREFERRED[vendor].filter(
    (provider) =>
      (provider !== 'dml' || platform === 'win32') &&
      (provider !== 'coreml' || platform === 'darwin') &&
      (provider !== 'cuda' || platform === 'linux' || platform === 'win32'),
  );
}

/** Pure. The processor first; it is there before anything is known. */
export function devicesOf(facts: HardwareFacts | null, check: HardwareCheck | null): Device[] {
  const processor: Device = {
    id: 'cpu',
    kind: 'cpu',
    name: facts?.processor ?? 'Processor',
    vendor: 'other',
    driver: null,
    memoryBytes: facts?.memoryBytes ?? null,
    index: null,
    providers: ['cpu'],
    unusable: null,
  };
  return [
    processor,
    ...(facts?.cards ?? []).map((card, at) => cardDevice({ ...card, index: card.index ?? at }, check)),
  ];
}

function cardDevice(card: CardFacts, check: HardwareCheck | null): Device {
  const known = check?.devices.find(({ id }) => id === card.id);
  const providers = (known?.providers ?? []).filter(({ state }) => state === 'ran').map(({ provider }) => provider);
  const { id, name, vendor, driver, memoryBytes, index } = card;
  return {
    id,
    kind: 'gpu',
    name,
    vendor,
    driver,
    memoryBytes,
    index,
    providers,
    unusable: unusable(card, known, providers, check),
  };
}

function unusable(
  { trouble }: CardFacts,
  known: HardwareCheck['devices'][number] | undefined,
  providers: readonly Provider[],
  check: HardwareCheck | null,
): Device['unusable'] {
  if (providers.length > 0) return null;
  if (trouble !== null) return { why: trouble.cause, change: trouble.fix };
  const failed = known?.providers.find(({ cause }) => cause !== null);
  if (failed?.cause != null) return { why: failed.cause, change: failed.fix ?? 'Look at the hardware check.' };
  if (check?.state === 'running')
    return { why: 'Whether this card can compute is being tried.', change: 'The hardware check takes about a minute.' };
  return { why: 'No test has shown yet that this card can compute.', change: 'Run the hardware check.' };
}

/** Pure. What a check was made of: when it changes, it is made again. */
export function fingerprint(facts: HardwareFacts): string {
  return JSON.stringify([
    facts.processor,
    facts.cores,
    ...facts.cards.map(({ id, name, driver, trouble }) => [id, name, driver, trouble?.cause ?? null]),
  ]);
}
