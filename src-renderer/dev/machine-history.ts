import type { DeviceView, History } from '../../src-shared/domain/machine.ts';

const POINTS = 240;

/** A plausible past that ends at what the device says now; the machine slept for a while in it. */
export function historyOf({ reading, kind }: DeviceView, minutes: number, now: number): History {
  const step = (minutes * 60_000) / POINTS;
  const at: number[] = [];
  const load: Array<number | null> = [];
  const temperatureC: Array<number | null> = [];
  const powerW: Array<number | null> = [];
  let warm = 0;
  for (let index = 0; index < POINTS; index++) {
    if (minutes > 60 && index > 90 && index < 130) continue;
    const busy = Math.sin(index / 17) > -0.3;
    const wave = Math.sin(index * 1.7) * 0.06 + Math.sin(index * 0.31) * 0.05;
    const share = Math.min(1, Math.max(0, (busy ? (reading.load ?? 0.7) : 0.03) + wave));
    warm += (share - warm) * 0.09;
    at.push(Math.round(now - (POINTS - index) * step));
    load.push(reading.load === null ? null : share);
    temperatureC.push(reading.temperatureC === null ? null : Math.round(36 + warm * 36));
    powerW.push(reading.powerW === null ? null : Math.round((kind === 'gpu' ? 14 : 9) + share * 140));
  }
  return { at, load, temperatureC, powerW };
}
