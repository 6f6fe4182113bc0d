import type { DeviceId, HardwareCheck, Provider, Vendor } from '../../src-shared/domain/machine.ts';
import { rankProviders } from '../compute/rank-providers.ts';
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
  /** Providers that ran a test graph on it, best first; none where its work is shown with another card. */
  readonly providers: readonly Provider[];
  /** Other cards that its lane may really compute on, where the system chooses; empty: it computes on this one. */
  readonly mayUse: ReadonlyArray<{ readonly id: DeviceId; readonly name: string }>;
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

/**
 * Pure. Whether a lane computes on the card that it is for. CUDA numbers cards as nvidia-smi does. WebGPU offers no
 * choice, Core ML none between cards, and nobody tells the order in which DirectML numbers them: with several cards
 * theirs is the one that the system chooses.
 */
export function choosesCard(provider: Provider, cards: number): boolean {
  return cards < 2 || provider === 'cuda';
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
    mayUse: [],
    unusable: null,
  };
  const cards = (facts?.cards ?? []).map((card, at) => cardDevice({ ...card, index: card.index ?? at }, check));
  return [processor, ...(cards.length < 2 ? cards : apart(cards, facts?.cards ?? [], check))];
}

/**
 * Several cards: never two lanes that may compute on the same one. Cards that can be chosen have a lane each; where
 * there is none, one card stands for whichever the system chooses.
 */
function apart(cards: readonly Device[], facts: readonly CardFacts[], check: HardwareCheck | null): Device[] {
  const chosen = (card: Device): Provider[] => card.providers.filter((provider) => choosesCard(provider, cards.length));
  const sure = cards.find((card) => chosen(card).length > 0);
  const stands = sure === undefined ? cards.find(({ providers }) => providers.length > 0) : undefined;
  return cards.map((card, at) => {
    if (card === stands) {
      const mayUse = cards.filter((other) => other !== card).map(({ id, name }) => ({ id, name }));
      // No number of ours means anything to these providers: it is the system's own first card.
      return { ...card, index: null, mayUse };
    }
    const providers = chosen(card);
    if (providers.length > 0) return { ...card, providers };
    const known = check?.devices.find(({ id }) => id === card.id);
    const failed = known?.providers.some(({ state }) => state === 'failed') === true;
    const own = facts[at]?.trouble != null || (stands === undefined && (sure === undefined || failed));
    return { ...card, providers, unusable: (own ? card.unusable : null) ?? elsewhere(stands, sure) };
  });
}

function elsewhere(stands: Device | undefined, sure: Device | undefined): Device['unusable'] {
  return stands === undefined
    ? {
        why: `This card cannot be chosen for work: the system would decide, and it may take ${sure?.name ?? 'another'}, which works already.`,
        change: 'Nothing needs to be done.',
      }
    : {
        why: `The system chooses which graphics card works, and that work is shown with ${stands.name}.`,
        change: 'Nothing needs to be done. What you set for this card holds for that work too.',
      };
}

function cardDevice(card: CardFacts, check: HardwareCheck | null): Device {
  const known = check?.devices.find(({ id }) => id === card.id);
  const ran = (known?.providers ?? []).filter(({ state }) => state === 'ran').map(({ provider }) => provider);
  // The fastest first; what was not measured keeps its place behind.
  const ranked = rankProviders((check?.benchmark ?? []).filter(({ device }) => device === card.id));
  const providers = [...ranked.filter((one) => ran.includes(one)), ...ran.filter((one) => !ranked.includes(one))];
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
    mayUse: [],
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
  // What is not shipped keeps nobody from work; what is shipped and failed does.
  const told = known?.providers.filter(({ cause }) => cause !== null) ?? [];
  const failed = told.find(({ state }) => state === 'failed') ?? told[0];
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
    facts.kernel,
    facts.vulkanDrivers,
    ...facts.cards.map(({ id, name, driver, trouble }) => [id, name, driver, trouble?.cause ?? null]),
  ]);
}
