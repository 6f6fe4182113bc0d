import type { Vendor } from '../../src-shared/domain/machine.ts';
import { foreignBetween } from './foreign.ts';
import type { DrmShares } from './linux-drm.ts';
import type { CardFacts, CardReading } from './protocol.ts';
import type { Sysfs } from './sysfs.ts';

const DRM = 'sys/class/drm';
const VENDORS: Readonly<Record<string, Vendor>> = { '0x10de': 'nvidia', '0x1002': 'amd', '0x8086': 'intel' };
const NAMES: Readonly<Record<Vendor, string>> = {
  nvidia: 'NVIDIA card',
  amd: 'AMD Radeon',
  intel: 'Intel graphics',
  apple: 'Apple graphics',
  other: 'Graphics card',
};

/** A card as the kernel knows it, whether or not a driver is in charge of it. */
export interface LinuxCard {
  readonly folder: string;
  readonly vendor: Vendor;
  readonly pci: string;
  /** Kernel module: `amdgpu`, `i915`, `xe`, `nvidia`, `nouveau`; null: none. */
  readonly module: string | null;
  /** "1002:73bf". */
  readonly model: string;
}

/** Cards of the PCI bus: also those that no driver took, which /sys/class/drm does not show. */
export function linuxCards(sys: Sysfs): LinuxCard[] {
  return sys.list('sys/bus/pci/devices').flatMap((pci) => {
    const folder = `sys/bus/pci/devices/${pci}`;
    // Display controllers: VGA, 3D, other. A card without outputs is 0x0302.
    if (!/^0x03(00|02|80)/.test(sys.text(`${folder}/class`) ?? '')) return [];
    const vendor = sys.text(`${folder}/vendor`) ?? '';
    const model = `${vendor.slice(2)}:${(sys.text(`${folder}/device`) ?? '0x').slice(2)}`;
    const module = sys.linked(`${folder}/driver`);
    return [{ folder, vendor: VENDORS[vendor] ?? 'other', pci, module, model }];
  });
}

/** Names of the card's nodes: `card0`, `renderD128`. */
export function drmNodes(sys: Sysfs, card: LinuxCard): string[] {
  return sys.list(`${card.folder}/drm`);
}

export function linuxCardFacts(sys: Sysfs, card: LinuxCard): CardFacts {
  const { vendor, pci, module, folder, model } = card;
  return {
    id: `gpu:${pci}`,
    index: null,
    name: `${sys.text(`${folder}/product_name`) || NAMES[vendor]} (${model})`,
    vendor,
    pci,
    memoryBytes: sys.number(`${folder}/mem_info_vram_total`),
    // The modules of the kernel have no number of their own: theirs is the kernel's.
    driver: module === null ? null : [module, sys.text(`sys/module/${module}/version`)].filter(Boolean).join(' '),
    sources: ['/sys/bus/pci'],
    trouble: null,
  };
}

/**
 * @param before counters of the last time, by file; what only counts up has no value at the first look.
 * @param shares who takes what of it, where work of ours may be on it; null: nobody tells. "none": there is no such work
 */
export function linuxCardReading(
  sys: Sysfs,
  card: LinuxCard,
  before: Counters,
  shares: DrmShares | null | 'none',
): CardReading {
  const { folder, pci } = card;
  const busy = sys.number(`${folder}/gpu_busy_percent`);
  const load = busy === null ? restOf(sys, card, before) : busy / 100;
  const hwmon = sys.list(`${folder}/hwmon`)[0];
  const at = (name: string): number | null =>
    hwmon === undefined ? null : sys.number(`${folder}/hwmon/${hwmon}/${name}`);
  const heat = at('temp1_input');
  const power = at('power1_average') ?? at('power1_input');
  return {
    id: `gpu:${pci}`,
    load,
    foreignLoad: shares === 'none' ? load : foreignOf(load, shares),
    temperatureC: heat === null ? null : heat / 1_000,
    powerW: power === null ? before.watts(`${pci} energy`, at('energy1_input')) : power / 1_000_000,
    memoryUsedBytes: sys.number(`${folder}/mem_info_vram_used`),
    ownMemoryBytes: null,
  };
}

function foreignOf(load: number | null, shares: DrmShares | null): number | null {
  if (shares === null) return null;
  const { own, others } = shares;
  return foreignBetween(others, load === null || own === null ? null : load - own);
}

/** Intel counts the time its card rested; what is left of the time that passed is load. */
function restOf(sys: Sysfs, card: LinuxCard, before: Counters): number | null {
  for (const node of drmNodes(sys, card).filter((name) => /^card\d+$/.test(name))) {
    for (const file of [
      `${DRM}/${node}/gt/gt0/rc6_residency_ms`,
      `${DRM}/${node}/device/tile0/gt0/gtidle/idle_residency_ms`,
    ]) {
      const rested = before.rate(`${card.pci} rest`, sys.number(file));
      if (rested !== null) return Math.min(1, Math.max(0, 1 - rested));
    }
  }
  return null;
}

/** Counters that only grow, and what they grew by since the last look. */
export class Counters {
  readonly #now: () => number;
  readonly #last = new Map<string, { readonly value: number; readonly at: number }>();

  /** @param now monotonic, ms */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Growth per ms; null at the first look, and when the counter began anew. */
  rate(name: string, value: number | null): number | null {
    const last = this.#last.get(name);
    const at = this.#now();
    if (value === null) return null;
    this.#last.set(name, { value, at });
    if (last === undefined || at - last.at < 1 || value < last.value) return null;
    return (value - last.value) / (at - last.at);
  }

  /** @param microjoules counter of energy */
  watts(name: string, microjoules: number | null): number | null {
    const perMs = this.rate(name, microjoules);
    return perMs === null ? null : perMs / 1_000;
  }
}
