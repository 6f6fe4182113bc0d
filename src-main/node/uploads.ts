import { randomBytes } from 'node:crypto';
import { FolkmootError } from '../../src-shared/domain/errors.ts';

/** `UPLOAD_UNKNOWN`, `UPLOAD_SIZE`, `UPLOAD_BUSY` */
export class UploadError extends FolkmootError {}

/** A model folder has up to 200 files. */
const MAX_OPEN = 220;
const MAX_TOTAL = 512 * 1024 * 1024;
const KEEP_MS = 10 * 60_000;

interface Upload {
  readonly bytes: Buffer;
  received: number;
  touched: number;
}

/** Files that a front end hands over in pieces, because no message may be large. Forgotten after ten idle minutes. */
export class Uploads {
  readonly #open = new Map<string, Upload>();

  begin(size: number): string {
    const now = Date.now();
    this.sweep();
    const total = [...this.#open.values()].reduce((sum, { bytes }) => sum + bytes.length, size);
    if (this.#open.size >= MAX_OPEN || total > MAX_TOTAL) {
      throw new UploadError('UPLOAD_BUSY', 'Too many files are being handed over at once.');
    }
    const id = randomBytes(16).toString('hex');
    this.#open.set(id, { bytes: Buffer.alloc(size), received: 0, touched: now });
    return id;
  }

  /** Lets go of what nobody went on with. */
  sweep(): void {
    for (const [id, upload] of this.#open) if (Date.now() - upload.touched > KEEP_MS) this.#open.delete(id);
  }

  append(id: string, base64: string): number {
    const upload = this.#get(id);
    const piece = Buffer.from(base64, 'base64');
    if (upload.received + piece.length > upload.bytes.length) {
      this.#open.delete(id);
      throw new UploadError('UPLOAD_SIZE', 'The file is larger than it was said to be.');
    }
    piece.copy(upload.bytes, upload.received);
    upload.received += piece.length;
    upload.touched = Date.now();
    return upload.received;
  }

  /** The complete file, once. */
  take(id: string): Uint8Array {
    const bytes = this.peek(id);
    this.drop(id);
    return bytes;
  }

  /** The complete file; it stays. */
  peek(id: string): Uint8Array {
    const upload = this.#get(id);
    if (upload.received !== upload.bytes.length)
      throw new UploadError('UPLOAD_SIZE', 'The file has not arrived completely.');
    upload.touched = Date.now();
    return upload.bytes;
  }

  drop(id: string): void {
    this.#open.delete(id);
  }

  #get(id: string): Upload {
    const upload = this.#open.get(id);
    if (upload === undefined)
      throw new UploadError('UPLOAD_UNKNOWN', 'That file is not here any more; hand it over again.');
    return upload;
  }
}
