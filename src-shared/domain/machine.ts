import type { Amount, Digest, Timestamp } from './ids.ts';

/** `cpu`, or `gpu:` and what stays the same across restarts: the card's uuid, else its PCI address. */
export type DeviceId = string;

/** What onnxruntime calls an execution provider, as far as Folkmoot uses them. */
export const PROVIDERS = ['cpu', 'webgpu', 'cuda', 'dml', 'coreml'] as const;
export type Provider = (typeof PROVIDERS)[number];

export type Vendor = 'nvidia' | 'amd' | 'intel' | 'apple' | 'other';

/** What sensors say about a device at one moment. `null` is not known; 0 is a value. */
export interface Reading {
  readonly at: Timestamp;
  /** Share in use by everybody, 0 to 1. */
  readonly load: number | null;
  /** Share in use by other programs, 0 to 1. */
  readonly foreignLoad: number | null;
  readonly temperatureC: number | null;
  readonly powerW: number | null;
  readonly memoryUsedBytes: number | null;
}

/** What a device shall do, why, what would change it and when it is looked at again. */
export interface Decision {
  readonly act: 'run' | 'throttle' | 'stop';
  /** Share of time it may compute: 1 when it runs, 0 when it is stopped. */
  readonly duty: number;
  /** Stable, for tests and programs. */
  readonly code: string;
  /** One sentence. */
  readonly why: string;
  readonly change?: string;
  readonly lookAgainAt: Timestamp | null;
}

/** `stopped`: by decision. `off`: nothing computes there (no provider runs on it, or the person switched it off). */
export type DeviceState = 'working' | 'idle' | 'starting' | 'stopped' | 'off' | 'failed';

export interface DeviceView {
  readonly id: DeviceId;
  readonly kind: 'cpu' | 'gpu';
  readonly name: string;
  /** "1 of 16 cores, low priority", "12 GiB · driver 565.77". */
  readonly detail: string;
  /** What its lane really does, as the lane itself says. */
  readonly state: DeviceState;
  readonly decision: Decision;
  /** False while the lane is still on its way to what was decided. */
  readonly confirmed: boolean;
  readonly provider: Provider | null;
  /** What is not as wanted there, one sentence: a provider that failed, a model that it does not take. */
  readonly note?: string | null;
  /** What it computes now. `progress` 0 to 1, only where the work itself reports it. */
  readonly job: { readonly model: string; readonly progress: number | null; readonly since: Timestamp } | null;
  readonly done: number;
  readonly failed: number;
  readonly crashes: number;
  readonly reading: Reading;
  readonly memoryBytes: number | null;
  /** Paid in the last 24 hours per hour in which it was allowed to work, base units of MOOT; null: nothing computed yet. */
  readonly incomePerHour: Amount | null;
  /** The same, less electricity; null where power or prices are not known. */
  readonly netPerHour: Amount | null;
  readonly limits: DeviceLimits;
}

export interface DeviceLimits {
  readonly on: boolean;
  /** Share of time it may compute, 0.05 to 1. */
  readonly duty: number;
  /** Cooler than this, °C; null: no target. */
  readonly targetC: number | null;
  /** Watts; null: no cap. */
  readonly powerCapW: number | null;
  /** Memory of the card (of the computer, for the processor, whose lanes share it) that work may take, bytes; null: half. */
  readonly memoryBytes: number | null;
  /** Processes that compute on it; more than 1 on the processor only. */
  readonly lanes: number;
}

export const DEVICE_LIMITS: DeviceLimits = {
  on: true,
  duty: 1,
  targetC: 80,
  powerCapW: null,
  memoryBytes: null,
  lanes: 1,
};

/** So far above its target temperature a device does not go slowly any more but stops, °C. */
export const STOP_ABOVE_TARGET_C = 6;

/** A span of the week in local time: days 0 (Sunday) to 6, minutes of the day; it may pass midnight. */
export interface Span {
  readonly days: readonly number[];
  readonly from: number;
  readonly to: number;
}

export interface MachineLimits {
  /** Work only in these spans; empty: always. */
  readonly schedule: readonly Span[];
  /** In these spans work is slow and cool, so that fans stay quiet; empty: never. */
  readonly quiet: readonly Span[];
  readonly onBattery: boolean;
  /** While somebody uses the computer: go on, go slowly, or stop. */
  readonly whenActive: 'run' | 'throttle' | 'stop';
  /** Without input for this long the computer counts as idle, seconds. */
  readonly idleSeconds: number;
  /** Stop while a program is in full screen or another one uses the card. */
  readonly yieldToGames: boolean;
  readonly onMetered: boolean;
  /** Free disk space that is left alone, bytes. */
  readonly diskFreeBytes: number;
  readonly devices: Readonly<Record<DeviceId, DeviceLimits>>;
}

export const MACHINE_LIMITS: MachineLimits = {
  schedule: [],
  quiet: [],
  onBattery: false,
  whenActive: 'throttle',
  idleSeconds: 180,
  yieldToGames: true,
  onMetered: false,
  diskFreeBytes: 2 * 1024 ** 3,
  devices: {},
};

/** A source that may know how long nobody has used the computer. */
export interface IdleSource {
  readonly name: string;
  /** `untested` until the self-test saw it follow real input. */
  readonly state: 'works' | 'untested' | 'failed' | 'absent';
  readonly detail: string;
}

/** What games and films are noticed by: a program in full screen, another one that uses a graphics card. */
export type Sense = 'fullScreen' | 'cardUse';

/** Conditions of the whole machine as last seen; null: not known. */
export interface Surroundings {
  readonly battery: { readonly onBattery: boolean; readonly percent: number | null } | null;
  readonly idleSeconds: number | null;
  readonly fullScreen: boolean | null;
  readonly metered: boolean | null;
  readonly diskFreeBytes: number | null;
  readonly memoryFreeBytes: number | null;
  readonly idleSources: readonly IdleSource[];
  /** Senses that were asked for and tell nothing on this machine. */
  readonly unknown: readonly Sense[];
}

/** One provider on one device: what happened when it ran a test graph. */
export interface ProviderCheck {
  readonly provider: Provider;
  readonly state: 'ran' | 'failed' | 'absent';
  /** Time of one run of the test graph; null when it did not run. */
  readonly runMs: number | null;
  /** Largest difference from the processor's result. */
  readonly difference: number | null;
  /** What went wrong and what would help, one sentence each; null when it ran. */
  readonly cause: string | null;
  readonly fix: string | null;
}

export interface DeviceCheck {
  readonly id: DeviceId;
  readonly kind: 'cpu' | 'gpu';
  readonly name: string;
  readonly vendor: Vendor;
  readonly driver: string | null;
  readonly memoryBytes: number | null;
  /** Programs or files that told us. */
  readonly sources: readonly string[];
  readonly providers: readonly ProviderCheck[];
  /** Something that keeps the whole device from being used: cause and fix. */
  readonly trouble: { readonly cause: string; readonly fix: string } | null;
}

/** One graph of the fixed benchmark set. */
export interface BenchmarkScore {
  readonly graph: string;
  readonly device: DeviceId;
  readonly provider: Provider;
  readonly runsPerSecond: number;
  readonly at: Timestamp;
}

export interface HardwareCheck {
  readonly state: 'running' | 'done';
  readonly at: Timestamp;
  readonly processor: string | null;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly system: string;
  readonly devices: readonly DeviceCheck[];
  readonly benchmark: readonly BenchmarkScore[];
}

/**
 * `failed`: the machine could not be read, `why` is the error, and it is tried again by itself. `waits`: a check is due
 * and nobody asked for it, so it waits for a better moment; `why` is one sentence.
 */
export interface CheckNote {
  readonly kind: 'failed' | 'waits';
  readonly why: string;
  readonly lookAgainAt: Timestamp | null;
}

export interface MachineView {
  readonly devices: readonly DeviceView[];
  readonly limits: MachineLimits;
  readonly surroundings: Surroundings;
  /** null until the first check began. */
  readonly check: HardwareCheck | null;
  /** The test of what notices a person, as it runs or as the last one ended; null: none since the node started. */
  readonly idleTest: IdleTestView | null;
  /** What stands in the way of knowing more; null: nothing. */
  readonly checkNote: CheckNote | null;
}

/** Before anything was probed. */
export const NO_MACHINE: MachineView = {
  devices: [],
  limits: MACHINE_LIMITS,
  surroundings: {
    battery: null,
    idleSeconds: null,
    fullScreen: null,
    metered: null,
    diskFreeBytes: null,
    memoryFreeBytes: null,
    idleSources: [],
    unknown: [],
  },
  check: null,
  idleTest: null,
  checkNote: null,
};

export const NO_READING: Reading = {
  at: 0,
  load: null,
  foreignLoad: null,
  temperatureC: null,
  powerW: null,
  memoryUsedBytes: null,
};

/** Readings of one device, oldest first; the lists are equally long. */
export interface History {
  readonly at: readonly Timestamp[];
  readonly load: ReadonlyArray<number | null>;
  readonly temperatureC: ReadonlyArray<number | null>;
  readonly powerW: ReadonlyArray<number | null>;
}

/** So many lines of the log and a few more, the newest since the start, can be looked at; older ones only in the file. */
export const LOG_LINES = 5_000;
export const LOG_LEVELS = ['info', 'trouble'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface LogLine {
  /** Counts up. */
  readonly id: number;
  readonly at: Timestamp;
  readonly level: LogLevel;
  /** The part that said it: "worker", "task", "power". */
  readonly part: string;
  readonly text: string;
}

/** What would be handed over for help; already redacted, shown before it is saved. */
export interface Diagnostics {
  /** Names the bundle in a conversation. */
  readonly reference: string;
  readonly files: ReadonlyArray<{ readonly name: string; readonly text: string }>;
  /** What was taken out, in words. */
  readonly redacted: readonly string[];
}

/** The test of what notices a person: so long without a hand on mouse and keyboard, then so long with one. */
export const IDLE_TEST = { stillSeconds: 12, movingSeconds: 12 } as const;

export interface IdleTestView {
  /** When it began: tells one test from the next. */
  readonly at: Timestamp;
  /** What the person is to do now: touch nothing, or mouse and keyboard. */
  readonly part: 'still' | 'moving' | 'over';
  /** Of this part; a look at slow sensors makes a second longer. 0 when it is over. */
  readonly secondsLeft: number;
  /** What is asked of the person now, or what came out. */
  readonly says: string;
}

/** What is in a model: of this machine, or before it is added. */
export interface ModelInspection {
  readonly ops: readonly string[];
  readonly nodes: number;
  readonly parameters: number;
  /** Bytes; a lower bound. */
  readonly memoryEstimate: number;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Why it would be refused; empty when it is accepted. */
  readonly problems: readonly string[];
}

/** Whether a model gives the same bytes each time on this machine: what an exact model must pass before it may be used. */
export interface DeterminismTest {
  readonly model: Digest;
  readonly passed: boolean;
  /** "cpu none", "cpu all", "webgpu": how it was run, and what came out. */
  readonly runs: ReadonlyArray<{ readonly how: string; readonly digest: Digest }>;
  readonly at: Timestamp;
}

/** A server on this machine or in its network that speaks the OpenAI interface or that of Cog. */
export interface ServerView {
  readonly url: string;
  readonly kind: 'openai' | 'cog';
  readonly state: 'reachable' | 'gone' | 'unknown';
  readonly models: readonly string[];
  readonly detail: string;
}
