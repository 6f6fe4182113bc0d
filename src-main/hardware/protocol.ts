import type { DeviceId, Vendor } from '../../src-shared/domain/machine.ts';
import type { Timestamp } from '../../src-shared/domain/ids.ts';

/** Facts of the machine that do not change while it runs. null and empty mean: could not be known. */
export interface HardwareFacts {
  readonly processor: string | null;
  readonly cores: number;
  readonly memoryBytes: number;
  /** "Debian GNU/Linux 13, kernel 6.12". */
  readonly system: string;
  /** Release of the kernel: it brings the drivers of AMD's and Intel's cards. */
  readonly kernel: string;
  readonly cards: readonly CardFacts[];
  readonly displays: number | null;
  /** Whether a driver for Vulkan is installed, which WebGPU needs on Linux; null: not a question here. */
  readonly vulkan: boolean | null;
  /** Files by which drivers for Vulkan announce themselves, each with its versions; they change with every update. */
  readonly vulkanDrivers: readonly string[];
  /** Bytes of the disk that holds the profile. */
  readonly diskBytes: number | null;
  /** Programs and files that told us. */
  readonly sources: readonly string[];
}

export interface CardFacts {
  readonly id: DeviceId;
  /** Number in the order of its driver; null where the driver did not say. */
  readonly index: number | null;
  readonly name: string;
  readonly vendor: Vendor;
  /** "0000:01:00.0"; null where the system does not say. */
  readonly pci: string | null;
  readonly memoryBytes: number | null;
  readonly driver: string | null;
  readonly sources: readonly string[];
  readonly trouble: Trouble | null;
}

/** Something that keeps a card from being used, and what would help. */
export interface Trouble {
  readonly cause: string;
  readonly fix: string;
}

/** One source's word on a card; what it does not know is null. */
export interface CardReading {
  readonly id: DeviceId;
  readonly load: number | null;
  /** Share that processes of others take; null where the source cannot tell them apart. */
  readonly foreignLoad: number | null;
  readonly temperatureC: number | null;
  readonly powerW: number | null;
  readonly memoryUsedBytes: number | null;
  /** Part of it that processes of this node take. */
  readonly ownMemoryBytes: number | null;
}

export interface IdleReading {
  readonly name: string;
  /** null: it is there and did not answer. */
  readonly seconds: number | null;
  readonly detail: string;
}

export interface ReadInput {
  /** Processes of this node: what they take is not foreign. */
  readonly ownPids: readonly number[];
  /** Folder whose disk is asked for its free space. */
  readonly folder: string;
  /** Also what needs a program to be started. */
  readonly all: boolean;
  /** Cards that may have work of ours right now. */
  readonly working: readonly DeviceId[];
}

export interface Readings {
  readonly at: Timestamp;
  readonly processor: {
    readonly load: number | null;
    readonly foreignLoad: number | null;
    readonly temperatureC: number | null;
    readonly powerW: number | null;
  };
  readonly memoryFreeBytes: number | null;
  readonly diskFreeBytes: number | null;
  readonly battery: { readonly onBattery: boolean; readonly percent: number | null } | null;
  /** null: not asked this time. */
  readonly cards: readonly CardReading[] | null;
  readonly idle: readonly IdleReading[] | null;
  readonly fullScreen: boolean | null;
  readonly metered: boolean | null;
  /** Changes when a card comes, goes or loses its driver. */
  readonly signature: string;
}

/** Types, not interfaces: rpc needs their index signature. */
export type ProbeMethods = {
  readonly facts: { readonly input: { readonly folder: string }; readonly output: HardwareFacts };
  /** Through node-nvidia-smi; the process ends itself when there is no answer in time. */
  readonly secondOpinion: { readonly input: null; readonly output: readonly CardFacts[] };
  readonly read: { readonly input: ReadInput; readonly output: Readings };
};
export type ProbeEvents = Record<never, never>;
