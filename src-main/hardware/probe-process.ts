import { cpus, totalmem } from 'node:os';
import si from 'systeminformation';
import { parentChannel } from '../process/channel.ts';
import { serve } from '../process/rpc.ts';
import { queryNodeNvidiaSmi, queryNvidia } from './nvidia.ts';
import type { GpuFacts, HardwareFacts, ProbeEvents, ProbeMethods } from './protocol.ts';

/** Asks the machine what it is. An own process: some of these questions block, and some never return. */
serve<ProbeMethods, ProbeEvents>(parentChannel(), { facts });

async function facts(): Promise<HardwareFacts> {
  const cpu = await si.cpu().catch(() => null);
  const nvidia = await queryNvidia();
  const second = nvidia.length > 0 ? [] : await queryNodeNvidiaSmi();
  const others = await graphics();
  const gpus = [
    ...nvidia,
    ...second,
    ...others.filter(({ name }) => nvidia.length + second.length === 0 || !/nvidia/i.test(name)),
  ];
  const processor = cpu === null ? (cpus()[0]?.model ?? null) : `${cpu.manufacturer} ${cpu.brand}`.trim();
  return { processor: processor === '' ? null : processor, cores: cpus().length, memoryBytes: totalmem(), gpus };
}

async function graphics(): Promise<GpuFacts[]> {
  const found = await si.graphics().catch(() => null);
  return (found?.controllers ?? []).map(({ vendor, model, vram, driverVersion }) => ({
    name: model === '' ? vendor : model,
    memoryBytes: typeof vram === 'number' && vram > 0 ? vram * 1024 * 1024 : null,
    driver: driverVersion ?? null,
    source: 'systeminformation',
  }));
}
