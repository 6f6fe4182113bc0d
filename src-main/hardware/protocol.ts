/** Facts of the machine that do not change while it runs. null and empty mean: could not be known. */
export interface HardwareFacts {
  readonly processor: string | null;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly gpus: readonly GpuFacts[];
}

export interface GpuFacts {
  readonly name: string;
  readonly memoryBytes: number | null;
  readonly driver: string | null;
  readonly source: 'nvidia-smi' | 'node-nvidia-smi' | 'systeminformation';
}

export type ProbeMethods = { readonly facts: { readonly input: null; readonly output: HardwareFacts } };
export type ProbeEvents = Record<never, never>;
