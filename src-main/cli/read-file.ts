import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { UsageError } from './exit-codes.ts';

const MIB = 1024 * 1024;
/** The most that an input of a task can have; also on standard input. */
export const INPUT_BYTES = 8 * MIB;

/** A plain file of at most `limit` bytes: no device, no pipe, nothing without an end. @throws UsageError. */
export function readPlainFile(file: string, limit: number, what: string, remedy?: string): Buffer {
  try {
    // Without O_NONBLOCK the opening of a pipe would wait for somebody to write into it.
    const handle = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const stat = fstatSync(handle);
      if (!stat.isFile()) throw new UsageError(`${what} cannot be read: ${file} is not a plain file.`, remedy);
      if (stat.size > limit) throw tooLarge(what, limit);
      return readFileSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${what} cannot be read: ${error instanceof Error ? error.message : String(error)}.`, remedy);
  }
}

/** Everything a stream brings, up to `limit` bytes. @throws UsageError. */
export async function readAll(stream: AsyncIterable<Uint8Array | string>, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += chunk.length;
    if (bytes > limit) throw tooLarge('Standard input', limit);
    chunks.push(Buffer.from(chunk as Uint8Array));
  }
  return Buffer.concat(chunks);
}

function tooLarge(what: string, limit: number): UsageError {
  return new UsageError(`${what} is too large: ${limit < MIB ? `${limit} bytes` : `${limit / MIB} MiB`} is the most.`);
}
