import { posix } from 'node:path';
import { ModelRefusedError } from '../errors.ts';
import { MAX_MODEL_BYTES } from '../manifest.ts';
import { delimited, rawFields, Room, type RawField } from './fields.ts';

/** Numbers of the fields that matter here, of onnx.proto. */
const [GRAPH, INITIALIZER, RAW, EXTERNAL, LOCATION] = [7, 5, 9, 13, 14] as const;
const utf8 = new TextDecoder();

/** A file that was handed over with the graph; `path` is relative to the folder, with slashes. */
export interface FolderFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * Path of a file inside a folder, in one form. Nothing outside can be meant: no root, no drive, no way up.
 * @throws ModelRefusedError
 */
export function insidePath(path: string): string {
  const normal = posix.normalize(path.replaceAll('\\', '/'));
  if (
    path === '' ||
    path.includes('\0') ||
    normal.startsWith('/') ||
    /^[A-Za-z]:/.test(normal) ||
    normal.split('/').includes('..')
  )
    throw new ModelRefusedError([`the path “${path.slice(0, 100)}” leads out of the folder`]);
  return normal.replace(/^\.\//, '').replace(/\/$/, '');
}

/**
 * Puts weights that lie in files beside a graph into it, so that a model is one file with one digest. Everything else
 * stays byte for byte. @throws OnnxFormatError, ModelRefusedError
 */
export function inlineWeights(graph: FolderFile, files: readonly FolderFile[]): Uint8Array {
  const byPath = new Map(files.map(({ path, bytes }) => [insidePath(path), bytes]));
  const folder = posix.dirname(insidePath(graph.path));
  const room = new Room();
  let total = graph.bytes.length;
  const weightsOf = (tensor: readonly RawField[]): Uint8Array => {
    const said = new Map(tensor.filter(({ number }) => number === EXTERNAL).map(({ content }) => entry(content, room)));
    const location = said.get('location') ?? '';
    const path = insidePath(posix.join(folder, insidePath(location)));
    const bytes = byPath.get(path);
    if (bytes === undefined) throw new ModelRefusedError([`the file “${path}” is missing`]);
    const offset = whole(said.get('offset') ?? '0');
    const length = said.has('length') ? whole(said.get('length') ?? '') : bytes.length - offset;
    // Without a length a place beyond the end would have a negative one, and make room for others in the total.
    if (offset > bytes.length || offset + length > bytes.length)
      throw new ModelRefusedError([`the file “${path}” is too short`]);
    total += length;
    if (total > MAX_MODEL_BYTES) throw new ModelRefusedError(['with its weights it is larger than 512 MiB']);
    return bytes.subarray(offset, offset + length);
  };
  const initializer = ({ whole: all, content }: RawField): Uint8Array[] => {
    const tensor = rawFields(content, room);
    if (!tensor.some(({ number }) => number === EXTERNAL)) return [all];
    const kept = tensor.filter(({ number }) => number !== EXTERNAL && number !== LOCATION && number !== RAW);
    return delimited(INITIALIZER, [...kept.map((field) => field.whole), ...delimited(RAW, [weightsOf(tensor)])]);
  };
  const parts = rawFields(graph.bytes, room).flatMap((field) => {
    if (field.number !== GRAPH || field.wire !== 2) return [field.whole];
    const inner = rawFields(field.content, room).flatMap((part) =>
      part.number === INITIALIZER && part.wire === 2 ? initializer(part) : [part.whole],
    );
    return delimited(GRAPH, inner);
  });
  return Uint8Array.from(Buffer.concat(parts));
}

/** StringStringEntryProto. */
function entry(bytes: Uint8Array, room: Room): [string, string] {
  const fields = rawFields(bytes, room);
  const text = (number: number): string => utf8.decode(fields.find((field) => field.number === number)?.content);
  return [text(1), text(2)];
}

function whole(text: string): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(value)) throw new ModelRefusedError(['it names a place in a file that is no number']);
  return value;
}
