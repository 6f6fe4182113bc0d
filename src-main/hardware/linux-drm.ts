import type { Sysfs } from './sysfs.ts';

/** Every file of every process is looked at so often; in between those that held a card then, and our own. */
const SCAN_MS = 10_000;
const MAX_FILES = 4_096;
/** A mean over more says nothing about now. */
const STALE_MS = 30_000;

/** What the kernel tells of one open file of a card, after Documentation/gpu/drm-usage-stats.rst. */
export interface DrmUsage {
  readonly pci: string;
  /** Files that share it are one user of the card. */
  readonly client: string;
  /** By kind of engine: time (ns) or cycles that it was used, and for cycles all that went by; never both units. */
  readonly engines: ReadonlyMap<string, { readonly used: number; readonly cycles: number | null }>;
}

/** Shares of one card since the last look, 0 to 1 and by the busiest kind of engine, as the loads of Windows are. */
export interface DrmShares {
  /** null: the driver does not tell, or only now began to. */
  readonly own: number | null;
  /** What can be seen: files of other accounts are closed to us. */
  readonly others: number;
}

/** Pure. Text of /proc/<pid>/fdinfo/<fd>; null: not a file of a card, or its driver counts nothing. */
export function parseFdinfo(text: string): DrmUsage | null {
  const values = new Map<string, string>();
  for (const line of text.split('\n').slice(0, 1_000)) {
    const [, key, value] = /^(drm-[\w-]{1,60}):\s*(\S{1,60})/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) values.set(key, value);
  }
  const [pci, client] = [values.get('drm-pdev'), values.get('drm-client-id')];
  if (pci === undefined || client === undefined) return null;
  const count = (key: string): number | null => {
    const value = values.get(key);
    return value !== undefined && /^\d{1,18}$/.test(value) ? Number(value) : null;
  };
  const engines = new Map<string, { readonly used: number; readonly cycles: number | null }>();
  for (const key of values.keys()) {
    const [, unit, name] = /^drm-(engine|cycles)-((?!capacity-)\S+)$/.exec(key) ?? [];
    if (name === undefined) continue;
    const capacity = Math.max(1, count(`drm-engine-capacity-${name}`) ?? 1);
    const [used, cycles] = [count(key), unit === 'cycles' ? count(`drm-total-cycles-${name}`) : null];
    if (used === null || (unit === 'cycles' && cycles === null) || (unit === 'cycles' && engines.has(name))) continue;
    engines.set(name, { used: used / capacity, cycles });
  }
  return { pci: pci.toLowerCase(), client, engines };
}

interface Count {
  readonly used: number;
  readonly cycles: number | null;
  readonly at: number;
}

/** Who uses which card how much, from the counters that AMD's and Intel's drivers keep for each program. */
export class DrmLoads {
  readonly #sys: Sysfs;
  readonly #now: () => number;
  #last: ReadonlyMap<string, Count> = new Map();
  #files: ReadonlyArray<{ readonly pid: number; readonly file: string }> = [];
  #scannedAt = Number.NEGATIVE_INFINITY;

  /** @param now monotonic, ms */
  constructor(sys: Sysfs, now: () => number = () => performance.now()) {
    this.#sys = sys;
    this.#now = now;
  }

  /** @returns by PCI address; a card that nobody holds is not in it */
  read(own: ReadonlySet<number>): ReadonlyMap<string, DrmShares> {
    const at = this.#now();
    const clients = new Map<string, { own: boolean; readonly usage: DrmUsage }>();
    for (const { pid, file } of this.#holders(own, at)) {
      const usage = parseFdinfo(this.#sys.text(`proc/${pid}/fdinfo/${file}`) ?? '');
      if (usage === null) continue;
      const key = `${usage.pci} ${usage.client}`;
      const known = clients.get(key);
      if (known === undefined) clients.set(key, { own: own.has(pid), usage });
      else known.own ||= own.has(pid);
    }
    const next = new Map<string, Count>();
    const cards = new Map<string, { readonly own: Map<string, number>; readonly others: Map<string, number> }>();
    for (const [key, { own: ours, usage }] of clients) {
      const card = cards.get(usage.pci) ?? { own: new Map<string, number>(), others: new Map<string, number>() };
      cards.set(usage.pci, card);
      const sums = ours ? card.own : card.others;
      for (const [engine, { used, cycles }] of usage.engines) {
        const name = `${key} ${engine}`;
        const count = { used, cycles, at };
        next.set(name, count);
        const share = shareOf(this.#last.get(name), count);
        if (share !== null) sums.set(engine, (sums.get(engine) ?? 0) + share);
      }
    }
    this.#last = next;
    return new Map(
      [...cards].map(([pci, card]) => {
        const most = (sums: ReadonlyMap<string, number>): number => Math.min(1, Math.max(0, ...sums.values()));
        return [pci, { own: card.own.size === 0 ? null : most(card.own), others: most(card.others) }];
      }),
    );
  }

  #holders(own: ReadonlySet<number>, at: number): ReadonlyArray<{ readonly pid: number; readonly file: string }> {
    const all = at - this.#scannedAt >= SCAN_MS;
    if (all) this.#scannedAt = at;
    const pids = all ? this.#sys.list('proc').filter((name) => /^\d{1,10}$/.test(name)) : [...own].map(String);
    const found = pids.flatMap((pid) =>
      this.#sys
        .list(`proc/${pid}/fd`)
        .slice(0, MAX_FILES)
        .filter((file) => this.#sys.target(`proc/${pid}/fd/${file}`)?.includes('/dev/dri/') === true)
        .map((file) => ({ pid: Number(pid), file })),
    );
    const others = this.#files.filter(({ pid }) => !own.has(pid));
    this.#files = (all ? found : [...others, ...found]).slice(0, MAX_FILES);
    return this.#files;
  }
}

/** null at the first look, after a long time without one, and when a counter began anew. */
function shareOf(before: Count | undefined, { used, cycles, at }: Count): number | null {
  if (before === undefined || used < before.used || at - before.at > STALE_MS) return null;
  // ns per ms, or cycles per cycle.
  const passed = cycles === null ? (at - before.at) * 1_000_000 : cycles - (before.cycles ?? cycles);
  return passed <= 0 ? null : Math.min(1, (used - before.used) / passed);
}
