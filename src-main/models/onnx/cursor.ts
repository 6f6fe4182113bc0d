import { OnnxFormatError } from '../errors.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Reads protobuf primitives from a window of the file; every step is checked against the window's end. */
export class Cursor {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at: number;
  readonly #end: number;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = start;
    this.#end = end;
  }

  get done(): boolean {
    return this.#at >= this.#end;
  }

  #take(count: number): number {
    const start = this.#at;
    if (count > this.#end - start) throw new OnnxFormatError('it ends in the middle of a field');
    this.#at = start + count;
    return start;
  }

  /** Unsigned varint that must stay below 2^32: tags and lengths. */
  small(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.#bytes[this.#take(1)] ?? 0;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) {
        if (value > 0xffff_ffff) break;
        return value;
      }
    }
    throw new OnnxFormatError('a length is too large');
  }

  /** Signed 64-bit varint as a number. */
  int(): number {
    let low = 0;
    let high = 0;
    for (let index = 0; index < 10; index++) {
      const byte = this.#bytes[this.#take(1)] ?? 0;
      if (index < 5) low += (byte & 0x7f) * 2 ** (7 * index);
      else high += (byte & 0x7f) * 2 ** (7 * (index - 5));
      if (byte < 0x80) return high === 0 ? low : Number(BigInt.asIntN(64, BigInt(high) * 2n ** 35n + BigInt(low)));
    }
    throw new OnnxFormatError('a number is longer than ten bytes');
  }

  float(): number {
    return this.#view.getFloat32(this.#take(4), true);
  }

  /** A view, not a copy. */
  bytes(length: number): Uint8Array {
    const start = this.#take(length);
    return this.#bytes.subarray(start, start + length);
  }

  text(length: number): string {
    if (length > 65_536) throw new OnnxFormatError('a text is longer than 64 KiB');
    try {
      return utf8.decode(this.bytes(length));
    } catch (error) {
      if (error instanceof OnnxFormatError) throw error;
      throw new OnnxFormatError('a text is not UTF-8');
    }
  }

  /** A cursor over the next `length` bytes, which are consumed here. */
  window(length: number): Cursor {
    const start = this.#take(length);
    return new Cursor(this.#bytes, start, start + length);
  }

  #varint(): void {
    for (let length = 1; length <= 10; length++) {
      if ((this.#bytes[this.#take(1)] ?? 0) < 0x80) return;
    }
    throw new OnnxFormatError('a number is longer than ten bytes');
  }

  skip(wire: number): void {
    if (wire === 0) this.#varint();
    else if (wire === 1) this.#take(8);
    else if (wire === 2) this.#take(this.small());
    else if (wire === 5) this.#take(4);
    else throw new OnnxFormatError(`it uses wire type ${wire}`);
  }
}
