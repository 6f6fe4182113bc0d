import { dirname } from 'node:path';
import { z } from 'zod';
import { pciOf } from './nvidia.ts';
import type { CardFacts } from './protocol.ts';

const LIMIT_MS = 3_000;
const MEBIBYTE = 1024 * 1024;
const MAX_CARDS = 64;

const word = z.string().max(200);
const gpu = z.object({
  $: z.object({ id: word }).optional(),
  uuid: word.optional(),
  product_name: word,
  fb_memory_usage: z.object({ total: word }).optional(),
});
const smiXml = z.object({
  nvidia_smi_log: z.object({
    driver_version: word.optional(),
    gpu: z.union([gpu, z.array(gpu).max(MAX_CARDS)]),
  }),
});

/**
 * NVIDIA cards through node-nvidia-smi, for those whose query output we cannot read. It runs a shell and waits for
 * ever: this process and whatever it started end together when there is no answer in time.
 */
export async function secondOpinion(end: () => void = endGroup): Promise<readonly CardFacts[]> {
  const timer = setTimeout(end, LIMIT_MS);
  try {
    // The shell of Windows looks in the current folder first.
    process.chdir(dirname(process.execPath));
    const { default: smi } = (await import('node-nvidia-smi')) as {
      default: (done: (error: unknown, data: unknown) => void) => void;
    };
    const data = await new Promise((resolve, reject) =>
      smi((error, answer) => (error ? reject(new Error(String(error))) : resolve(answer))),
    );
    return parseSecondOpinion(data);
  } catch {
    return [];
  } finally {
    clearTimeout(timer);
  }
}

/** Pure. Empty for anything that is not the log of nvidia-smi. */
export function parseSecondOpinion(data: unknown): CardFacts[] {
  const parsed = smiXml.safeParse(data);
  if (!parsed.success) return [];
  const { gpu: cards, driver_version: driver } = parsed.data.nvidia_smi_log;
  return [cards].flat().map((card, index) => {
    const mebibytes = /^(\d{1,9}) MiB$/.exec(card.fb_memory_usage?.total ?? '')?.[1];
    const pci = pciOf(card.$?.id ?? '');
    const known = /^GPU-[0-9a-f-]{4,60}$/i.exec(card.uuid ?? '')?.[0] ?? pci ?? `nvidia-${index}`;
    return {
      id: `gpu:${known}`,
      index,
      name: card.product_name,
      vendor: 'nvidia',
      pci,
      memoryBytes: mebibytes === undefined ? null : Number(mebibytes) * MEBIBYTE,
      driver: driver ?? null,
      sources: ['node-nvidia-smi'],
      trouble: null,
    };
  });
}

function endGroup(): void {
  try {
    // A forked child leads its own group; the shell and what it runs are in it.
    process.kill(-process.pid, 'SIGKILL');
  } catch {
    process.exit(1);
  }
}
