import type { LinesInput, TaskInput } from '../../src-shared/bridge/calls.ts';
import type { ModelView } from '../../src-shared/domain/models.ts';
import { MAX_LINES } from '../../src-shared/domain/tasks.ts';
import { UsageError } from './exit-codes.ts';
import type { Live } from './live.ts';
import { INPUT_BYTES, readPlainFile } from './read-file.ts';
import { prepareInput, type PreparedInput } from './task-input.ts';
import type { Terminal } from './terminal.ts';
import { upload } from './upload.ts';

/** Pictures of more bytes than this go by upload, so that the call stays below what one message may carry. */
const INLINE_BYTES = 1024 * 1024;

/**
 * One input per line, as INPUT of the command line: a text, numbers with commas, or the path of a file. A line that is
 * a JSON string stands for what it says, so that a text may hold line breaks. `-` reads standard input. @throws UsageError.
 */
export async function readLines(file: string, terminal: Terminal): Promise<string[]> {
  const bytes =
    file === '-' ? await terminal.read(INPUT_BYTES) : readPlainFile(file, INPUT_BYTES, 'The list of inputs');
  // A byte order mark is no part of the first input, nor the last line break the begin of another.
  const lines = bytes
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .replace(/\r?\n$/, '')
    .split(/\r?\n/);
  if (lines.length > MAX_LINES)
    throw new UsageError(`There are ${lines.length} lines; ${MAX_LINES} are the most at once.`, 'Split the file.');
  return lines.map(plain);
}

function plain(line: string, index: number): string {
  if (line.trim() === '') throw new UsageError(`Line ${index + 1} is empty.`, 'Every line is an input.');
  if (!line.startsWith('"')) return line;
  try {
    return JSON.parse(line) as string;
  } catch {
    throw new UsageError(`Line ${index + 1} begins with a quotation mark, and is no JSON string.`);
  }
}

/** What the node is asked with; equally long inputs that are too large for a call travel as one upload. @throws UsageError that names the line. */
export async function prepareLines(
  live: Live,
  model: ModelView,
  lines: readonly string[],
  terminal: Terminal,
  invert: boolean,
): Promise<LinesInput> {
  const inputs: PreparedInput[] = [];
  for (const [index, line] of lines.entries()) {
    try {
      inputs.push(await prepareLine(model, line, terminal, invert));
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      throw new UsageError(`Line ${index + 1}: ${error.message}`, error.remedy);
    }
  }
  const raw = inputs.map(bytesOf);
  const packed = raw.filter((bytes) => bytes !== null);
  const small = packed.reduce((sum, { length }) => sum + length, 0) <= INLINE_BYTES;
  if (packed.length === 0 || (small && inputs.every(({ kind }) => kind !== 'bytes'))) return inputs as TaskInput[];
  return { upload: await upload(live, Buffer.concat(packed)), lines: lines.length };
}

/** Standard input may hold the lines, but not what a line stands for: there a dash is a text like any other. */
function prepareLine(model: ModelView, line: string, terminal: Terminal, invert: boolean): Promise<PreparedInput> {
  const { kind } = model.input;
  if (line === '-' && kind !== 'text') throw new UsageError('A dash names no input here.');
  const read = async (): Promise<Buffer> => Buffer.from(line);
  return prepareInput(model, line, { ...terminal, read }, invert);
}

function bytesOf(input: PreparedInput): Uint8Array | null {
  if (input.kind === 'bytes') return input.bytes;
  return input.kind === 'image' ? Buffer.from(input.pixels, 'base64') : null;
}
