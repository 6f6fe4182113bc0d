import { z } from 'zod';
import { FolkmootError } from '../../src-shared/domain/errors.ts';
import type { MachineConditions } from './conditions.ts';

/** Code `DAY_FORMAT`: the recording cannot be read; the message names the line. */
export class DayError extends FolkmootError {
  constructor(line: number, why: string) {
    super('DAY_FORMAT', `Line ${line} of the recording is not usable: ${why}.`, {
      remedy: 'Each line is one JSON object; docs/architecture.md says which fields it has.',
    });
  }
}

export const MAX_LINES = 100_000;
export const MAX_BYTES = 64 * 1024 * 1024;

const figure = z.number().nullable();
const device = z.string().regex(/^(cpu|gpu:[A-Za-z0-9:._-]{1,80})$/);
const line = z.object({
  now: z.number().int().min(0).max(8.64e15),
  day: z.number().int().min(0).max(6),
  minute: z.number().int().min(0).max(1_439),
  battery: z.object({ onBattery: z.boolean(), percent: figure }).nullable(),
  idleSeconds: z.number().min(0).nullable(),
  fullScreen: z.boolean().nullable(),
  metered: z.boolean().nullable(),
  diskFreeBytes: z.number().min(0).nullable(),
  devices: z
    .array(
      z.object({
        id: device,
        kind: z.enum(['cpu', 'gpu']),
        foreignLoad: figure,
        temperatureC: figure,
        powerW: figure,
        memoryFreeBytes: figure,
        working: z.boolean().default(false),
        gone: z.boolean(),
        unusable: z.object({ why: z.string().max(300), change: z.string().max(300) }).nullable(),
        mayUse: z
          .array(z.object({ id: device, name: z.string().max(120) }))
          .max(64)
          .default([]),
      }),
    )
    .max(64),
});

/** One moment of a recorded day: what `decide` looked at. */
export type DayLine = MachineConditions;
/** The same as it is written: what came later may be left out. */
export type WrittenLine = z.input<typeof line>;

/** JSON lines, oldest first. @throws DayError */
export function parseDay(text: string): DayLine[] {
  if (text.length > MAX_BYTES) throw new DayError(1, `the file has more than ${MAX_BYTES} characters`);
  const rows = text.replace(/\r?\n$/, '').split(/\r?\n/);
  if (rows.length > MAX_LINES) throw new DayError(MAX_LINES + 1, `${MAX_LINES} lines are the most`);
  let last = -1;
  return rows.map((row, index) => {
    const parsed = line.safeParse(json(row, index + 1));
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw new DayError(index + 1, `${issue?.path.join('.') || 'the whole line'}: ${issue?.message ?? 'wrong'}`);
    }
    if (parsed.data.now < last) throw new DayError(index + 1, 'it is older than the line before');
    last = parsed.data.now;
    return parsed.data;
  });
}

function json(row: string, at: number): unknown {
  try {
    return JSON.parse(row) as unknown;
  } catch {
    throw new DayError(at, 'it is not JSON');
  }
}
