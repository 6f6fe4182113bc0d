import type { Decision, DeviceId } from '../../src-shared/domain/machine.ts';
import type { DayLine } from './day-format.ts';
import { decide, type Decided } from './decide.ts';
import type { Policy, WorkAtHand } from './conditions.ts';

/** A stretch of time in which a device did one thing for one reason. */
export interface Stretch {
  readonly device: DeviceId;
  readonly from: number;
  readonly to: number;
  readonly decision: Decision;
}

/** Hours of one device, by what it did, and the hours that each reason cost it. */
export interface Summary {
  readonly device: DeviceId;
  readonly run: number;
  readonly throttled: number;
  readonly stopped: number;
  /** The computer slept, or nothing was recorded. */
  readonly unknown: number;
  readonly reasons: ReadonlyArray<{ readonly code: string; readonly act: Decision['act']; readonly hours: number }>;
}

export interface Simulation {
  readonly stretches: readonly Stretch[];
  readonly summaries: readonly Summary[];
}

const HOUR_MS = 3_600_000;
/** A longer pause between two lines is no time in which anything ran. */
const GAP_MS = 15 * 60_000;
const WORK: WorkAtHand = { owed: false, jobs: 1, nearest: null };

/** Pure: what the policy would have done on a recorded day, moment by moment. */
export function simulate(lines: readonly DayLine[], policy: Policy, work: WorkAtHand = WORK): Simulation {
  let memory: Decided['memory'] = {};
  const stretches: Stretch[] = [];
  const hours = new Map<DeviceId, Map<string, { act: Decision['act']; ms: number }>>();
  const unknown = new Map<DeviceId, number>();
  lines.forEach((line, at) => {
    const decided = decide(line, policy, work, memory);
    memory = decided.memory;
    const next = lines[at + 1]?.now ?? line.now;
    const known = next - line.now <= GAP_MS;
    for (const { id } of line.devices) {
      const decision = decided.rulings[id]?.decision;
      if (decision === undefined) continue;
      if (!known) unknown.set(id, (unknown.get(id) ?? 0) + next - line.now);
      const until = known ? next : line.now;
      extend(stretches, { device: id, from: line.now, to: until, decision });
      const reasons = hours.get(id) ?? new Map<string, { act: Decision['act']; ms: number }>();
      const key = `${decision.act} ${decision.code}`;
      reasons.set(key, { act: decision.act, ms: (reasons.get(key)?.ms ?? 0) + until - line.now });
      hours.set(id, reasons);
    }
  });
  return {
    stretches,
    summaries: [...hours].map(([device, reasons]) => summaryOf(device, reasons, unknown.get(device) ?? 0)),
  };
}

function extend(stretches: Stretch[], next: Stretch): void {
  const at = stretches.findLastIndex(({ device }) => device === next.device);
  const last = stretches[at];
  const same =
    last !== undefined &&
    last.decision.code === next.decision.code &&
    last.decision.act === next.decision.act &&
    last.to === next.from;
  if (same) stretches[at] = { ...last, to: next.to };
  else stretches.push(next);
}

function summaryOf(
  device: DeviceId,
  reasons: ReadonlyMap<string, { readonly act: Decision['act']; readonly ms: number }>,
  unknownMs: number,
): Summary {
  const all = [...reasons].map(([key, { act, ms }]) => ({
    code: key.slice(key.indexOf(' ') + 1),
    act,
    hours: ms / HOUR_MS,
  }));
  const sum = (wanted: Decision['act']): number =>
    all.reduce((total, { act, hours }) => (act === wanted ? total + hours : total), 0);
  return {
    device,
    run: sum('run'),
    throttled: sum('throttle'),
    stopped: sum('stop'),
    unknown: unknownMs / HOUR_MS,
    reasons: all.toSorted((a, b) => b.hours - a.hours),
  };
}
