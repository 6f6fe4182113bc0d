import { z } from 'zod';
import { canonicalJson } from './canonical.ts';
import { ModelChangedError, ModelRefusedError } from './errors.ts';
import { sha256 } from './hash.ts';
import { inspect } from './inspect.ts';
import { transformersSchema, type TransformersModel } from './runtimes.ts';

export interface BundledFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

const MAX_HEADER = 65_536;

/** One file out of many: four bytes of length, what the manifest says about them as canonical JSON, the files. */
export function makeBundle(model: TransformersModel, files: readonly BundledFile[]): Uint8Array {
  const header = new TextEncoder().encode(canonicalJson(model));
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, header.length);
  return Uint8Array.from(Buffer.concat([length, header, ...files.map(({ bytes }) => bytes)]));
}

/** @throws ModelRefusedError when it is no bundle */
export function splitBundle(bytes: Uint8Array): { readonly header: TransformersModel; readonly files: BundledFile[] } {
  const refuse = (): never => {
    throw new ModelRefusedError(['its file is no bundle of a text model']);
  };
  const length = bytes.length < 4 ? MAX_HEADER + 1 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  if (length > MAX_HEADER) refuse();
  let header: TransformersModel;
  try {
    header = z.parse(transformersSchema, JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length))));
  } catch {
    return refuse();
  }
  let at = 4 + length;
  const files = header.files.map(({ path, bytes: size }) => ({ path, bytes: bytes.subarray(at, (at += size)) }));
  return at === bytes.length ? { header, files } : refuse();
}

/** Each file has its digest; graphs are such as are accepted, the rest is data. @throws ModelChangedError, ModelRefusedError */
export function checkBundle(bytes: Uint8Array, name: string, stated?: TransformersModel): void {
  const { header, files } = splitBundle(bytes);
  if (stated !== undefined && canonicalJson(stated) !== canonicalJson(header)) throw new ModelChangedError(name);
  for (const [index, file] of files.entries()) {
    if (sha256(file.bytes) !== header.files[index]?.digest) throw new ModelChangedError(name);
    if (!file.path.endsWith('.onnx')) {
      if (!/\.(json|txt)$/.test(file.path)) throw new ModelRefusedError([`“${file.path}” is neither a graph nor text`]);
      continue;
    }
    // Texts have any length, so open shapes are fine here; everything else holds.
    const { problems } = inspect(file.bytes);
    if (problems.length > 0) throw new ModelRefusedError(problems);
  }
}
