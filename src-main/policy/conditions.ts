import type { DeviceId, DeviceLimits, MachineLimits } from '../../src-shared/domain/machine.ts';
import type { Timestamp } from '../../src-shared/domain/ids.ts';
import { CLEAR, type Sight } from './blind.ts';

/** Everything `decide` looks at. null is not known, which is never the same as nothing. */
export interface MachineConditions {
  readonly now: Timestamp;
  /** Local time: 0 is Sunday, minutes of the day. */
  readonly day: number;
  readonly minute: number;
  readonly battery: { readonly onBattery: boolean; readonly percent: number | null } | null;
  readonly idleSeconds: number | null;
  readonly fullScreen: boolean | null;
  readonly metered: boolean | null;
  readonly diskFreeBytes: number | null;
  readonly devices: readonly DeviceConditions[];
}

export interface DeviceConditions {
  readonly id: DeviceId;
  readonly kind: 'cpu' | 'gpu';
  readonly foreignLoad: number | null;
  readonly temperatureC: number | null;
  readonly powerW: number | null;
  /** Of the card, or of the computer for the processor; what work of ours takes counts as free. */
  readonly memoryFreeBytes: number | null;
  /** Work of ours was on it since the last look, so that load of it may be ours. */
  readonly working: boolean;
  /** It was there, and its driver does not answer any more. */
  readonly gone: boolean;
  /** Why nothing can compute on it, and what would help; null: something can. */
  readonly unusable: { readonly why: string; readonly change: string } | null;
  /** Other cards that its work may really run on, where the system chooses; empty: it runs on this one. */
  readonly mayUse: ReadonlyArray<{ readonly id: DeviceId; readonly name: string }>;
}

/** A pause by hand. */
export interface Pause {
  /** null: until resumed by hand. */
  readonly until: Timestamp | null;
  /** What is being computed ends first. */
  readonly finish: boolean;
}

/** What the person wants. */
export interface Policy {
  readonly limits: MachineLimits;
  /** Of devices that have none of their own. */
  readonly device: DeviceLimits;
  readonly pause: Pause | null;
  readonly pauses: Readonly<Record<DeviceId, Pause>>;
}

/** What there is to do. */
export interface WorkAtHand {
  /** A check that this machine promised is due; missing it costs a fine. */
  readonly owed: boolean;
  /** Jobs in lanes and before them. */
  readonly jobs: number;
  /** Best reason why an open task is not taken; null: there is none. */
  readonly nearest: string | null;
}

/** What must be remembered from one look to the next, so that nothing flutters. Per device; pure data. */
export interface Memory {
  readonly heat: 'ok' | 'warm' | 'hot';
  /** It has had a temperature before. */
  readonly sawHeat: boolean;
  /** Share of time that keeps the power below its cap. */
  readonly powerDuty: number;
  /** Rules that hold a device back, and since when what they watch is fine again; null: it is not. */
  readonly held: Readonly<Partial<Record<HeldRule, { readonly fineSince: Timestamp | null }>>>;
  readonly sight: Sight;
  /** Whether the computer was on its battery when that was last known. */
  readonly onBattery: boolean | null;
  /** Limits that the above was about: when the person changes them, what held a device back is looked at anew. */
  readonly about: string;
}

/** Conditions that come and go by the minute: they hold until they have been over for a while. */
export type HeldRule = 'heat' | 'foreign' | 'memory' | 'disk' | 'screen';

export const NO_MEMORY: Memory = {
  heat: 'ok',
  sawHeat: false,
  powerDuty: 1,
  held: {},
  sight: CLEAR,
  onBattery: null,
  about: '',
};
