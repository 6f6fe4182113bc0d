import type { Live } from './live.ts';

/** 288 kB of data per call: base64 of it stays below what one call may carry. */
const CHUNK_BYTES = 288 * 1024;

/** Hands bytes to the node in pieces. @returns the name of the upload, to be used in one later call. */
export async function upload(live: Live, bytes: Uint8Array): Promise<string> {
  const { upload: id } = await live.call('uploads.begin', { bytes: bytes.length });
  for (let from = 0; from < bytes.length; from += CHUNK_BYTES) {
    await live.call('uploads.append', {
      upload: id,
      base64: Buffer.from(bytes.subarray(from, from + CHUNK_BYTES)).toString('base64'),
    });
  }
  return id;
}
