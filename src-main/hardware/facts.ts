import { statfsSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { delimiter, basename } from 'node:path';
import si from 'systeminformation';
import type { Vendor } from '../../src-shared/domain/machine.ts';
import { linuxCardFacts, linuxCards } from './linux-cards.ts';
import { askNvidia, nvidiaFacts, parseNvidia } from './nvidia.ts';
import type { CardFacts, HardwareFacts } from './protocol.ts';
import { Sysfs } from './sysfs.ts';
import type { Said } from './tool.ts';
import { linuxTrouble } from './trouble.ts';

/** Some questions of systeminformation never return: each is given this long. */
const QUESTION_MS = 5_000;

/** Asks the machine what it is. Takes a second or more, and blocks: in the probe process only. */
export async function readFacts(folder: string, sys = new Sysfs()): Promise<HardwareFacts> {
  const nvidia = await askNvidia();
  const [cpu, os, graphics] = await Promise.all([within(si.cpu()), within(si.osInfo()), within(si.graphics())]);
  const fromNvidia = nvidia.kind === 'said' ? parseNvidia(nvidia.text).map(nvidiaFacts) : [];
  const fromKernel = process.platform === 'linux' ? kernelCards(sys, nvidia) : [];
  const fromSystem = (graphics?.controllers ?? []).map(systemCard);
  const cards = mergeCards(fromNvidia, fromKernel, fromSystem);
  const processor = cpu === null ? (cpus()[0]?.model ?? null) : `${cpu.manufacturer} ${cpu.brand}`.trim();
  const system =
    os === null ? process.platform : `${os.distro} ${os.release}, kernel ${os.kernel}`.replace(/\s+/g, ' ').trim();
  const answered = [cpu, os, graphics].some((each) => each !== null);
  return {
    processor: processor === '' ? null : processor,
    cores: cpus().length,
    memoryBytes: totalmem(),
    system,
    kernel: release(),
    cards,
    displays: graphics === null ? null : graphics.displays.length,
    vulkan: process.platform === 'linux' ? vulkanFiles(sys).length > 0 : null,
    vulkanDrivers: process.platform === 'linux' ? vulkanDrivers(sys) : [],
    diskBytes: diskSize(folder),
    sources: [...(answered ? ['systeminformation'] : []), ...new Set(cards.flatMap(({ sources }) => sources))],
  };
}

/** Pure. The same card from several sources is one; the first source's word counts where both know something. */
export function mergeCards(
  nvidia: readonly CardFacts[],
  kernel: readonly CardFacts[],
  system: readonly CardFacts[],
): CardFacts[] {
  const merged = [...nvidia];
  for (const card of [...kernel, ...system]) {
    const at = merged.findIndex((known) => sameCard(known, card));
    const known = merged[at];
    if (known === undefined) merged.push(card);
    else
      merged[at] = {
        ...known,
        // A number of the bus is no name.
        name: known.sources.includes('/sys/bus/pci') && card.name !== '' ? card.name : known.name,
        memoryBytes: known.memoryBytes ?? card.memoryBytes,
        driver: known.driver ?? card.driver,
        pci: known.pci ?? card.pci,
        trouble: known.trouble ?? card.trouble,
        sources: [...new Set([...known.sources, ...card.sources])],
      };
  }
  return merged.slice(0, 64);
}

function sameCard(a: CardFacts, b: CardFacts): boolean {
  if (a.pci !== null && b.pci !== null) return a.pci === b.pci;
  return a.vendor === b.vendor && (a.vendor === 'nvidia' || a.name === b.name);
}

function kernelCards(sys: Sysfs, nvidia: Said): CardFacts[] {
  return linuxCards(sys).map((card) => ({ ...linuxCardFacts(sys, card), trouble: linuxTrouble(sys, card, nvidia) }));
}

interface SystemCard {
  readonly vendor: string;
  readonly model: string;
  readonly vram: number | null;
  readonly busAddress?: string | undefined;
  readonly driverVersion?: string | undefined;
}

function systemCard({ vendor, model, vram, busAddress, driverVersion }: SystemCard, at: number): CardFacts {
  const name = (model === '' ? vendor : model).slice(0, 120);
  const pci = /^[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/i.test(busAddress ?? '') ? `0000:${busAddress}`.toLowerCase() : null;
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 60);
  return {
    id: `gpu:${pci ?? `${slug || 'card'}-${at}`}`,
    index: null,
    name: name === '' ? 'Graphics card' : name,
    vendor: vendorOf(`${vendor} ${model}`),
    pci,
    memoryBytes: typeof vram === 'number' && vram > 0 ? vram * 1024 * 1024 : null,
    driver: driverVersion === undefined || driverVersion === '' ? null : driverVersion,
    sources: ['systeminformation'],
    trouble: null,
  };
}

function vendorOf(text: string): Vendor {
  if (/nvidia|geforce|quadro/i.test(text)) return 'nvidia';
  if (/amd|ati |radeon|advanced micro/i.test(text)) return 'amd';
  if (/intel/i.test(text)) return 'intel';
  return /apple/i.test(text) ? 'apple' : 'other';
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Drivers for Vulkan announce themselves by a file each, or the person names them. */
export function vulkanFiles(sys: Sysfs, env: Environment = process.env): string[] {
  const named = env['VK_DRIVER_FILES'] || env['VK_ICD_FILENAMES'];
  if (named) return named.split(delimiter).filter((path) => path !== '');
  return ['usr/share/vulkan/icd.d', 'usr/local/share/vulkan/icd.d', 'etc/vulkan/icd.d'].flatMap((folder) =>
    sys
      .list(folder)
      .filter((name) => name.endsWith('.json'))
      .map((name) => `${folder}/${name}`),
  );
}

/** "radeon_icd.json 1.4.305 1758499200": what the file says of its version, and when a package last wrote it. */
export function vulkanDrivers(sys: Sysfs, env: Environment = process.env): string[] {
  return vulkanFiles(sys, env)
    .slice(0, 64)
    .map((path) => {
      const version = /"api_version"\s*:\s*"([\d.]{1,20})"/.exec(sys.text(path) ?? '')?.[1];
      return [basename(path), version ?? 'no version', sys.changedAt(path) ?? 'no file'].join(' ');
    });
}

function diskSize(folder: string): number | null {
  try {
    const { blocks, bsize } = statfsSync(folder);
    return blocks * bsize;
  } catch {
    return null;
  }
}

async function within<T>(question: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), QUESTION_MS);
  });
  try {
    return await Promise.race([question.catch(() => null), late]);
  } finally {
    clearTimeout(timer);
  }
}
