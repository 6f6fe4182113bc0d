import { statfsSync } from 'node:fs';
import { cpus, freemem } from 'node:os';
import type { DeviceId } from '../../src-shared/domain/machine.ts';
import { IdleSources } from './idle/sources.ts';
import { Counters, linuxCardReading, linuxCards, type LinuxCard } from './linux-cards.ts';
import { DrmLoads } from './linux-drm.ts';
import { availableMemory, powerSupply, processorHeat, processorWatts, processTime } from './linux-sensors.ts';
import { macReading, parsePmset } from './mac.ts';
import { meteredNetwork } from './metered.ts';
import {
  askNvidia,
  askNvidiaProcesses,
  askNvidiaShares,
  nvidiaReading,
  parseNvidia,
  parseNvidiaProcesses,
  parseNvidiaShares,
} from './nvidia.ts';
import { bytes, celsius, plausibleCard, share, watts } from './plausible.ts';
import type { CardReading, ReadInput, Readings } from './protocol.ts';
import { fullScreen } from './screen.ts';
import { Sysfs } from './sysfs.ts';
import { runTool } from './tool.ts';
import { parseTypeperf, windowsReading } from './windows.ts';

/**
 * What can be measured now. Files of the kernel are read at every look, which costs next to nothing; programs are
 * started only when asked for everything. Lives in the probe process.
 */
export class Sensors {
  readonly #sys: Sysfs;
  readonly #platform: NodeJS.Platform;
  readonly #counters = new Counters();
  readonly #idle: IdleSources;
  readonly #drm: DrmLoads;
  #lastCpu: { busy: number; total: number } | undefined;
  /** Without one, nvidia-smi is never started. */
  #nvidia: boolean | undefined;
  /** As of the last time that cards were asked. */
  #answering: readonly string[] = [];

  constructor(sys = new Sysfs(), platform: NodeJS.Platform = process.platform) {
    this.#sys = sys;
    this.#platform = platform;
    this.#drm = new DrmLoads(sys);
    this.#idle = new IdleSources(sys, Date.now, process.env, platform);
  }

  async read({ ownPids, folder, all, working }: ReadInput): Promise<Readings> {
    const linux = this.#platform === 'linux';
    const found = linux ? linuxCards(this.#sys) : [];
    const [cards, idle, full, metered, battery] = await Promise.all([
      all ? this.#cards(found, new Set(ownPids), working) : null,
      all ? this.#idle.read() : null,
      all ? fullScreen() : null,
      all ? meteredNetwork() : null,
      linux ? powerSupply(this.#sys) : this.#battery(all),
    ]);
    if (cards !== null) this.#answering = cards.map(({ id }) => id);
    const load = this.#processorLoad();
    const own = linux ? this.#counters.rate(`own ${ownPids.join(',')}`, processTime(this.#sys, ownPids)) : null;
    const foreign = load === null || own === null ? null : Math.max(0, load - own / cpus().length);
    return {
      at: Date.now(),
      processor: {
        load: share(load),
        foreignLoad: share(foreign),
        temperatureC: celsius(linux ? processorHeat(this.#sys) : null),
        powerW: watts(linux ? processorWatts(this.#sys, this.#counters) : null),
      },
      memoryFreeBytes: bytes((linux ? availableMemory(this.#sys) : null) ?? freemem()),
      diskFreeBytes: freeOf(folder),
      battery,
      cards: cards?.map(plausibleCard) ?? null,
      idle,
      fullScreen: full,
      metered,
      signature: [...found.map(({ pci, module }) => `${pci} ${module}`), ...this.#answering].join(';'),
    };
  }

  async #cards(
    found: readonly LinuxCard[],
    own: ReadonlySet<number>,
    working: readonly DeviceId[],
  ): Promise<CardReading[]> {
    const nvidia =
      found.some(({ vendor }) => vendor === 'nvidia') || (this.#platform !== 'linux' && this.#nvidia !== false);
    const fromNvidia = nvidia ? await this.#nvidiaCards(own, working) : [];
    const others = found.filter(({ vendor }) => vendor !== 'nvidia');
    const busy = (pci: string): boolean => working.includes(`gpu:${pci}`);
    const shares = others.some(({ pci }) => busy(pci)) ? this.#drm.read(own) : null;
    const rest = others.map((card) =>
      linuxCardReading(this.#sys, card, this.#counters, busy(card.pci) ? (shares?.get(card.pci) ?? null) : 'none'),
    );
    if (this.#platform === 'darwin') {
      const said = await runTool('/usr/sbin/ioreg', ['-r', '-c', 'IOAccelerator', '-w', '0']);
      return said.kind === 'said'
        ? [
            macReading(
              'gpu:*',
              said.text,
              working.some((id) => id !== 'cpu'),
            ),
          ]
        : [];
    }
    if (this.#platform === 'win32') return this.#windowsCards(fromNvidia, own, working);
    return [...fromNvidia, ...rest];
  }

  /** The driver of NVIDIA often does not tell programs apart on Windows; the counters of Windows do. */
  async #windowsCards(
    fromNvidia: readonly CardReading[],
    own: ReadonlySet<number>,
    working: readonly DeviceId[],
  ): Promise<CardReading[]> {
    const unknown = fromNvidia.filter(({ id, foreignLoad }) => working.includes(id) && foreignLoad === null);
    if (fromNvidia.length > 0 && unknown.length === 0) return [...fromNvidia];
    const said = await runTool('typeperf', ['\\GPU Engine(*)\\Utilization Percentage', '-sc', '1']);
    if (said.kind !== 'said') return [...fromNvidia];
    const all = windowsReading('gpu:*', parseTypeperf(said.text), own);
    if (fromNvidia.length === 0) return [all];
    return fromNvidia.map((card) => (unknown.includes(card) ? { ...card, foreignLoad: all.foreignLoad } : card));
  }

  async #nvidiaCards(own: ReadonlySet<number>, working: readonly DeviceId[]): Promise<CardReading[]> {
    const said = await askNvidia();
    this.#nvidia ??= said.kind !== 'missing';
    if (said.kind !== 'said') return [];
    const cards = parseNvidia(said.text);
    const busy = cards.some(({ uuid }) => working.includes(`gpu:${uuid}`));
    const [processes, shares] = busy ? await Promise.all([askNvidiaProcesses(), askNvidiaShares()]) : [null, null];
    return cards.map((card) =>
      nvidiaReading(
        card,
        own,
        processes?.kind === 'said' ? parseNvidiaProcesses(processes.text) : null,
        shares?.kind === 'said' ? parseNvidiaShares(shares.text) : null,
        working.includes(`gpu:${card.uuid}`),
      ),
    );
  }

  /** Share of all cores since the last look. */
  #processorLoad(): number | null {
    const times = cpus().map(({ times }) => times);
    const total = times.reduce((sum, each) => sum + each.user + each.nice + each.sys + each.irq + each.idle, 0);
    const busy = total - times.reduce((sum, each) => sum + each.idle, 0);
    const last = this.#lastCpu;
    this.#lastCpu = { busy, total };
    return last === undefined || total <= last.total ? null : (busy - last.busy) / (total - last.total);
  }

  async #battery(all: boolean): Promise<Readings['battery']> {
    if (this.#platform === 'darwin') {
      const said = await runTool('/usr/bin/pmset', ['-g', 'batt']);
      return said.kind === 'said' ? parsePmset(said.text) : null;
    }
    if (!all) return null;
    // The only source that Windows has without native code; loaded where it is needed.
    const { default: si } = await import('systeminformation');
    const found = await si.battery().catch(() => null);
    if (found === null) return null;
    return found.hasBattery
      ? { onBattery: !found.acConnected, percent: found.percent }
      : { onBattery: false, percent: null };
  }
}

function freeOf(folder: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bytes(bavail * bsize);
  } catch {
    return null;
  }
}
