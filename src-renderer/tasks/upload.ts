import type { Outcome } from '../../src-shared/domain/outcome.ts';
import { call } from '../app/bridge.ts';
import { toBase64 } from './base64.ts';

const CHUNK = 256 * 1024;

/** Sends a file to the node piece by piece; `onProgress` gets the share of 1 that the node confirmed. */
export async function upload(file: Blob, onProgress: (share: number) => void): Promise<Outcome<string>> {
  const begun = await call('uploads.begin', { bytes: file.size });
  if (!begun.ok) return begun;
  const { upload } = begun.value;
  for (let at = 0; at < file.size; at += CHUNK) {
    const bytes = new Uint8Array(await file.slice(at, at + CHUNK).arrayBuffer());
    const sent = await call('uploads.append', { upload, base64: toBase64(bytes) });
    if (!sent.ok) return sent;
    onProgress(sent.value.received / file.size);
  }
  return { ok: true, value: upload };
}
