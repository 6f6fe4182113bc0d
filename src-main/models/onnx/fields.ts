import { ModelRefusedError, OnnxFormatError } from '../errors.ts';

/** One field of a protobuf message: where it lies, tag and all, and where its content does. */
export interface RawField {
  readonly number: number;
  readonly wire: number;
  readonly whole: Uint8Array;
  /** Of length-delimited fields and varints. */
  readonly content: Uint8Array;
}

/** Fields that a file may be split into, all its messages together: each takes some hundred bytes, and two in the file. */
const MAX_FIELDS = 500_000;

/** What one file may still be split into. */
export class Room {
  #left = MAX_FIELDS;

  /** @throws ModelRefusedError */
  take(): void {
    if (--this.#left < 0) throw new ModelRefusedError(['it has too many parts']);
  }
}

/**
 * Splits a message without knowing what it means, so that what is not touched stays byte for byte.
 * @param room shared by all messages of a file @throws OnnxFormatError, ModelRefusedError
 */
export function rawFields(bytes: Uint8Array, room = new Room()): RawField[] {
  const fields: RawField[] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = bytes[at++];
      if (byte === undefined) throw new OnnxFormatError('it ends in the middle of a field');
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
    throw new OnnxFormatError('a number is longer than ten bytes');
  };
  while (at < bytes.length) {
    room.take();
    const start = at;
    const tag = varint();
    const wire = tag % 8;
    let from = at;
    if (wire === 0) varint();
    else if (wire === 1) at += 8;
    else if (wire === 5) at += 4;
    else if (wire === 2) {
      const length = varint();
      from = at;
      at += length;
    } else throw new OnnxFormatError('it has a field of an unknown wire type');
    if (at > bytes.length) throw new OnnxFormatError('it ends in the middle of a field');
    fields.push({
      number: Math.floor(tag / 8),
      wire,
      whole: bytes.subarray(start, at),
      content: bytes.subarray(from, at),
    });
  }
  return fields;
}

/** A length-delimited field. */
export function delimited(number: number, parts: readonly Uint8Array[]): Uint8Array[] {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return [Uint8Array.from([...varintOf(number * 8 + 2), ...varintOf(length)]), ...parts];
}

function varintOf(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return [...bytes, rest];
}
