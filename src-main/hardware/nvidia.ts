import { existsSync } from 'node:fs';
import { foreignBetween } from './foreign.ts';
import type { CardFacts, CardReading } from './protocol.ts';
import { runTool, type Said } from './tool.ts';

const FIELDS = [
  'index',
  'uuid',
  'pci.bus_id',
  'name',
  'driver_version',
  'memory.total',
  'memory.used',
  'utilization.gpu',
  'temperature.gpu',
  'power.draw',
  'power.limit',
] as const;
const MEBIBYTE = 1024 * 1024;
const PLAIN = '--format=csv,noheader,nounits';

/** One card as nvidia-smi tells it; what it marks as [N/A] is null. */
export interface NvidiaCard {
  readonly index: number | null;
  readonly uuid: string;
  readonly pci: string | null;
  readonly name: string;
  readonly driver: string | null;
  readonly memoryBytes: number | null;
  readonly memoryUsedBytes: number | null;
  readonly load: number | null;
  readonly temperatureC: number | null;
  readonly powerW: number | null;
  readonly powerLimitW: number | null;
}

/** A process on a card. `load`: share of the card's time; null where only its memory is known. */
export interface NvidiaProcess {
  readonly card: string;
  readonly pid: number;
  readonly memoryBytes: number | null;
}

/** Where the driver puts it; else wherever PATH says. */
function tool(): string {
  const root = process.env['SystemRoot'] ?? 'C:\\Windows';
  const places = process.platform === 'win32' ? [`${root}\\System32\\nvidia-smi.exe`] : ['/usr/bin/nvidia-smi'];
  return places.find((place) => existsSync(place)) ?? 'nvidia-smi';
}

export function askNvidia(): Promise<Said> {
  return runTool(tool(), [`--query-gpu=${FIELDS.join(',')}`, PLAIN]);
}

export function askNvidiaProcesses(): Promise<Said> {
  return runTool(tool(), ['--query-compute-apps=gpu_uuid,pid,used_memory', PLAIN]);
}

/** Which process takes which part of which card, in one sample. */
export function askNvidiaShares(): Promise<Said> {
  return runTool(tool(), ['pmon', '-c', '1', '-s', 'u']);
}

/** One line a card. Lines of another shape (warnings, errors of the driver) are left out. */
export function parseNvidia(csv: string): NvidiaCard[] {
  return rows(csv, FIELDS.length).flatMap((cells) => {
    const [index, uuid, pci, name, driver, total, used, load, heat, power, limit] = cells as string[] & { length: 11 };
    if (uuid === undefined || !/^GPU-[0-9a-f-]{4,60}$/i.test(uuid) || name === undefined || name === '') return [];
    const percent = number(load);
    return [
      {
        index: number(index),
        uuid,
        pci: pciOf(pci ?? ''),
        name: name.slice(0, 120),
        driver: driver === undefined || unknown(driver) ? null : driver.slice(0, 40),
        memoryBytes: mebibytes(total),
        memoryUsedBytes: mebibytes(used),
        load: percent === null ? null : percent / 100,
        temperatureC: number(heat),
        powerW: number(power),
        powerLimitW: number(limit),
      },
    ];
  });
}

/** `GPU-…, 1234, 512`; memory is [N/A] on Windows. */
export function parseNvidiaProcesses(csv: string): NvidiaProcess[] {
  return rows(csv, 3).flatMap(([card = '', pid, memory]) => {
    const known = number(pid);
    return known === null || !card.startsWith('GPU-') ? [] : [{ card, pid: known, memoryBytes: mebibytes(memory) }];
  });
}

/**
 * Lines of `pmon`: `# gpu  pid  type  sm  mem …`. The manual of nvidia-smi on `-`: in all columns no process runs there;
 * in one the figure is not supported or could not be had. So a process with `-` is not known to be idle.
 */
export function parseNvidiaShares(text: string): Array<{ index: number; pid: number; share: number | null }> {
  return text.split('\n').flatMap((line) => {
    const cells = line.trim().split(/\s+/);
    const [index, pid] = [number(cells[0]), number(cells[1])];
    if (line.startsWith('#') || index === null || pid === null) return [];
    const sm = number(cells[3]);
    return [{ index, pid, share: sm === null ? null : sm / 100 }];
  });
}

export function nvidiaFacts(card: NvidiaCard): CardFacts {
  const { index, uuid, pci, name, driver, memoryBytes } = card;
  return {
    id: `gpu:${uuid}`,
    index,
    name,
    vendor: 'nvidia',
    pci,
    memoryBytes,
    driver,
    sources: ['nvidia-smi'],
    trouble: null,
  };
}

/**
 * Pure. @param shares null when it was not asked: then the whole load is foreign if nothing of ours works there, and
 * not known otherwise.
 */
export function nvidiaReading(
  card: NvidiaCard,
  own: ReadonlySet<number>,
  processes: readonly NvidiaProcess[] | null,
  shares: ReturnType<typeof parseNvidiaShares> | null,
  working: boolean,
): CardReading {
  const ours = processes?.filter(({ card: on, pid }) => on === card.uuid && own.has(pid)) ?? null;
  const ownMemory = ours?.reduce((sum: number | null, { memoryBytes }) => plus(sum, memoryBytes), 0) ?? null;
  return {
    id: `gpu:${card.uuid}`,
    load: card.load,
    foreignLoad: working ? foreignOf(card, own, shares) : card.load,
    temperatureC: card.temperatureC,
    powerW: card.powerW,
    memoryUsedBytes: card.memoryUsedBytes,
    ownMemoryBytes: ownMemory,
  };
}

/** What others show of themselves; where one shows nothing, what is left of the load bounds it. */
function foreignOf(
  { index, load }: NvidiaCard,
  own: ReadonlySet<number>,
  shares: ReturnType<typeof parseNvidiaShares> | null,
): number | null {
  if (shares === null) return null;
  const here = shares.filter((each) => each.index === index);
  const sum = (ours: boolean): number =>
    here.reduce((total, { pid, share }) => (own.has(pid) === ours ? total + (share ?? 0) : total), 0);
  // A list without a process of ours (pmon shows four cards at most) is not that of all that run there.
  const whole = here.some(({ pid }) => own.has(pid)) && here.every(({ pid, share }) => own.has(pid) || share !== null);
  if (whole) return Math.min(1, sum(false));
  return foreignBetween(sum(false), load === null ? null : load - sum(true));
}

/** `00000000:01:00.0` in the form of the kernel, `0000:01:00.0`. */
export function pciOf(text: string): string | null {
  const match = /^(?:0000)?([0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7])$/i.exec(text);
  return match?.[1]?.toLowerCase() ?? null;
}

function rows(csv: string, width: number): string[][] {
  return csv
    .split('\n')
    .slice(0, 1_000)
    .map((line) => line.split(',').map((cell) => cell.trim()))
    .filter((cells) => cells.length === width);
}

function number(text: string | undefined): number | null {
  return text !== undefined && /^-?\d{1,12}(\.\d{1,6})?$/.test(text) ? Number(text) : null;
}

function mebibytes(text: string | undefined): number | null {
  const value = number(text);
  return value === null || value < 0 ? null : value * MEBIBYTE;
}

function plus(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}

function unknown(text: string): boolean {
  return text === '' || text.startsWith('[');
}
