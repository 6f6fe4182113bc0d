import type { Counters } from './linux-cards.ts';
import type { Sysfs } from './sysfs.ts';

/** Chips that measure the processor itself, best first. */
const CHIPS = ['k10temp', 'zenpower', 'coretemp', 'cpu_thermal', 'cpu-thermal', 'soc_thermal'];
const ZONES = ['x86_pkg_temp', 'cpu-thermal', 'cpu_thermal', 'soc-thermal'];

/** °C: the hottest value of the processor's own chip, else of its thermal zone. */
export function processorHeat(sys: Sysfs): number | null {
  const chips = sys.list('sys/class/hwmon').map((name) => `sys/class/hwmon/${name}`);
  for (const wanted of CHIPS) {
    const values = chips
      .filter((chip) => sys.text(`${chip}/name`) === wanted)
      .flatMap((chip) =>
        sys
          .list(chip)
          .filter((file) => /^temp\d+_input$/.test(file))
          .flatMap((file) => sys.number(`${chip}/${file}`) ?? []),
      );
    if (values.length > 0) return Math.max(...values) / 1_000;
  }
  for (const zone of sys.list('sys/class/thermal').filter((name) => name.startsWith('thermal_zone'))) {
    if (!ZONES.includes(sys.text(`sys/class/thermal/${zone}/type`) ?? '')) continue;
    const value = sys.number(`sys/class/thermal/${zone}/temp`);
    if (value !== null) return value / 1_000;
  }
  return null;
}

/** Watts of the processor's package, where the kernel lets us read them (root only on many machines). */
export function processorWatts(sys: Sysfs, counters: Counters): number | null {
  return counters.watts('processor energy', sys.number('sys/class/powercap/intel-rapl:0/energy_uj'));
}

/** Whether the computer runs on its battery. A machine without one never does. null: there is one and it says nothing. */
export function powerSupply(sys: Sysfs): { readonly onBattery: boolean; readonly percent: number | null } | null {
  const supplies = sys.list('sys/class/power_supply').map((name) => {
    const folder = `sys/class/power_supply/${name}`;
    const read = (file: string): string | null => sys.text(`${folder}/${file}`);
    return {
      type: read('type'),
      scope: read('scope'),
      status: read('status'),
      online: read('online'),
      capacity: read('capacity'),
    };
  });
  // A mouse or headset has a battery too.
  const batteries = supplies.filter(({ type, scope }) => type === 'Battery' && scope !== 'Device');
  if (batteries.length === 0) return { onBattery: false, percent: null };
  const percents = batteries.flatMap(({ capacity }) =>
    capacity !== null && /^\d{1,3}$/.test(capacity) ? [Number(capacity)] : [],
  );
  const percent = percents.length === 0 ? null : Math.min(100, Math.max(...percents));
  if (batteries.some(({ status }) => status === 'Discharging')) return { onBattery: true, percent };
  const mains = supplies.filter(({ type }) => type === 'Mains' || type === 'USB');
  if (mains.some(({ online }) => online === '1')) return { onBattery: false, percent };
  if (batteries.some(({ status }) => status === 'Charging' || status === 'Full' || status === 'Not charging'))
    return { onBattery: false, percent };
  return mains.length > 0 && mains.every(({ online }) => online === '0') ? { onBattery: true, percent } : null;
}

/** Memory that programs could still take, bytes. */
export function availableMemory(sys: Sysfs): number | null {
  const kibibytes = /^MemAvailable:\s+(\d{1,15}) kB$/m.exec(sys.text('proc/meminfo') ?? '')?.[1];
  return kibibytes === undefined ? null : Number(kibibytes) * 1_024;
}

/** Processor time that processes took so far, ms; null where nothing can be known. Ticks are 10 ms on every Linux. */
export function processTime(sys: Sysfs, pids: readonly number[]): number | null {
  const times = pids.map((pid) => {
    const stat = sys.text(`proc/${pid}/stat`) ?? '';
    // A process may have brackets in its name.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [user, system] = [Number(fields[11]), Number(fields[12])];
    return Number.isFinite(user + system) ? (user + system) * 10 : null;
  });
  return times.includes(null) ? null : times.reduce((sum: number, time) => sum + (time ?? 0), 0);
}
