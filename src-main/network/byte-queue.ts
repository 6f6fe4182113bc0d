/** Bytes that arrived in pieces and are taken in other pieces; each byte is copied at most once. */
export class ByteQueue {
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(part: Uint8Array): void {
    if (part.length === 0) return;
    this.#parts.push(part);
    this.#length += part.length;
  }

  /** Takes exactly `length` bytes; the caller has checked that they are there. */
  take(length: number): Uint8Array {
    const [first] = this.#parts;
    if (first !== undefined && first.length > length) {
      this.#parts[0] = first.subarray(length);
      this.#length -= length;
      return first.subarray(0, length);
    }
    const taken = Buffer.allocUnsafe(length);
    let filled = 0;
    let whole = 0;
    while (filled < length) {
      const part = this.#parts[whole];
      if (part === undefined) throw new RangeError(`only ${this.#length} of ${length} bytes are here`);
      const used = part.subarray(0, length - filled);
      taken.set(used, filled);
      filled += used.length;
      if (used.length === part.length) whole++;
      else this.#parts[whole] = part.subarray(used.length);
    }
    this.#parts.splice(0, whole);
    this.#length -= length;
    return taken;
  }
}
